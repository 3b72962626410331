//! The environment as every program reads it: through a trait, so that tests
//! hand in a table and only files named `env.rs` touch the process.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// Where the values of variables come from.
pub trait Lookup {
    /// Returns the raw value, which may be empty or not UTF-8.
    fn raw(&self, name: &str) -> Option<OsString>;

    /// Returns the value, with an empty one counted as unset.
    fn non_empty(&self, name: &str) -> Option<OsString> {
        self.raw(name).filter(|it| !it.is_empty())
    }
}

/// An environment that is a table, for tests.
impl Lookup for BTreeMap<&'static str, OsString> {
    fn raw(&self, name: &str) -> Option<OsString> {
        self.get(name).cloned()
    }
}
