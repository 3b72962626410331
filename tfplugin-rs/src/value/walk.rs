//! Visits and changes the parts of values, with their paths.

use super::Value;
use crate::path::{AttributePath, Step};

impl Value {
    /// The paths of all unknown parts, in order. Empty if the value is wholly known.
    pub fn unknown_paths(&self) -> Vec<AttributePath> {
        let mut paths = Vec::new();
        self.visit(&mut |path, value| {
            if value.is_unknown() {
                paths.push(path.clone());
            }
        });
        paths
    }

    /// Calls `visit` with every part of the value, the whole first. Elements of a set are
    /// visited with the path of the set: they have none of their own.
    pub fn visit(&self, visit: &mut impl FnMut(&AttributePath, &Self)) {
        walk(self, &AttributePath::root(), visit);
    }

    /// The same value with null for all that is unknown.
    #[must_use]
    pub fn unknown_as_null(self) -> Self {
        match self {
            Self::Unknown(_) => Self::Null,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => self,
            Self::List(items) => Self::List(each(items)),
            Self::Set(items) => Self::Set(each(items)),
            Self::Tuple(items) => Self::Tuple(each(items)),
            Self::Map(entries) => {
                Self::Map(entries.into_iter().map(|(k, v)| (k, v.unknown_as_null())).collect())
            }
            Self::Object(attributes) => Self::Object(
                attributes.into_iter().map(|(k, v)| (k, v.unknown_as_null())).collect(),
            ),
            Self::Dynamic(mut dynamic) => {
                dynamic.value = dynamic.value.unknown_as_null();
                Self::Dynamic(dynamic)
            }
        }
    }

    /// The part at `path`; `None` if there is none, or it is inside something null or unknown.
    pub fn at(&self, path: &AttributePath) -> Option<&Self> {
        path.steps().iter().try_fold(self, |value, step| value.step(step))
    }

    fn step(&self, step: &Step) -> Option<&Self> {
        match (self, step) {
            (Self::Dynamic(dynamic), step) => dynamic.value.step(step),
            (Self::Object(attributes), Step::Attribute(name)) => attributes.get(name),
            (Self::Map(entries), Step::Key(key)) => entries.get(key),
            (Self::List(items) | Self::Tuple(items), Step::Index(index)) => {
                items.get(usize::try_from(*index).ok()?)
            }
            _ => None,
        }
    }
}

fn each(items: Vec<Value>) -> Vec<Value> {
    items.into_iter().map(Value::unknown_as_null).collect()
}

fn walk(value: &Value, path: &AttributePath, visit: &mut impl FnMut(&AttributePath, &Value)) {
    visit(path, value);
    match value {
        Value::List(items) | Value::Tuple(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, &path.index(at), visit);
            }
        }
        Value::Set(items) => items.iter().for_each(|item| walk(item, path, visit)),
        Value::Map(entries) => {
            for (key, entry) in entries {
                walk(entry, &path.key(key), visit);
            }
        }
        Value::Object(attributes) => {
            for (name, value) in attributes {
                walk(value, &path.attribute(name), visit);
            }
        }
        // The value itself has been visited as the place it stands in.
        Value::Dynamic(dynamic) if !dynamic.value.is_unknown() => {
            walk(&dynamic.value, path, visit);
        }
        _ => {}
    }
}
