//! What can go wrong, whose fault it is, and which exit code says so.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use coder_client::agent_socket::SocketError;
use coder_client::api::ca_certificate::{FaultClass, FetchError};
use coder_client::http::ClientError;
use pki::certificate::CertificateError;
use settings::duration;

use crate::exit::Exit;
use crate::files::FilesError;
use crate::guard::Signal;
use crate::settings::SettingsError;

/// A failure of one run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings are wrong or not complete.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A file that a setting names is of no use.
    #[error("{what} `{}` {problem}", path.display())]
    Input {
        /// What the file is for.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it; never its content.
        problem: String,
        /// Why it could not be read, if that was the problem.
        #[source]
        source: Option<io::Error>,
    },
    /// A file of further CAs holds something else.
    #[error("extra CA file `{}`: {source}", path.display())]
    ExtraCa {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CertificateError,
    },
    /// The HTTP client could not be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The certificate could not be fetched, or was refused.
    #[error(transparent)]
    Fetch(Box<FetchError>),
    /// The folder or a file in it.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The system's store could not be changed.
    #[error("{what}")]
    NotAllowed {
        /// What refused, and why.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// Coordination was required.
    #[error("no coordination over agent socket `{}`: {source}", socket_path.display())]
    Coordination {
        /// The socket.
        socket_path: PathBuf,
        /// What happened on it.
        source: SocketError,
    },
    /// The agent refused what was asked of it.
    #[error(transparent)]
    Refused(SocketError),
    /// The set-up did not end in time.
    #[error("no end after {}", duration::format(*.0))]
    Deadline(Duration),
    /// Another process kept the folder's lock.
    #[error(
        "{} held the lock `{}` for {}",
        holder(*.process),
        path.display(),
        duration::format(*after)
    )]
    Locked {
        /// The lock.
        path: PathBuf,
        /// Its number, if the system tells.
        process: Option<u32>,
        /// How long it was waited for.
        after: Duration,
    },
    /// A wait did not end in time.
    #[error("gave up waiting for {what} after {}", duration::format(*after))]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        after: Duration,
    },
    /// There is no certificate to work with.
    #[error("{0}")]
    NotSetUp(String),
    /// The command could not be found.
    #[error("command `{0}` not found")]
    CommandNotFound(String),
    /// The command could not be run.
    #[error("cannot run `{command}`: {source}")]
    CommandNotRun {
        /// The command.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// The command line makes no sense.
    #[error("{0}")]
    Usage(String),
    /// Results could not be written to stdout.
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] io::Error),
    /// The runtime could not be made, which takes a full process table.
    #[error("cannot start: {0}")]
    Runtime(#[source] io::Error),
    /// A signal asked for an end.
    #[error("ended by {0}")]
    Signal(Signal),
    /// A fault of our own.
    #[error("fault of this program: {0}")]
    Bug(String),
}

impl From<FetchError> for Error {
    fn from(err: FetchError) -> Self {
        Self::Fetch(Box::new(err))
    }
}

impl Error {
    /// The code to end with.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Settings(_) | Self::Input { .. } | Self::ExtraCa { .. } | Self::Refused(_) => {
                Exit::Settings
            }
            Self::Client(_) => Exit::Settings,
            Self::Fetch(err) => match err.class() {
                FaultClass::Network => Exit::Network,
                FaultClass::Tls => Exit::Tls,
                FaultClass::NotSignedIn => Exit::NotSignedIn,
                FaultClass::NotLicensed => Exit::NotLicensed,
                FaultClass::NotEnabled => Exit::NotEnabled,
                FaultClass::NotCoder => Exit::NotCoder,
                FaultClass::Certificate => Exit::Certificate,
            },
            Self::Files(_) | Self::Stdout(_) | Self::NotAllowed { .. } => Exit::FileSystem,
            Self::Coordination { .. } => Exit::Coordination,
            Self::Deadline(_) | Self::Locked { .. } => Exit::Network,
            Self::TimedOut { .. } => Exit::TimedOut,
            Self::NotSetUp(_) => Exit::SetupFailed,
            Self::CommandNotFound(_) => Exit::Command(127),
            Self::CommandNotRun { .. } => Exit::Command(126),
            Self::Usage(_) => Exit::Usage,
            Self::Signal(signal) => Exit::Signal(signal.number()),
            Self::Runtime(_) | Self::Bug(_) => Exit::Bug,
        }
    }

    /// The word for it in `status.json` and JSON logs.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Settings(_) | Self::Input { .. } | Self::ExtraCa { .. } | Self::Client(_) => {
                "settings"
            }
            Self::Fetch(err) => err.class().as_str(),
            Self::Files(_) | Self::Stdout(_) | Self::NotAllowed { .. } => "file_system",
            Self::Coordination { .. } | Self::Refused(_) => "coordination",
            Self::Deadline(_) | Self::Locked { .. } => "network",
            Self::TimedOut { .. } => "timed_out",
            Self::NotSetUp(_) => "setup_failed",
            Self::CommandNotFound(_) | Self::CommandNotRun { .. } => "command",
            Self::Usage(_) => "usage",
            Self::Signal(_) => "signal",
            Self::Runtime(_) | Self::Bug(_) => "bug",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Settings(err) => err.hint(),
            Self::Input { .. } => Some("correct the file, or the setting that names it".to_owned()),
            Self::ExtraCa { source, .. } => source.hint(),
            Self::Fetch(err) => err.hint(),
            Self::Files(err) => err.hint(),
            Self::NotAllowed { hint, .. } => Some((*hint).to_owned()),
            Self::Coordination { source, .. } | Self::Refused(source) => source.hint(),
            Self::Deadline(_) => Some("allow more with `--timeout`".to_owned()),
            Self::Locked { process: Some(it), .. } => Some(format!(
                "mostly that is another set-up: let it end, or end it with `kill {it}`, then try \
                 again"
            )),
            Self::Locked { path, process: None, .. } => Some(format!(
                "mostly that is another set-up: let it end, or find it with `fuser {}`, then try \
                 again",
                path.display()
            )),
            Self::TimedOut { .. } => Some(
                "`aibridge-agent status` shows the last set-up; was one started on this \
                 workspace start?"
                    .to_owned(),
            ),
            Self::NotSetUp(_) => Some(
                "`aibridge-agent status` says why, `aibridge-agent setup` tries again".to_owned(),
            ),
            Self::Usage(_) => Some(
                "see `aibridge-agent --help`; a script that is newer than this helper may ask \
                 for more"
                    .to_owned(),
            ),
            Self::Bug(_) => Some(
                "please report it with the output of \
                 `--log-level trace`"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

fn holder(process: Option<u32>) -> String {
    process.map_or_else(|| "another process".to_owned(), |it| format!("another process ({it})"))
}
