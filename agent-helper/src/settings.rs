//! From flags, environment and `settings.json` to decisions; pure.
//!
//! For each setting: flag, then its `AIBRIDGE_…` variable, then what an earlier
//! `setup` stored, then Coder's own variable, then the default. What Coder's
//! own variables said is never stored: it changes with the deployment, and a
//! stored copy would outlive it.
//!
//! Empty counts as unset. An empty *flag* hides the stored value as well, so
//! that a script which names every setting also ends those it no longer has.
mod coordination;
mod inspect;
mod place;
mod proxy;
pub mod resolve;
mod setup;
pub mod stored;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use settings::duration;

pub use self::coordination::{Coordination, ExplicitCoordination, SyncMode, coordination};
pub use self::inspect::{Inspected, inspect};
pub use coder_client::workspace::{Files as Place, LOCK_NAME};

pub use self::place::place;
pub use self::proxy::{TokenSource, Tool, tool};
pub use self::setup::{DEFAULT_TIMEOUT, SeedSource, Setup, pin, setup, timeout};

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Flag, variable or file that holds it.
    pub source: String,
    /// What is wrong; never a secret.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// All faults of the settings, reported at once.
#[derive(Debug)]
pub struct SettingsError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl SettingsError {
    /// A single fault.
    pub fn one(
        source: impl Into<String>,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Self {
        Self { faults: vec![Fault { source: source.into(), message: message.into(), hint }] }
    }

    /// What to write instead, for each fault that knows.
    pub fn hint(&self) -> Option<String> {
        let hints: Vec<&str> = self.faults.iter().filter_map(|it| it.hint.as_deref()).collect();
        (!hints.is_empty()).then(|| hints.join("; "))
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            let gap = if i == 0 { "" } else { "; " };
            write!(f, "{gap}{}: {}", fault.source, fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}

/// Reads a span of time from a flag that has no variable.
///
/// # Errors
///
/// Text that is no span.
pub fn flag_span(flag: &'static str, text: &str) -> Result<Duration, SettingsError> {
    duration::parse(text).map_err(|err| {
        SettingsError::one(
            format!("`{flag}`"),
            err.to_string(),
            Some(resolve::SPAN_HINT.to_owned()),
        )
    })
}

/// A stored path, unless it is empty.
fn kept(path: &Option<PathBuf>) -> Option<PathBuf> {
    path.clone().filter(|it| !it.as_os_str().is_empty())
}
