//! Type constraints and their JSON form, as schemas and open values carry them.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value as Json, json};

use crate::path::{AttributePath, Step};

/// How deeply types may nest: bounds recursion over what a client sends.
const MAX_DEPTH: usize = 32;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `bool`
    Bool,
    /// `number`, of any size and precision
    Number,
    /// `string`
    String,
    /// `dynamic`: each value brings its own type
    Dynamic,
    /// `list(…)`
    List(Box<Self>),
    /// `set(…)`
    Set(Box<Self>),
    /// `map(…)`, keys are strings
    Map(Box<Self>),
    /// `tuple([…])`
    Tuple(Vec<Self>),
    /// `object({…})`
    Object(BTreeMap<String, Self>),
}

/// A text that is not a type in JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    /// No JSON at all.
    #[error("the type is not valid JSON")]
    NotJson,
    /// JSON, but not one of the forms of a type.
    #[error("`{0}` is not a type")]
    Malformed(String),
    /// Deeper than any real type.
    #[error("the type nests more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

impl Type {
    /// `list(element)`
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// `set(element)`
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// `map(element)`
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// `object({…})`
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }

    /// Reads the JSON form, such as `["list","string"]`.
    ///
    /// # Errors
    /// Anything that is not a type, and types that nest too deeply.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TypeError> {
        let json: Json = serde_json::from_slice(bytes).map_err(|_| TypeError::NotJson)?;
        Self::parse(&json)
    }

    /// The path by which Terraform can name a part of a value of this type: elements of
    /// sets have no address, so it ends at the set. `Err`: there is no such part; the
    /// path of what encloses it.
    pub(crate) fn address(&self, path: &AttributePath) -> Result<AttributePath, AttributePath> {
        let mut ty = self;
        for (at, step) in path.steps().iter().enumerate() {
            let reached = || path.steps()[..at].iter().cloned().collect();
            ty = match (ty, step) {
                (Self::Set(_), _) => return Ok(reached()),
                (Self::Dynamic, _) => return Ok(path.clone()),
                (Self::List(element), Step::Index(_)) | (Self::Map(element), Step::Key(_)) => {
                    element
                }
                (Self::Tuple(elements), Step::Index(index)) => {
                    let element = usize::try_from(*index).ok().and_then(|it| elements.get(it));
                    element.ok_or_else(reached)?
                }
                (Self::Object(attributes), Step::Attribute(name)) => {
                    attributes.get(name).ok_or_else(reached)?
                }
                _ => return Err(reached()),
            };
        }
        Ok(path.clone())
    }

    pub(crate) fn parse(json: &Json) -> Result<Self, TypeError> {
        parse(json, 0)
    }

    /// The JSON form, as in `Schema.Attribute.type`.
    pub fn to_json(&self) -> String {
        self.json().to_string()
    }

    /// Whether a part of the type is open.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Object(attributes) => attributes.values().any(Self::has_dynamic),
        }
    }

    pub(crate) fn json(&self) -> Json {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.json()]),
            Self::Set(element) => json!(["set", element.json()]),
            Self::Map(element) => json!(["map", element.json()]),
            Self::Tuple(elements) => {
                json!(["tuple", elements.iter().map(Self::json).collect::<Vec<_>>()])
            }
            Self::Object(attributes) => {
                let attributes: Map<String, Json> =
                    attributes.iter().map(|(name, ty)| (name.clone(), ty.json())).collect();
                json!(["object", attributes])
            }
        }
    }
}

impl fmt::Display for Type {
    /// As written in Terraform's language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::Dynamic => f.write_str("any"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                let elements: Vec<String> = elements.iter().map(Self::to_string).collect();
                write!(f, "tuple([{}])", elements.join(", "))
            }
            Self::Object(attributes) => {
                let attributes: Vec<String> =
                    attributes.iter().map(|(name, ty)| format!("{name} = {ty}")).collect();
                write!(f, "object({{{}}})", attributes.join(", "))
            }
        }
    }
}

fn parse(json: &Json, depth: usize) -> Result<Type, TypeError> {
    if depth > MAX_DEPTH {
        return Err(TypeError::TooDeep);
    }
    let malformed = || TypeError::Malformed(json.to_string().chars().take(80).collect());
    match json {
        Json::String(name) => match name.as_str() {
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            "dynamic" => Ok(Type::Dynamic),
            _ => Err(malformed()),
        },
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(kind), element] => match (kind.as_str(), element) {
                ("list", element) => Ok(Type::list(parse(element, depth + 1)?)),
                ("set", element) => Ok(Type::set(parse(element, depth + 1)?)),
                ("map", element) => Ok(Type::map(parse(element, depth + 1)?)),
                ("tuple", Json::Array(elements)) => elements
                    .iter()
                    .map(|it| parse(it, depth + 1))
                    .collect::<Result<_, _>>()
                    .map(Type::Tuple),
                ("object", Json::Object(attributes)) => parse_object(attributes, depth),
                _ => Err(malformed()),
            },
            // The third part names optional attributes: a matter of configuration only.
            [Json::String(kind), Json::Object(attributes), Json::Array(_)] if kind == "object" => {
                parse_object(attributes, depth)
            }
            _ => Err(malformed()),
        },
        _ => Err(malformed()),
    }
}

fn parse_object(attributes: &Map<String, Json>, depth: usize) -> Result<Type, TypeError> {
    let typed = attributes.iter().map(|(name, ty)| Ok((name.clone(), parse(ty, depth + 1)?)));
    typed.collect::<Result<_, _>>().map(Type::Object)
}
