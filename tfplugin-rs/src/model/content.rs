//! Rust types that attributes can hold, and what [`model!`](crate::model!) is made of.

use std::collections::BTreeMap;

use super::{Attr, Content, Field, ModelError, Sensitive};
use crate::path::AttributePath;
use crate::ty::Type;
use crate::value::{Number, Value};

impl<T: Content> Field for Attr<T> {
    fn from_value(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        match value {
            Value::Null => Ok(Self::Null),
            Value::Unknown(_) => Ok(Self::Unknown),
            value => T::from_known(value, path).map(Self::Known),
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Unknown => Value::unknown(),
            Self::Known(content) => content.into_known(),
        }
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        T::check(ty, path, faults);
    }
}

impl Field for Value {
    fn from_value(value: Value, _path: &AttributePath) -> Result<Self, ModelError> {
        Ok(value)
    }

    fn into_value(self) -> Value {
        self
    }

    fn check(_ty: &Type, _path: &AttributePath, _faults: &mut Vec<ModelError>) {}
}

impl Content for String {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        match value {
            Value::String(text) => Ok(text),
            value => Err(mismatch("a string", &value, path)),
        }
    }

    fn into_known(self) -> Value {
        Value::String(self)
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        expect_type(*ty == Type::String, "a string", ty, path, faults);
    }
}

impl Content for Sensitive {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        String::from_known(value, path).map(Self)
    }

    fn into_known(self) -> Value {
        Value::String(self.0)
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        String::check(ty, path, faults);
    }
}

impl Content for bool {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        value.as_bool().ok_or_else(|| mismatch("a bool", &value, path))
    }

    fn into_known(self) -> Value {
        Value::Bool(self)
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        expect_type(*ty == Type::Bool, "a bool", ty, path, faults);
    }
}

impl Content for Number {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        match value {
            Value::Number(number) => Ok(number),
            value => Err(mismatch("a number", &value, path)),
        }
    }

    fn into_known(self) -> Value {
        Value::Number(self)
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        expect_type(*ty == Type::Number, "a number", ty, path, faults);
    }
}

impl Content for i64 {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        let number = Number::from_known(value, path)?;
        let problem = "a whole number of at most 64 bits is needed";
        number.to_i64().ok_or_else(|| ModelError::new(path, problem))
    }

    fn into_known(self) -> Value {
        Value::from(self)
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        Number::check(ty, path, faults);
    }
}

/// Lists and sets; a set's order is not kept.
impl<T: Field> Content for Vec<T> {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        match value {
            Value::List(items) | Value::Set(items) => items
                .into_iter()
                .enumerate()
                .map(|(at, item)| T::from_value(item, &path.index(at)))
                .collect(),
            value => Err(mismatch("a list or set", &value, path)),
        }
    }

    fn into_known(self) -> Value {
        Value::List(self.into_iter().map(Field::into_value).collect())
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        match ty {
            Type::List(element) | Type::Set(element) => T::check(element, path, faults),
            ty => expect_type(false, "a list or set", ty, path, faults),
        }
    }
}

impl<T: Field> Content for BTreeMap<String, T> {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        match value {
            Value::Map(entries) => entries
                .into_iter()
                .map(|(key, entry)| {
                    let entry = T::from_value(entry, &path.key(&key))?;
                    Ok((key, entry))
                })
                .collect(),
            value => Err(mismatch("a map", &value, path)),
        }
    }

    fn into_known(self) -> Value {
        Value::map(self.into_iter().map(|(key, entry)| (key, entry.into_value())))
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        match ty {
            Type::Map(element) => T::check(element, path, faults),
            ty => expect_type(false, "a map", ty, path, faults),
        }
    }
}

/// The attributes of an object that a model is being read from.
#[derive(Debug)]
pub struct Fields<'a> {
    attributes: BTreeMap<String, Value>,
    path: &'a AttributePath,
}

impl<'a> Fields<'a> {
    /// Opens an object.
    ///
    /// # Errors
    /// Any other value.
    pub fn read(value: Value, path: &'a AttributePath) -> Result<Self, ModelError> {
        match value {
            Value::Object(attributes) => Ok(Self { attributes, path }),
            value => Err(mismatch("an object", &value, path)),
        }
    }

    /// Takes the attribute out that a field is named for.
    ///
    /// # Errors
    /// If it is not there or of another type.
    pub fn take<T: Field>(&mut self, field: &str) -> Result<T, ModelError> {
        let name = attribute_name(field);
        let path = self.path.attribute(name);
        match self.attributes.remove(name) {
            Some(value) => T::from_value(value, &path),
            None => Err(ModelError::new(&path, "the object has no such attribute")),
        }
    }

    /// Makes sure that nothing is left.
    ///
    /// # Errors
    /// If the object has an attribute that the model lacks: its value would be lost.
    pub fn finish(self) -> Result<(), ModelError> {
        match self.attributes.keys().next() {
            Some(name) => {
                let path = self.path.attribute(name);
                Err(ModelError::new(&path, "the model has no field for this attribute"))
            }
            None => Ok(()),
        }
    }
}

/// The attribute types that a model is being checked against.
#[derive(Debug)]
pub struct FieldTypes<'a> {
    attributes: BTreeMap<&'a str, &'a Type>,
    path: &'a AttributePath,
    faults: &'a mut Vec<ModelError>,
}

impl<'a> FieldTypes<'a> {
    /// Opens an object type; another type is a fault.
    pub fn read(ty: &'a Type, path: &'a AttributePath, faults: &'a mut Vec<ModelError>) -> Self {
        let mut attributes = BTreeMap::new();
        match ty {
            Type::Object(types) => attributes.extend(types.iter().map(|(k, ty)| (k.as_str(), ty))),
            ty => expect_type(false, "an object", ty, path, faults),
        }
        Self { attributes, path, faults }
    }

    /// Checks one field against the attribute it is named for.
    pub fn check<T: Field>(&mut self, field: &str) {
        let name = attribute_name(field);
        let path = self.path.attribute(name);
        match self.attributes.remove(name) {
            Some(ty) => T::check(ty, &path, self.faults),
            None => self.faults.push(ModelError::new(&path, "the schema has no such attribute")),
        }
    }

    /// Adds a fault for each attribute without a field.
    pub fn finish(self) {
        for name in self.attributes.into_keys() {
            let path = self.path.attribute(name);
            let problem = "the model has no field for this attribute";
            self.faults.push(ModelError::new(&path, problem));
        }
    }
}

/// The attribute that a field is named for: the field's name, a raw identifier's too.
pub fn attribute_name(field: &str) -> &str {
    field.strip_prefix("r#").unwrap_or(field)
}

fn mismatch(expected: &str, found: &Value, path: &AttributePath) -> ModelError {
    ModelError::new(path, format!("{expected} is needed, found {}", found.kind()))
}

fn expect_type(
    fits: bool,
    expected: &str,
    ty: &Type,
    path: &AttributePath,
    faults: &mut Vec<ModelError>,
) {
    if !fits {
        let problem = format!("the model holds {expected}, the schema declares {ty}");
        faults.push(ModelError::new(path, problem));
    }
}
