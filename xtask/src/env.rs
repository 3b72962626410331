//! The environment as xtask reads it: the only file that does.

#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]

use std::ffi::OsString;
use std::num::NonZeroU64;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// Set by every common CI system. Missing system packages are installed then.
pub const ENV_CI: &str = "CI";
/// Where Cargo installs programs; empty counts as unset.
const ENV_CARGO_HOME: &str = "CARGO_HOME";
const ENV_HOME: &str = "HOME";
const ENV_PATH: &str = "PATH";

/// Switches on ring 3, the tests that need outside programs.
pub const ENV_SLOW_TESTS: &str = "RUN_SLOW_TESTS";

/// How long each fuzz target runs, in seconds.
const ENV_FUZZ_SECONDS: &str = "FUZZ_SECONDS";

/// Says whether this is a CI machine; `CI=false` and `CI=` are not.
pub fn is_ci() -> bool {
    non_empty(ENV_CI).is_some_and(|it| it != "false")
}

/// The value of `FUZZ_SECONDS`, if it is set. Zero is refused, since a fuzz target
/// takes zero as no limit.
pub fn fuzz_seconds() -> Result<Option<NonZeroU64>> {
    let Some(text) = non_empty(ENV_FUZZ_SECONDS) else { return Ok(None) };
    let text = text.to_string_lossy();
    let seconds = text.parse();
    seconds.map(Some).with_context(|| {
        format!("expected a number of seconds in {ENV_FUZZ_SECONDS}, found `{text}`")
    })
}

/// The folders of `PATH` in order; none if it is unset.
pub fn path_folders() -> Vec<PathBuf> {
    std::env::var_os(ENV_PATH).map(|it| std::env::split_paths(&it).collect()).unwrap_or_default()
}

/// The user's home folder, if it is known.
pub fn home() -> Option<PathBuf> {
    non_empty(ENV_HOME).map(PathBuf::from)
}

/// Cargo's own folder, `~/.cargo` by default.
pub fn cargo_home() -> Option<PathBuf> {
    non_empty(ENV_CARGO_HOME).map(PathBuf::from).or_else(|| home().map(|it| it.join(".cargo")))
}

/// Names of the variables that `cargo run` set for us and that must not reach
/// a nested Cargo: some build scripts watch them and would run again each time.
pub fn names_set_by_cargo() -> Vec<OsString> {
    const PREFIXES: [&str; 5] =
        ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"];
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| {
            let name = name.to_string_lossy();
            PREFIXES.iter().any(|it| name.starts_with(it))
                || matches!(&*name, "LD_LIBRARY_PATH" | "OUT_DIR")
        })
        .collect()
}

fn non_empty(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|it| !it.is_empty())
}
