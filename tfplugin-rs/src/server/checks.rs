//! Terraform's own rules for plans and results, applied to our answers before it sees them.
//!
//! Written after the behaviour of Terraform's plan and result checks, and never stricter
//! than they are: a breach here is an error that Terraform would raise too, with a
//! message that helps the practitioner less.

mod plan;
mod result;
mod sets;

#[cfg(test)]
mod tests;

pub(super) use self::plan::check_answer;
pub use self::plan::check_plan;
pub use self::result::check_result;
use crate::diag::Diagnostic;
use crate::path::AttributePath;
use crate::schema::{Attribute, Body};
use crate::value::Value;

/// A rule that an answer breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which attribute.
    pub path: AttributePath,
    /// What is wrong with it; quotes no sensitive value.
    pub problem: String,
}

impl Breach {
    fn new(path: &AttributePath, problem: impl Into<String>) -> Self {
        Self { path: path.clone(), problem: problem.into() }
    }

    /// The error for a plan that breaks a rule.
    pub(super) fn in_plan(self) -> Diagnostic {
        let detail = format!(
            "The provider planned something that Terraform does not allow for {}: {}. Please \
             report this to the provider's developers.",
            subject(&self.path),
            self.problem
        );
        Diagnostic::error("Provider made an invalid plan", detail).at(self.path)
    }

    /// The error for a result that breaks a rule.
    pub(super) fn in_result(self) -> Diagnostic {
        let detail = format!(
            "The object was changed and is stored, but {} is not as planned: {}. Plan again \
             to see the difference. If it stays, please report this to the provider's \
             developers.",
            subject(&self.path),
            self.problem
        );
        Diagnostic::error("Result differs from the plan", detail).at(self.path)
    }
}

impl Breach {
    /// The error for an answer that breaks a rule, where nothing is planned or stored: by
    /// ephemeral resources.
    pub(super) fn in_answer(self) -> Diagnostic {
        let detail = format!(
            "The provider answered with something that does not fit the configuration for {}: \
             {}. Please report this to the provider's developers.",
            subject(&self.path),
            self.problem
        );
        Diagnostic::error("Answer differs from the configuration", detail).at(self.path)
    }
}

fn subject(path: &AttributePath) -> String {
    if path.is_root() { "the object".to_owned() } else { format!("`{path}`") }
}

/// A value as quoted in a message: short, and nothing of it if it is sensitive.
fn quote(value: &Value, is_sensitive: bool) -> String {
    const SHOWN: usize = 60;
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown(_) => "unknown".to_owned(),
        _ if is_sensitive => "a sensitive value".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let mut shown: String = text.chars().take(SHOWN).collect();
            if shown.len() < text.len() {
                shown.push('…');
            }
            format!("{shown:?}")
        }
        value => format!("a {}", value.kind()),
    }
}

/// Whether an attribute or anything inside it is sensitive.
fn hides(attribute: &Attribute) -> bool {
    fn inside(body: &Body) -> bool {
        body.attributes().values().any(hides)
    }
    attribute.is_sensitive() || attribute.nested().is_some_and(|nested| inside(nested.body()))
}
