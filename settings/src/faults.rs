//! Collects faults while a program takes the settings that it needs.

use crate::fault::{Error, Fault};
use crate::setting::Setting;

/// Collects faults while a program takes the settings that it needs.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Takes a setting that may be missing.
    pub fn optional<'s, T>(&mut self, setting: &'s Setting<T>) -> Option<&'s T> {
        self.0.extend(setting.fault().cloned());
        setting.value()
    }

    /// Takes a setting that must be there; `None` only if that is a fault.
    pub fn required<'s, T>(
        &mut self,
        setting: &'s Setting<T>,
        missing: impl FnOnce() -> Fault,
    ) -> Option<&'s T> {
        if let Setting::Missing = setting {
            self.add(missing());
        }
        self.optional(setting)
    }

    /// Ends the collection with what was taken, `None` if that lacks something.
    ///
    /// # Errors
    ///
    /// All faults, if there is one.
    pub fn finish<T>(self, taken: Option<T>) -> Result<T, Error> {
        match taken {
            Some(taken) if self.0.is_empty() => Ok(taken),
            _ => Err(self.into()),
        }
    }

    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self { faults: faults.0 }
    }
}
