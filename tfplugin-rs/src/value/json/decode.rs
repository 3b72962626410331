//! JSON to values.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::path::AttributePath;
use crate::ty::Type;
use crate::value::decode::{DecodeError, Problem};
use crate::value::order::distinct;
use crate::value::{Dynamic, Number, Value, normalize};

/// How exactly objects must have the attributes of their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Exactly those.
    Exact,
    /// Others are dropped, missing ones are null: state that an older schema wrote.
    Lenient,
}

/// Reads a value of the given type from JSON text.
///
/// # Errors
/// Text that is not JSON or nests more than 127 levels deep, and JSON of another shape.
pub fn decode(bytes: &[u8], ty: &Type, strictness: Strictness) -> Result<Value, DecodeError> {
    let json = serde_json::from_slice(bytes).map_err(|err| DecodeError {
        path: AttributePath::root(),
        // The message of the parser has line and column and quotes no contents.
        problem: Problem::NotJson(err.to_string()),
    })?;
    from_json(json, ty, strictness)
}

/// Reads a value of the given type from JSON.
///
/// # Errors
/// JSON of another shape.
pub fn from_json(json: Json, ty: &Type, strictness: Strictness) -> Result<Value, DecodeError> {
    let read = Reader { strictness }.value(json, ty, &AttributePath::root());
    read.map_err(|DecodeError { path, problem }| DecodeError {
        path: ty.address(&path).unwrap_or(path),
        problem,
    })
}

struct Reader {
    strictness: Strictness,
}

impl Reader {
    fn value(&self, json: Json, ty: &Type, path: &AttributePath) -> Result<Value, DecodeError> {
        match (ty, json) {
            (_, Json::Null) => Ok(Value::Null),
            (Type::Bool, Json::Bool(flag)) => Ok(Value::Bool(flag)),
            (Type::String, Json::String(text)) => Ok(Value::String(text)),
            (Type::Number, Json::Number(number)) => read_number(number.as_str(), path),
            (Type::Bool | Type::Number | Type::String, json) => convert(json, ty, path),
            (Type::Dynamic, Json::Object(parts)) => self.open(parts, path),
            (Type::List(element), Json::Array(items)) => {
                Ok(Value::List(self.items(items, std::iter::repeat(&**element), path)?))
            }
            (Type::Set(element), Json::Array(items)) => {
                let items = self.items(items, std::iter::repeat(&**element), path)?;
                Ok(Value::Set(distinct(&items).into_iter().cloned().collect()))
            }
            (Type::Tuple(types), Json::Array(items)) => {
                let (expected, found) = (types.len(), items.len());
                if expected != found {
                    return Err(error(path, Problem::Length { expected, found }));
                }
                Ok(Value::Tuple(self.items(items, types.iter(), path)?))
            }
            (Type::Map(element), Json::Object(entries)) => self.map(entries, element, path),
            (Type::Object(types), Json::Object(attributes)) => self.object(attributes, types, path),
            (ty, json) => Err(mismatch(ty, &json, path)),
        }
    }

    /// A value of open type carries its type beside it.
    fn open(
        &self,
        mut parts: Map<String, Json>,
        path: &AttributePath,
    ) -> Result<Value, DecodeError> {
        let (Some(ty), Some(value), 2) =
            (parts.remove("type"), parts.remove("value"), parts.len() + 2)
        else {
            return Err(mismatch(&Type::Dynamic, &Json::Object(parts), path));
        };
        let ty = Type::parse(&ty).map_err(|err| error(path, err.into()))?;
        let value = self.value(value, &ty, path)?;
        Ok(Value::Dynamic(Box::new(Dynamic { ty, value })))
    }

    fn items<'a>(
        &self,
        items: Vec<Json>,
        types: impl Iterator<Item = &'a Type>,
        path: &AttributePath,
    ) -> Result<Vec<Value>, DecodeError> {
        let typed = items.into_iter().zip(types).enumerate();
        typed.map(|(at, (item, ty))| self.value(item, ty, &path.index(at))).collect()
    }

    fn map(
        &self,
        entries: Map<String, Json>,
        element: &Type,
        path: &AttributePath,
    ) -> Result<Value, DecodeError> {
        let read = entries.into_iter().map(|(key, entry)| {
            let value = self.value(entry, element, &path.key(&key))?;
            Ok((normalize(key), value))
        });
        read.collect::<Result<_, _>>().map(Value::Map)
    }

    fn object(
        &self,
        mut json: Map<String, Json>,
        types: &BTreeMap<String, Type>,
        path: &AttributePath,
    ) -> Result<Value, DecodeError> {
        let mut attributes = BTreeMap::new();
        for (name, ty) in types {
            let path = path.attribute(name);
            let value = match (json.remove(name), self.strictness) {
                (Some(json), _) => self.value(json, ty, &path)?,
                (None, Strictness::Lenient) => Value::Null,
                (None, Strictness::Exact) => return Err(error(&path, Problem::Missing)),
            };
            attributes.insert(name.clone(), value);
        }
        match (json.keys().next(), self.strictness) {
            (Some(name), Strictness::Exact) => {
                Err(error(&path.attribute(name), Problem::UnknownAttribute))
            }
            _ => Ok(Value::Object(attributes)),
        }
    }
}

/// Simple values may be written as another simple type: a schema may have changed from
/// number to string, and old state quotes numbers.
fn convert(json: Json, ty: &Type, path: &AttributePath) -> Result<Value, DecodeError> {
    match (ty, json) {
        (Type::Bool, Json::String(text)) if text == "true" => Ok(Value::Bool(true)),
        (Type::Bool, Json::String(text)) if text == "false" => Ok(Value::Bool(false)),
        (Type::Number, Json::String(text)) => read_number(&text, path),
        (Type::String, Json::Number(number)) => Ok(Value::String(number.as_str().to_owned())),
        (Type::String, Json::Bool(flag)) => Ok(Value::String(flag.to_string())),
        (ty, json) => Err(mismatch(ty, &json, path)),
    }
}

fn read_number(text: &str, path: &AttributePath) -> Result<Value, DecodeError> {
    Number::parse(text).map(Value::Number).map_err(|err| error(path, err.into()))
}

fn mismatch(ty: &Type, json: &Json, path: &AttributePath) -> DecodeError {
    let found = match json {
        Json::Null => "null",
        Json::Bool(_) => "bool",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "sequence",
        Json::Object(_) => "object",
    };
    error(path, Problem::Mismatch { expected: ty.to_string(), found })
}

fn error(path: &AttributePath, problem: Problem) -> DecodeError {
    DecodeError { path: path.clone(), problem }
}
