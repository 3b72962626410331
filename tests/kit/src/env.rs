//! The environment that the harness itself reads; the only file that does.

use std::ffi::OsString;
use std::path::PathBuf;

/// Set by every common CI system.
const ENV_CI: &str = "CI";
/// Switches on the tests that need outside programs; `cargo xtask test` sets it.
const ENV_SLOW_TESTS: &str = "RUN_SLOW_TESTS";
/// Set by Cargo for what it runs: the Cargo to call again.
const ENV_CARGO: &str = "CARGO";
/// As expect-test reads it.
const ENV_UPDATE_EXPECT: &str = "UPDATE_EXPECT";
const ENV_PATH: &str = "PATH";

/// Whether tests of ring 3 are to run. Empty counts as unset, and so does
/// `CI=false`.
pub(crate) fn slow_tests() -> bool {
    non_empty(ENV_SLOW_TESTS).is_some() || non_empty(ENV_CI).is_some_and(|it| it != "false")
}

/// Whether snapshots are to be rewritten.
pub(crate) fn updates_snapshots() -> bool {
    non_empty(ENV_UPDATE_EXPECT).is_some()
}

/// A number in a variable; none if the variable is unset or holds no number.
pub(crate) fn number(name: &str) -> Option<usize> {
    non_empty(name)?.to_str()?.parse().ok()
}

/// The search path, empty if unset.
pub(crate) fn path() -> OsString {
    non_empty(ENV_PATH).unwrap_or_default()
}

/// The Cargo that runs this test, else the one on the search path.
pub(crate) fn cargo() -> PathBuf {
    non_empty(ENV_CARGO).map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Names of variables that Cargo sets for the test it runs, and that a nested
/// build must not see: build scripts that watch them would run again each time.
pub(crate) fn set_by_cargo() -> Vec<OsString> {
    const PREFIXES: [&str; 5] =
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
    let names = names().into_iter().filter(|name| {
        let name = name.to_string_lossy();
        PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || matches!(&*name, "CARGO" | "CARGO_TARGET_TMPDIR" | "OUT_DIR" | "LD_LIBRARY_PATH")
    });
    names.collect()
}

#[expect(clippy::disallowed_methods, reason = "this is the file that reads the environment")]
fn non_empty(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "this is the file that reads the environment")]
fn names() -> Vec<OsString> {
    std::env::vars_os().map(|(name, _)| name).collect()
}
