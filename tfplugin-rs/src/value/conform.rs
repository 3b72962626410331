//! Brings a value that code has built into the exact shape of a type.
//!
//! Authors may use a list where the schema declares a set, or a map for an object. Whatever
//! does not fit is an error with its path, before Terraform sees it.

use std::collections::BTreeMap;

use super::order::distinct;
use super::{Dynamic, Value, normalize};
use crate::path::AttributePath;
use crate::ty::Type;

/// A value that does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct ConformError {
    /// Where in the value.
    pub path: AttributePath,
    problem: String,
}

impl ConformError {
    fn new(path: &AttributePath, problem: impl Into<String>) -> Self {
        Self { path: path.clone(), problem: problem.into() }
    }
}

impl Value {
    /// The same value in the shape of `ty`: sequences become the kind that the type
    /// names, map keys are normalised, equal set elements merge.
    ///
    /// # Errors
    /// A value of another type; an object with attributes missing or too many.
    pub fn conform(self, ty: &Type) -> Result<Self, ConformError> {
        conform(self, ty, &AttributePath::root()).map_err(|ConformError { path, problem }| {
            ConformError { path: ty.address(&path).unwrap_or(path), problem }
        })
    }

    /// What kind of value this is, in Terraform's words.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Unknown(_) => "unknown value",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Tuple(_) => "tuple",
            Self::Object(_) => "object",
            Self::Dynamic(_) => "value of open type",
        }
    }
}

fn conform(value: Value, ty: &Type, path: &AttributePath) -> Result<Value, ConformError> {
    match (ty, value) {
        (_, value @ (Value::Null | Value::Unknown(_)))
        | (Type::Bool, value @ Value::Bool(_))
        | (Type::Number, value @ Value::Number(_))
        | (Type::String, value @ Value::String(_)) => Ok(value),
        (Type::Dynamic, Value::Dynamic(dynamic)) => {
            let Dynamic { ty, value } = *dynamic;
            let value = conform(value, &ty, path)?;
            Ok(Value::Dynamic(Box::new(Dynamic { ty, value })))
        }
        (Type::Dynamic, value) => conform_open(value, path),
        (Type::List(element), Value::List(items) | Value::Set(items) | Value::Tuple(items)) => {
            let types = std::iter::repeat(&**element);
            Ok(Value::List(conform_items(items, types, path)?))
        }
        (Type::Set(element), Value::List(items) | Value::Set(items) | Value::Tuple(items)) => {
            let items = conform_items(items, std::iter::repeat(&**element), path)?;
            let merged = distinct(&items);
            if merged.len() == items.len() {
                return Ok(Value::Set(items));
            }
            Ok(Value::Set(merged.into_iter().cloned().collect()))
        }
        (Type::Map(element), Value::Map(entries) | Value::Object(entries)) => {
            conform_entries(entries, element, path)
        }
        (Type::Tuple(types), Value::List(items) | Value::Tuple(items)) => {
            if types.len() != items.len() {
                let (expected, found) = (types.len(), items.len());
                let problem = format!("a tuple of {expected} elements is needed, not of {found}");
                return Err(ConformError::new(path, problem));
            }
            Ok(Value::Tuple(conform_items(items, types.iter(), path)?))
        }
        (Type::Object(types), Value::Object(entries) | Value::Map(entries)) => {
            conform_object(entries, types, path)
        }
        (ty, value) => {
            let problem = format!("a value of type {ty} is needed, found {}", value.kind());
            Err(ConformError::new(path, problem))
        }
    }
}

/// Gives a value in a place of open type the type that its own shape implies.
fn conform_open(value: Value, path: &AttributePath) -> Result<Value, ConformError> {
    let ty = value.implied_type();
    let value = conform(value, &ty, path)?;
    Ok(Value::Dynamic(Box::new(Dynamic { ty, value })))
}

fn conform_items<'a>(
    items: Vec<Value>,
    types: impl Iterator<Item = &'a Type>,
    path: &AttributePath,
) -> Result<Vec<Value>, ConformError> {
    let typed = items.into_iter().zip(types).enumerate();
    typed.map(|(at, (item, ty))| conform(item, ty, &path.index(at))).collect()
}

fn conform_entries(
    entries: BTreeMap<String, Value>,
    element: &Type,
    path: &AttributePath,
) -> Result<Value, ConformError> {
    let mut conformed = BTreeMap::new();
    for (key, value) in entries {
        let value = conform(value, element, &path.key(&key))?;
        conformed.insert(normalize(key), value);
    }
    Ok(Value::Map(conformed))
}

fn conform_object(
    mut entries: BTreeMap<String, Value>,
    types: &BTreeMap<String, Type>,
    path: &AttributePath,
) -> Result<Value, ConformError> {
    let mut conformed = BTreeMap::new();
    for (name, ty) in types {
        let Some(value) = entries.remove(name) else {
            return Err(ConformError::new(&path.attribute(name), "the attribute is missing"));
        };
        let value = conform(value, ty, &path.attribute(name))?;
        conformed.insert(name.clone(), value);
    }
    match entries.keys().next() {
        Some(name) => {
            let problem = "there is no such attribute in the schema";
            Err(ConformError::new(&path.attribute(name), problem))
        }
        None => Ok(Value::Object(conformed)),
    }
}

impl Value {
    /// The type that the value's own shape implies; sequences and maps count as tuples
    /// and objects, so that elements of different types are no problem.
    fn implied_type(&self) -> Type {
        match self {
            Self::Null | Self::Unknown(_) | Self::Dynamic(_) => Type::Dynamic,
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::List(items) | Self::Set(items) | Self::Tuple(items) => {
                Type::Tuple(items.iter().map(Self::implied_type).collect())
            }
            Self::Map(entries) | Self::Object(entries) => Type::Object(
                entries.iter().map(|(name, value)| (name.clone(), value.implied_type())).collect(),
            ),
        }
    }
}
