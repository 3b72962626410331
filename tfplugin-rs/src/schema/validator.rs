//! Validators: rules for configured values, and the ones that most schemas need.

use std::fmt::Display;

use crate::diag::Diagnostics;
use crate::path::AttributePath;
use crate::value::{Number, Value};

/// A rule for the configured value of one attribute.
///
/// It is called with known values only; a known list may hold unknown elements. It does
/// no I/O: Terraform validates several times, without a configured provider.
pub trait Validator: Send + Sync + 'static {
    /// The rule as the documentation states it, such as "must be one of `a` or `b`".
    fn describe(&self) -> String;

    /// Adds an error at `path` if the value breaks the rule.
    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics);
}

/// A string out of a fixed choice.
pub fn one_of(choice: &'static [&'static str]) -> impl Validator {
    OneOf { choice }
}

/// A number, whole or not, from `min` to `max`, both included.
pub fn between(min: i64, max: i64) -> impl Validator {
    Between { min, max }
}

/// A number without a fraction; `2.0` has none.
pub fn whole() -> impl Validator {
    Whole
}

/// A list, set or map with at least one element, or a string with at least one character.
pub fn not_empty() -> impl Validator {
    NotEmpty
}

/// A string that `parse` accepts. Its error states what is wrong and what to write instead.
///
/// `rule` is the documentation; the error becomes the detail of the diagnostic, so it must
/// not quote the value of a sensitive attribute.
pub fn parses<E: Display>(
    rule: &'static str,
    parse: impl Fn(&str) -> Result<(), E> + Send + Sync + 'static,
) -> impl Validator {
    Parses { rule, parse }
}

/// Applies `validator` to each known element of a list, set or map.
pub fn each(validator: impl Validator) -> impl Validator {
    Each { validator }
}

struct OneOf {
    choice: &'static [&'static str],
}

struct Between {
    min: i64,
    max: i64,
}

struct Whole;

struct NotEmpty;

struct Parses<F> {
    rule: &'static str,
    parse: F,
}

struct Each<V> {
    validator: V,
}

/// The headline of every error of this module.
const SUMMARY: &str = "Invalid attribute value";

impl Validator for OneOf {
    fn describe(&self) -> String {
        let quoted: Vec<String> = self.choice.iter().map(|it| format!("`{it}`")).collect();
        format!("must be one of {}", quoted.join(", "))
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        if value.as_str().is_some_and(|text| !self.choice.contains(&text)) {
            diags.error(path.clone(), SUMMARY, format!("The value {}.", self.describe()));
        }
    }
}

impl Validator for Between {
    fn describe(&self) -> String {
        format!("must be a number from {} to {}", self.min, self.max)
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        let range = Number::from(self.min)..=Number::from(self.max);
        if value.as_number().is_some_and(|number| !range.contains(number)) {
            diags.error(path.clone(), SUMMARY, format!("The value {}.", self.describe()));
        }
    }
}

impl Validator for Whole {
    fn describe(&self) -> String {
        "must be a whole number".to_owned()
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        if value.as_number().is_some_and(|number| !number.is_whole()) {
            diags.error(path.clone(), SUMMARY, format!("The value {}.", self.describe()));
        }
    }
}

impl Validator for NotEmpty {
    fn describe(&self) -> String {
        "must not be empty".to_owned()
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        let is_empty = match value {
            Value::String(text) => text.is_empty(),
            Value::List(items) | Value::Set(items) | Value::Tuple(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
            _ => false,
        };
        if is_empty {
            diags.error(path.clone(), SUMMARY, format!("The value {}.", self.describe()));
        }
    }
}

impl<E: Display, F: Fn(&str) -> Result<(), E> + Send + Sync + 'static> Validator for Parses<F> {
    fn describe(&self) -> String {
        self.rule.to_owned()
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        if let Some(Err(err)) = value.as_str().map(&self.parse) {
            diags.error(path.clone(), SUMMARY, err.to_string());
        }
    }
}

impl<V: Validator> Validator for Each<V> {
    fn describe(&self) -> String {
        format!("each element {}", self.validator.describe())
    }

    fn validate(&self, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
        let mut check = |element: &Value, path: &AttributePath| {
            if !element.is_null() && !element.is_unknown() {
                self.validator.validate(element, path, diags);
            }
        };
        match value {
            Value::List(items) | Value::Tuple(items) => {
                for (at, item) in items.iter().enumerate() {
                    check(item, &path.index(at));
                }
            }
            // Elements of sets have no address.
            Value::Set(items) => items.iter().for_each(|item| check(item, path)),
            Value::Map(entries) => {
                for (key, entry) in entries {
                    check(entry, &path.key(key));
                }
            }
            _ => {}
        }
    }
}
