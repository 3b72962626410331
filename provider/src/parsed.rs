//! Configured values that are parsed once, when the model is read.
//!
//! A model holds `Attr<Parsed<ProxyUrl>>` instead of a text: the validator of the
//! schema refuses what does not parse at the path of its attribute, and every later
//! stage works with the parsed value. The configured spelling is kept beside it, since
//! Terraform refuses a plan or a state that spells a configured value in another way.
//!
//! A rule that becomes stricter needs an upgrade of the stored state: an object whose
//! state does not parse can no longer be read or destroyed.

mod certificates;
mod duration;
mod files;
mod names;
mod requirement;
#[cfg(test)]
mod tests;
mod token;
mod urls;

use std::fmt::{self, Display};
use std::ops::Deref;

use tfplugin::model::{Content, ModelError};
use tfplugin::path::AttributePath;
use tfplugin::schema::validator::{Validator, parses};
use tfplugin::ty::Type;
use tfplugin::value::Value;

pub(crate) use self::certificates::{Certificates, Sha256};
pub(crate) use self::names::{DownloadUrl, ProgramPath, UnitName};
pub(crate) use self::requirement::Requirement;
pub(crate) use self::token::Token;
use crate::wording::sentences;

/// A type that a configured text is parsed as.
pub(crate) trait Parse: Sized {
    /// What the text must be, as documentation of a validator states it.
    const RULE: &'static str;

    /// Reads the text.
    ///
    /// # Errors
    /// A refusal that quotes nothing secret.
    fn parse(text: &str) -> Result<Self, Refusal>;
}

/// A parsed text with its configured spelling. `Debug` shows the spelling.
#[derive(Clone, PartialEq)]
pub(crate) struct Parsed<T> {
    text: String,
    value: T,
}

/// Why a configured text is refused. `Display` joins problem and hint with a colon, as
/// errors of functions have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    problem: String,
    hint: Option<String>,
}

/// The rule that a configured text can be parsed as `T`.
pub(crate) fn parsed<T: Parse + 'static>() -> impl Validator {
    parses(T::RULE, |text| T::parse(text).map(drop).map_err(|refusal| refusal.sentences()))
}

// === impl Parsed ===

impl<T: Parse> Parsed<T> {
    /// Reads a text.
    pub(crate) fn parse(text: impl Into<String>) -> Result<Self, Refusal> {
        let text = text.into();
        Ok(Self { value: T::parse(&text)?, text })
    }
}

impl<T> Parsed<T> {
    /// The text as it is configured.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl<T> Deref for Parsed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> fmt::Debug for Parsed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

impl<T: Parse + Send + Sync + 'static> Content for Parsed<T> {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        let text = String::from_known(value, path)?;
        Self::parse(text).map_err(|refusal| refusal.at(path))
    }

    fn into_known(self) -> Value {
        self.text.into_known()
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        String::check(ty, path, faults);
    }
}

// === impl Refusal ===

impl Refusal {
    /// A refusal, and what to write instead.
    pub(crate) fn new(problem: impl Display, hint: impl Display) -> Self {
        Self { problem: problem.to_string(), hint: Some(hint.to_string()) }
    }

    /// The same as sentences of a diagnostic.
    pub(crate) fn sentences(&self) -> String {
        sentences(&self.problem, self.hint.as_ref())
    }

    fn at(&self, path: &AttributePath) -> ModelError {
        ModelError::new(path, self.to_string())
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)?;
        match &self.hint {
            Some(hint) => write!(f, ": {hint}"),
            None => Ok(()),
        }
    }
}
