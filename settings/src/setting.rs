//! A setting after its sources were read: a value with its source, a fault, or
//! nothing.

use std::fmt::Display;

use crate::fault::Fault;
use crate::source::Source;

/// What became of one setting.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Setting<T> {
    /// The first source that has a value has an invalid one. The program decides
    /// whether that matters, by taking the setting or not.
    Faulty(Fault),
    /// A value.
    Known { value: T, source: Source },
    /// No source has a value, and there is no default.
    Missing,
}

impl<T> Setting<T> {
    /// The value, if there is a good one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Faulty(_) | Self::Missing => None,
        }
    }

    /// The value, if there is a good one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Faulty(_) | Self::Missing => None,
        }
    }

    /// The value, if it may be stored: see [`Source::is_own`].
    pub fn own(&self) -> Option<&T> {
        match self {
            Self::Known { value, source } if source.is_own() => Some(value),
            _ => None,
        }
    }

    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Faulty(fault) => Some(fault),
            Self::Known { .. } | Self::Missing => None,
        }
    }

    /// Turns the value into another one.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Setting<U> {
        match self {
            Self::Known { value, source } => Setting::Known { value: convert(value), source },
            Self::Faulty(fault) => Setting::Faulty(fault),
            Self::Missing => Setting::Missing,
        }
    }

    /// Parses the value; what is refused becomes a fault of its source.
    pub fn parse<U, E: Display>(
        self,
        parse: impl FnOnce(T) -> Result<U, E>,
        hint: impl FnOnce(&E) -> Option<String>,
    ) -> Setting<U> {
        match self {
            Self::Known { value, source } => match parse(value) {
                Ok(value) => Setting::Known { value, source },
                Err(err) => {
                    Setting::Faulty(Fault::new(source.to_string(), err.to_string(), hint(&err)))
                }
            },
            Self::Faulty(fault) => Setting::Faulty(fault),
            Self::Missing => Setting::Missing,
        }
    }
}
