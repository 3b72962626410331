//! The one place of this crate that reads the process environment.
//!
//! All other code takes a lookup, so that it can be tested as a function.

use std::ffi::OsString;

/// Value of a variable of this process; `None` if it is not set.
#[expect(clippy::disallowed_methods, reason = "the environment is read here only")]
pub(crate) fn lookup(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
