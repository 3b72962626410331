//! From flags, variables and `settings.json` to decisions; pure.
//!
//! The order of the sources stands in [`settings::Reader`], the names of each
//! setting in [`specs`]. Settings are read in groups, and a command reads those
//! that it needs, each once; a setting that is wrong is an error only of a
//! command that takes it.
//!
//! What Coder's own variables hold is never stored: it changes with the
//! deployment, and a stored copy would outlive it.

mod coordination;
mod log;
mod place;
mod setup;
pub(crate) mod specs;
pub(crate) mod stored;
mod tool;

#[cfg(test)]
mod tests;

use std::time::Duration;

use settings::{DURATION_HINT, Fault, Lookup, Reader, duration};

pub(crate) use self::coordination::{Coordination, CoordinationSettings, SyncMode, socket_path};
pub(crate) use self::log::LogSettings;
pub(crate) use self::place::place;
pub(crate) use self::setup::{CaSettings, Config, Flags, SeedSource, Setup};
pub(crate) use self::tool::{TokenSource, Tool, ToolSettings, missing_token};

fn reader(env: &dyn Lookup) -> Reader<'_> {
    Reader::new(env, "settings.json")
}

/// Reads a duration from a flag that has no variable.
///
/// # Errors
///
/// Text that is no duration.
pub(crate) fn flag_duration(flag: &'static str, text: &str) -> Result<Duration, settings::Error> {
    duration::parse(text).map_err(|err| {
        Fault::new(format!("`{flag}`"), err.to_string(), Some(DURATION_HINT.to_owned())).into()
    })
}
