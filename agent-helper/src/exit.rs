//! The exit codes with their classes, which are a stable contract with scripts,
//! in one table.

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use coder_client::http::FaultClass;

/// How a run of the helper ended, as scripts see it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    Done,
    Bug,
    Usage,
    Settings,
    Network,
    Tls,
    NotSignedIn,
    NotLicensed,
    NotEnabled,
    NotCoder,
    Certificate,
    FileSystem,
    Coordination,
    TimedOut,
    SetupFailed,
    /// Ended by the signal of this number.
    Signal(u8),
    /// The command that was run ended with this code, which has its own meaning.
    Command(u8),
}

impl Exit {
    /// Those with a number of their own, in the order of the table in `--help`.
    const ALL: [Self; 15] = [
        Self::Done,
        Self::Bug,
        Self::Usage,
        Self::Settings,
        Self::Network,
        Self::Tls,
        Self::NotSignedIn,
        Self::NotLicensed,
        Self::NotEnabled,
        Self::NotCoder,
        Self::Certificate,
        Self::FileSystem,
        Self::Coordination,
        Self::TimedOut,
        Self::SetupFailed,
    ];

    /// The number, the class in `status.json` and other JSON, and the text in `--help`.
    fn row(self) -> (u8, &'static str, &'static str) {
        match self {
            Self::Done => (0, "done", "success (also outcomes `seeded` and `deferred`)"),
            Self::Bug => (1, "bug", "fault of this program"),
            Self::Usage => (2, "usage", "wrong command line"),
            Self::Settings => (10, "settings", "setting missing or wrong"),
            Self::Network => {
                (11, FaultClass::Network.as_str(), "network, server error, rate limit, timeout")
            }
            Self::Tls => (12, FaultClass::Tls.as_str(), "TLS to the deployment"),
            Self::NotSignedIn => {
                (13, FaultClass::NotSignedIn.as_str(), "session token not accepted")
            }
            Self::NotLicensed => (14, FaultClass::NotLicensed.as_str(), "deployment not licensed"),
            Self::NotEnabled => (
                15,
                FaultClass::NotEnabled.as_str(),
                "proxy not enabled, not configured, or unknown to the deployment",
            ),
            Self::NotCoder => (
                16,
                FaultClass::NotCoder.as_str(),
                "response is not Coder's (redirect, login page)",
            ),
            Self::Certificate => (17, FaultClass::Certificate.as_str(), "certificate refused"),
            Self::FileSystem => (18, "file_system", "file system"),
            Self::Coordination => (19, "coordination", "coordination required but not available"),
            Self::TimedOut => (20, "timed_out", "wait timed out"),
            Self::SetupFailed => {
                (21, "setup_failed", "set-up had failed or left only a stale certificate")
            }
            Self::Signal(number) => (128u8.saturating_add(number), "signal", "ended by signal n"),
            Self::Command(code) => (code, "command", "exit code of the command"),
        }
    }

    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        self.row().0
    }

    /// The word for it in `status.json` and other JSON.
    pub(crate) fn class(self) -> &'static str {
        self.row().1
    }

    /// The table in `--help`.
    pub(crate) fn table() -> String {
        let line = |code: &str, help: &str| format!("  {code:<6} {help}\n");
        let own: String =
            Self::ALL.iter().map(|it| line(&it.code().to_string(), it.row().2)).collect();
        let others = [
            ("22", "helper not available (from the start-up script)"),
            ("126", "command cannot be run"),
            ("127", "command not found"),
        ];
        let others: String = others.iter().map(|(code, help)| line(code, help)).collect();
        let other = line("other", Self::Command(0).row().2);
        format!("Exit codes:\n{own}{others}{}{other}", line("128+n", Self::Signal(0).row().2))
    }
}

/// The deployment's fault as an exit code.
impl From<FaultClass> for Exit {
    fn from(class: FaultClass) -> Self {
        match class {
            FaultClass::Network => Self::Network,
            FaultClass::Tls => Self::Tls,
            FaultClass::NotSignedIn => Self::NotSignedIn,
            FaultClass::NotLicensed => Self::NotLicensed,
            FaultClass::NotEnabled => Self::NotEnabled,
            FaultClass::NotCoder => Self::NotCoder,
            FaultClass::Certificate => Self::Certificate,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
