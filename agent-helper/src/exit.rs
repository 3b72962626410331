//! The exit codes, which are a stable contract with scripts.

#[cfg(test)]
mod tests;

use std::process::ExitCode;

/// How a run of the helper ended, as scripts see it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// Done; also outcomes `seeded` and `deferred`.
    Done,
    /// A fault of the helper itself.
    Bug,
    /// Wrong flags.
    Usage,
    /// A setting is missing or wrong.
    Settings,
    /// Network, 5xx, 429, deadline.
    Network,
    /// TLS to the deployment.
    Tls,
    /// Not signed in.
    NotSignedIn,
    /// Not licensed.
    NotLicensed,
    /// Proxy not enabled, not configured, or no such route.
    NotEnabled,
    /// Not Coder's answer.
    NotCoder,
    /// Certificate refused.
    Certificate,
    /// File system.
    FileSystem,
    /// Coordination required but missing.
    Coordination,
    /// Waited too long.
    TimedOut,
    /// Set-up had failed or left only a stale certificate.
    SetupFailed,
    /// Ended by this signal: 128 + number.
    Signal(u8),
    /// The code of a command that was run; its own meaning.
    Command(u8),
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Bug => 1,
            Self::Usage => 2,
            Self::Settings => 10,
            Self::Network => 11,
            Self::Tls => 12,
            Self::NotSignedIn => 13,
            Self::NotLicensed => 14,
            Self::NotEnabled => 15,
            Self::NotCoder => 16,
            Self::Certificate => 17,
            Self::FileSystem => 18,
            Self::Coordination => 19,
            Self::TimedOut => 20,
            Self::SetupFailed => 21,
            Self::Signal(number) => 128u8.saturating_add(number),
            Self::Command(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The table in `--help`, a literal so that it joins others at compile time;
/// kept equal to [`Exit::code`] by a test.
macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0   done (also with the certificate from Terraform, and in a prebuild)
  1   a fault of this program
  2   wrong flags
  10  a setting is missing or wrong
  11  network, server error, deadline
  12  TLS to the deployment
  13  not signed in
  14  not licensed
  15  proxy not enabled, not configured, or unknown to this deployment
  16  not an answer of Coder (redirect, login page)
  17  certificate refused
  18  file system
  19  coordination is required but cannot be had
  20  waited too long
  21  set-up had failed or left only a stale certificate
  126 command cannot be run; 127 command not found; else the command's code
  128+n ended by signal n
"
    };
}
pub(crate) use exit_codes;
