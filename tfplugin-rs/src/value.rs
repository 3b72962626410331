//! Terraform's value model: null, unknown, exact numbers and sets that compare as sets.
//!
//! A [`Value`] does not carry its type; the codecs and [`Value::conform`] are
//! driven by a [`Type`]. Equality is Terraform's: strings after Unicode
//! normalisation, numbers by value, sets without order.

pub mod json;
pub mod msgpack;
pub mod walk;

mod conform;
mod decode;
mod number;
mod order;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

pub use self::conform::ConformError;
pub use self::decode::DecodeError;
pub use self::number::{Number, NumberError};
use crate::ty::Type;

/// One value of any type, null and unknown included.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Absent, or set to `null`.
    #[default]
    Null,
    /// Not known before apply.
    Unknown(Unknown),
    /// A truth value.
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// A text. Compared after Unicode normalisation (NFC), kept as it came.
    String(String),
    /// A sequence whose elements share one type.
    List(Vec<Self>),
    /// A set: compared without order, equal elements merge.
    Set(Vec<Self>),
    /// Values by key, all of one type. Keys are NFC-normalised at every boundary.
    Map(BTreeMap<String, Self>),
    /// A sequence whose elements each have their own type.
    Tuple(Vec<Self>),
    /// Values by attribute name.
    Object(BTreeMap<String, Self>),
    /// A value in a place whose type is open, with the type it has there.
    Dynamic(Box<Dynamic>),
}

/// A value together with its type, in a place of type [`Type::Dynamic`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dynamic {
    /// The type that the value has here.
    pub ty: Type,
    /// The value; never another [`Value::Dynamic`] unless `ty` is dynamic inside a structure.
    pub value: Value,
}

/// A value that is not known yet, with its refinements: what is known about it already.
///
/// Promises are read from the wire and never written: one that we return in a plan
/// would bind the apply that follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    refinements: Option<Box<Refinements>>,
}

/// What is known about an unknown value (extension type 12 of the value encoding).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refinements {
    /// `Some(false)`: it will not be null. `Some(true)`: it will be null.
    pub null: Option<bool>,
    /// It will begin with this text.
    pub string_prefix: Option<String>,
    /// Least number, and whether that number itself is possible.
    pub number_lower: Option<(Number, bool)>,
    /// Greatest number, and whether that number itself is possible.
    pub number_upper: Option<(Number, bool)>,
    /// Least number of elements.
    pub length_lower: Option<u64>,
    /// Greatest number of elements.
    pub length_upper: Option<u64>,
}

// === impl Unknown ===

impl Unknown {
    /// An unknown value with these refinements; without, if all fields are empty.
    pub fn refined(refinements: Refinements) -> Self {
        let is_empty = refinements == Refinements::default();
        Self { refinements: (!is_empty).then(|| Box::new(refinements)) }
    }

    /// The refinements of the value, if it has any.
    pub fn refinements(&self) -> Option<&Refinements> {
        self.refinements.as_deref()
    }
}

// === impl Value ===

impl Value {
    /// An unknown value without refinements.
    pub fn unknown() -> Self {
        Self::Unknown(Unknown::default())
    }

    /// An object of the given attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// A map of the given entries; keys are NFC-normalised.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (normalize(key.into()), value)).collect())
    }

    /// Whether the value is null, also where its type is open.
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(dynamic) => dynamic.value.is_null(),
            _ => false,
        }
    }

    /// Whether the value itself is unknown; a known list of unknown elements is not.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(dynamic) => dynamic.value.is_unknown(),
            _ => false,
        }
    }

    /// Whether neither the value nor anything inside it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(items) | Self::Set(items) | Self::Tuple(items) => {
                items.iter().all(Self::is_wholly_known)
            }
            Self::Map(entries) | Self::Object(entries) => {
                entries.values().all(Self::is_wholly_known)
            }
            Self::Dynamic(dynamic) => dynamic.value.is_wholly_known(),
        }
    }

    /// The text, if the value is a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if the value is a known boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The number, if the value is a known number.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The attributes, if the value is a known object.
    pub fn as_object(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Object(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// The attribute of that name, if the value is a known object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// The elements, if the value is a known list, set or tuple.
    pub fn as_elements(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) | Self::Set(items) | Self::Tuple(items) => Some(items),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Number::from(number))
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The text in the form in which Terraform compares it (NFC).
pub(crate) fn normalized(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// As [`normalized`], for text that is owned already.
pub(crate) fn normalize(text: String) -> String {
    match normalized(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(text) => text,
    }
}
