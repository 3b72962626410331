//! Models: typed structs for objects of a schema, in place of untyped values.
//!
//! A model declares the attributes of its schema by name. What does not fit becomes an
//! error with the path of the attribute, never a panic.

mod content;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::diag::Diagnostic;
use crate::path::AttributePath;
use crate::schema::Schema;
use crate::ty::Type;
use crate::value::Value;

/// An attribute's value: null, not known yet, or known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Attr<T> {
    /// Absent, or set to `null`.
    #[default]
    Null,
    /// Not known before apply.
    Unknown,
    /// Known.
    Known(T),
}

/// A text whose `Debug` shows nothing, for sensitive attributes of a model.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sensitive(String);

/// A Rust type that can hold the known value of an attribute.
pub trait Content: Sized + Send + Sync + 'static {
    /// Reads a value that is neither null nor unknown.
    ///
    /// # Errors
    /// A value of another kind, or one that does not fit the Rust type.
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError>;

    /// Gives the value back.
    fn into_known(self) -> Value;

    /// Adds an error for each part of `ty` that this type cannot hold.
    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>);
}

/// A Rust type that can hold an attribute in every state: [`Attr`] or a bare [`Value`].
pub trait Field: Sized + Send + Sync + 'static {
    /// Reads any value.
    ///
    /// # Errors
    /// As [`Content::from_known`].
    fn from_value(value: Value, path: &AttributePath) -> Result<Self, ModelError>;

    /// Gives the value back.
    fn into_value(self) -> Value;

    /// As [`Content::check`].
    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>);
}

/// A struct made by [`model!`](crate::model!): the attributes of one schema.
pub trait Model: Content {
    /// Reads a whole object.
    ///
    /// # Errors
    /// An object that lacks an attribute of the model, or holds another type there.
    fn from_object(value: Value) -> Result<Self, ModelError> {
        Self::from_known(value, &AttributePath::root())
    }

    /// The whole object.
    fn into_object(self) -> Value {
        self.into_known()
    }

    /// What of the schema this model cannot hold. Empty for every correct model, which a
    /// test of each resource should assert.
    fn faults(schema: &Schema) -> Vec<ModelError> {
        let mut faults = Vec::new();
        Self::check(schema.ty(), &AttributePath::root(), &mut faults);
        faults
    }
}

/// A value that does not fit the model, or a model that does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// Where in the object.
    pub path: AttributePath,
    problem: String,
}

// === impl Attr ===

impl<T> Attr<T> {
    /// The known value.
    pub const fn as_known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The known value, by value.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// Whether it is known and not null.
    pub const fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// Whether it is null.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is not known yet.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The same state over another type.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(convert(value)),
        }
    }

    /// This one, or `other` if this is null. Unknown stays unknown.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_null() { other } else { self }
    }

    /// The same state over a reference.
    pub const fn as_ref(&self) -> Attr<&T> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(value),
        }
    }
}

impl Attr<String> {
    /// The known text.
    pub fn as_str(&self) -> Option<&str> {
        self.as_known().map(String::as_str)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl From<&str> for Attr<String> {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

// === impl Sensitive ===

impl Sensitive {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive([redacted])")
    }
}

// === impl ModelError ===

impl ModelError {
    /// A problem with what is at `path`. The text must not quote values: they may be secret.
    pub fn new(path: &AttributePath, problem: impl Into<String>) -> Self {
        Self { path: path.clone(), problem: problem.into() }
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_root() {
            return f.write_str(&self.problem);
        }
        write!(f, "`{}`: {}", self.path, self.problem)
    }
}

impl std::error::Error for ModelError {}

/// The headline of a value that the model cannot hold.
pub(crate) const UNUSABLE: &str = "Value cannot be used";

impl From<ModelError> for Diagnostic {
    /// Schema and model are known to agree, so what is left is mostly a number that the
    /// schema allows and the model does not: the practitioner's to correct.
    fn from(err: ModelError) -> Self {
        let detail = format!(
            "The provider cannot work with this value: {err}. Correct it in the configuration. \
             If it does not come from there, please report this to the provider's developers."
        );
        Self::error(UNUSABLE, detail).at(err.path)
    }
}

/// Declares a model: a struct whose fields are the attributes of a schema.
///
/// Each field is an [`Attr`] or a bare [`Value`], and is named like
/// its attribute. The struct gets `Clone`, `Debug`, `Default` and `PartialEq`.
///
/// ```
/// use tfplugin::model::{Attr, Model};
/// use tfplugin::value::Value;
///
/// tfplugin::model! {
///     /// A greeting.
///     pub struct Greeting {
///         /// Who is greeted.
///         pub name: Attr<String>,
///         pub times: Attr<i64>,
///     }
/// }
///
/// let value = Value::object([("name", "world".into()), ("times", Value::Null)]);
/// let greeting = Greeting::from_object(value).unwrap();
/// assert_eq!(greeting.name.as_str(), Some("world"));
/// assert!(greeting.times.is_null());
/// ```
#[macro_export]
macro_rules! model {
    ($(
        $(#[$meta:meta])*
        $vis:vis struct $model:ident {
            $( $(#[$field_meta:meta])* $field_vis:vis $field:ident : $ty:ty ),* $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        $vis struct $model {
            $( $(#[$field_meta])* $field_vis $field: $ty, )*
        }

        impl $crate::model::Content for $model {
            fn from_known(
                value: $crate::value::Value,
                path: &$crate::path::AttributePath,
            ) -> ::std::result::Result<Self, $crate::model::ModelError> {
                let mut fields = $crate::model::Fields::read(value, path)?;
                let model = Self { $( $field: fields.take(::std::stringify!($field))?, )* };
                fields.finish()?;
                ::std::result::Result::Ok(model)
            }

            fn into_known(self) -> $crate::value::Value {
                $crate::value::Value::object::<&str>([$((
                    $crate::model::attribute_name(::std::stringify!($field)),
                    $crate::model::Field::into_value(self.$field),
                )),*])
            }

            fn check(
                ty: &$crate::ty::Type,
                path: &$crate::path::AttributePath,
                faults: &mut ::std::vec::Vec<$crate::model::ModelError>,
            ) {
                let mut types = $crate::model::FieldTypes::read(ty, path, faults);
                $( types.check::<$ty>(::std::stringify!($field)); )*
                types.finish();
            }
        }

        impl $crate::model::Model for $model {}
    )+};
}

#[doc(hidden)]
pub use self::content::{FieldTypes, Fields, attribute_name};
