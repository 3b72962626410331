//! The errors of a run, their exit codes and their hints.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use coder_client::agent_socket::SocketError;
use coder_client::api::ca_certificate::FetchError;
use coder_client::http::ClientError;
use pki::certificate::CertificateError;
use settings::duration;

use crate::exit::Exit;
use crate::files::FilesError;
use crate::guard::Signal;

/// A failure of one run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Settings are wrong or missing.
    #[error(transparent)]
    Settings(#[from] settings::Error),
    /// A file that a setting names cannot be used.
    #[error("{what} `{}` {problem}", path.display())]
    Input {
        /// What the file is for, as messages call it.
        what: &'static str,
        path: PathBuf,
        /// What is wrong with it; never its content.
        problem: String,
        #[source]
        source: Option<io::Error>,
    },
    /// A file of extra CAs holds no usable certificate.
    #[error("extra CA file `{}`: {source}", path.display())]
    ExtraCa { path: PathBuf, source: CertificateError },
    /// The HTTP client could not be built.
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
        /// What was refused, and why.
        what: String,
        hint: &'static str,
    },
    /// Coordination was required.
    #[error("no coordination over agent socket `{}`: {source}", socket_path.display())]
    Coordination { socket_path: PathBuf, source: SocketError },
    /// The agent refused a request.
    #[error(transparent)]
    Refused(SocketError),
    /// The set-up did not end in time.
    #[error("the set-up did not end within its timeout of {}", duration::format(*.0))]
    Deadline(Duration),
    /// Another process kept the folder's lock.
    #[error(
        "{} held the lock `{}` for {}",
        holder(*.process),
        path.display(),
        duration::format(*after)
    )]
    Locked {
        path: PathBuf,
        /// The holder's process ID, if the system has it.
        process: Option<u32>,
        after: Duration,
    },
    /// A wait did not end in time.
    #[error("{what} did not end within {}", duration::format(*after))]
    TimedOut {
        /// What had to end.
        what: String,
        after: Duration,
    },
    /// There is no certificate that a tool can use.
    #[error("{0}")]
    NotSetUp(String),
    /// The command could not be found.
    #[error("command `{0}` not found")]
    CommandNotFound(String),
    /// The command could not be run.
    #[error("cannot run `{command}`: {source}")]
    CommandNotRun { command: String, source: io::Error },
    /// The command line is wrong.
    #[error("{0}")]
    Usage(String),
    /// Results could not be written to stdout.
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] io::Error),
    /// The runtime could not be made, which takes a full process table.
    #[error("cannot start the runtime: {0}")]
    Runtime(#[source] io::Error),
    /// A signal has ended the run.
    #[error("ended by {0}")]
    Signal(Signal),
    /// A fault of this program.
    #[error("fault of this program: {0}")]
    Bug(String),
}

impl From<settings::Fault> for Error {
    fn from(fault: settings::Fault) -> Self {
        Self::Settings(fault.into())
    }
}

impl From<FetchError> for Error {
    fn from(err: FetchError) -> Self {
        Self::Fetch(Box::new(err))
    }
}

impl Error {
    /// How a run ends that fails like this: the one table from faults to exit codes.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Settings(_)
            | Self::Input { .. }
            | Self::ExtraCa { .. }
            | Self::Client(_)
            | Self::Refused(_) => Exit::Settings,
            Self::Fetch(err) => err.class().into(),
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

    /// The word for it in `status.json` and JSON logs: that of the exit code. Only
    /// an agent that refuses a request shares its code with wrong settings.
    pub(crate) fn class(&self) -> &'static str {
        match self {
            Self::Refused(_) => Exit::Coordination.class(),
            _ => self.exit().class(),
        }
    }

    /// The fix, if it is known.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Settings(err) => err.hint(),
            Self::Input { .. } => Some("correct the file, or the setting that names it".to_owned()),
            Self::ExtraCa { source, .. } => source.hint(),
            Self::Fetch(err) => err.hint(),
            Self::Files(err) => err.hint(),
            Self::NotAllowed { hint, .. } => Some((*hint).to_owned()),
            Self::Coordination { source, .. } | Self::Refused(source) => source.hint(),
            Self::Deadline(_) => Some("set a longer `--timeout`".to_owned()),
            Self::Locked { process: Some(it), .. } => Some(format!(
                "the process is usually another set-up: wait for its end, or stop it with \
                 `kill {it}`, then try again"
            )),
            Self::Locked { path, process: None, .. } => Some(format!(
                "the process is usually another set-up: wait for its end, or find it with \
                 `fuser {}`, then try again",
                path.display()
            )),
            Self::TimedOut { .. } => Some(
                "`aibridge-agent status` shows the last set-up; check that this workspace start \
                 runs one"
                    .to_owned(),
            ),
            Self::NotSetUp(_) => Some(
                "`aibridge-agent status` shows the reason, `aibridge-agent setup` tries again"
                    .to_owned(),
            ),
            Self::Usage(_) => Some(
                "see `aibridge-agent --help`; a script that is newer than this helper may use \
                 flags that it does not have"
                    .to_owned(),
            ),
            Self::Bug(_) => {
                Some("please report it with the output of `--log-level trace`".to_owned())
            }
            _ => None,
        }
    }
}

fn holder(process: Option<u32>) -> String {
    process.map_or_else(|| "another process".to_owned(), |it| format!("another process ({it})"))
}
