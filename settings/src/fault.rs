//! What is wrong with settings, and the error that reports all of it at once.

use std::fmt;

use crate::source::Source;

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

    /// A variable's bytes are no text.
    pub fn not_utf8(source: Source) -> Self {
        Self::new(source.to_string(), "the value is not UTF-8", None)
    }

    /// What [`fmt::Display`] gives for several faults, for one.
    pub fn text(&self) -> String {
        format!("{}: {}", self.source, self.message)
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
