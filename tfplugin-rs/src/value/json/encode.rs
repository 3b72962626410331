//! Values to JSON.

use serde_json::{Map, Value as Json, json};

use crate::path::AttributePath;
use crate::value::Value;

/// A value that has no JSON form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not known, so it cannot be stored")]
pub struct EncodeError {
    /// Where in the value.
    pub path: AttributePath,
}

/// The JSON form of a value.
///
/// # Errors
/// An unknown value.
pub fn to_json(value: &Value) -> Result<Json, EncodeError> {
    write(value, &AttributePath::root())
}

fn write(value: &Value, path: &AttributePath) -> Result<Json, EncodeError> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Unknown(_) => return Err(EncodeError { path: path.clone() }),
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => Json::Number(
            number.as_str().parse().expect("the text of a number is always a JSON number"),
        ),
        Value::String(text) => Json::String(text.clone()),
        Value::List(items) | Value::Set(items) | Value::Tuple(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| write(item, &path.index(at)))
            .collect::<Result<_, _>>()
            .map(Json::Array)?,
        Value::Map(entries) => entries
            .iter()
            .map(|(key, entry)| Ok((key.clone(), write(entry, &path.key(key))?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Json::Object)?,
        Value::Object(attributes) => attributes
            .iter()
            .map(|(name, value)| Ok((name.clone(), write(value, &path.attribute(name))?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Json::Object)?,
        Value::Dynamic(dynamic) => {
            json!({ "type": dynamic.ty.json(), "value": write(&dynamic.value, path)? })
        }
    })
}
