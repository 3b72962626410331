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
    Faulty {
        fault: Fault,
        /// The value of the next source, where the first is not even text.
        next: Option<T>,
    },
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
            Self::Faulty { .. } | Self::Missing => None,
        }
    }

    /// The value, if there is a good one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Faulty { .. } | Self::Missing => None,
        }
    }

    /// The value, or that of the next source: for what must go on although a
    /// setting is wrong, and must not take the default for what is configured.
    pub fn usable(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Faulty { next, .. } => next.as_ref(),
            Self::Missing => None,
        }
    }

    /// A fault with no value behind it.
    pub fn faulty(fault: Fault) -> Self {
        Self::Faulty { fault, next: None }
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
            Self::Faulty { fault, .. } => Some(fault),
            Self::Known { .. } | Self::Missing => None,
        }
    }

    /// Turns the value into another one.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Setting<U> {
        match self {
            Self::Known { value, source } => Setting::Known { value: convert(value), source },
            Self::Faulty { fault, next } => Setting::Faulty { fault, next: next.map(convert) },
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
                    Setting::faulty(Fault::new(source.to_string(), err.to_string(), hint(&err)))
                }
            },
            Self::Faulty { fault, next } => {
                Setting::Faulty { fault, next: next.and_then(|it| parse(it).ok()) }
            }
            Self::Missing => Setting::Missing,
        }
    }
}
