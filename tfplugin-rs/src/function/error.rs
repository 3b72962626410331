//! Why a function has no result.

use std::fmt;

use crate::model::ModelError;

/// What a practitioner reads in place of a result.
///
/// Terraform puts the text into a sentence of its own, so it begins with a small letter
/// and has no full stop. It must not quote an argument that may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    argument: Option<usize>,
    text: String,
}

impl FunctionError {
    /// An error because of the argument at `index`, from 0; the variadic ones count on.
    pub fn argument(index: usize, text: impl Into<String>) -> Self {
        Self { argument: Some(index), text: sentence(text.into()) }
    }

    /// An error because of no argument in particular.
    pub fn general(text: impl Into<String>) -> Self {
        Self { argument: None, text: sentence(text.into()) }
    }

    /// The argument at fault, from 0.
    pub const fn index(&self) -> Option<usize> {
        self.argument
    }

    /// What is wrong.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn of_model(index: usize, err: &ModelError) -> Self {
        Self::argument(index, err.to_string())
    }

    /// The same error for a call with that many arguments: one that is not there cannot
    /// be at fault.
    pub(crate) fn among(self, count: usize) -> Self {
        Self { argument: self.argument.filter(|index| *index < count), ..self }
    }
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for FunctionError {}

/// Terraform adds the full stop.
fn sentence(text: String) -> String {
    match text.strip_suffix('.') {
        Some(text) => text.to_owned(),
        None => text,
    }
}
