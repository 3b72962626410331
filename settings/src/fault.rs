//! What is wrong with settings: collected, then reported at once.

use std::fmt;

use crate::setting::Setting;
use crate::spec::Spec;

/// One fault of one setting.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// Flag, variable or file that holds the value, in backticks.
    pub source: String,
    /// What is wrong; never a secret.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Fault {
    pub fn new(
        source: impl Into<String>,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Self {
        Self { source: source.into(), message: message.into(), hint }
    }

    /// What [`fmt::Display`] gives for several faults, for one.
    pub fn text(&self) -> String {
        format!("{}: {}", self.source, self.message)
    }
}

/// Collects faults while a program takes the settings that it needs.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Takes a setting that may be missing.
    pub fn optional<T>(&mut self, setting: Setting<T>) -> Option<T> {
        match setting {
            Setting::Known { value, .. } => Some(value),
            Setting::Missing => None,
            Setting::Faulty(fault) => {
                self.add(fault);
                None
            }
        }
    }

    /// Takes a setting that must be there; `None` only if that is a fault.
    pub fn required<T>(&mut self, setting: Setting<T>, spec: &Spec) -> Option<T> {
        if let Setting::Missing = setting {
            self.add(spec.missing());
        }
        self.optional(setting)
    }

    /// Ends the collection.
    ///
    /// # Errors
    ///
    /// All faults, if there is one.
    pub fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into()) }
    }

    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }
}

/// All faults of the settings.
#[derive(Debug)]
pub struct Error {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl Error {
    /// What to write instead, for each fault that knows.
    pub fn hint(&self) -> Option<String> {
        let hints: Vec<&str> = self.faults.iter().filter_map(|it| it.hint.as_deref()).collect();
        (!hints.is_empty()).then(|| hints.join("; "))
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self { faults: faults.0 }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            let gap = if i == 0 { "" } else { "; " };
            write!(f, "{gap}{}", fault.text())?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
