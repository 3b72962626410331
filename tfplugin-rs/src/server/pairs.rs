//! Which objects of two values belong together: by position, by key, or, in sets, by
//! what the configuration says about them.

use std::collections::BTreeMap;

use super::equality::is_same;
use crate::path::AttributePath;
use crate::schema::{Attribute, Body};
use crate::value::Value;

/// Path, planned object, its configuration, its stored state.
type Visit<'a> = dyn FnMut(&AttributePath, &mut Value, &Value, Option<&Value>) + 'a;

/// Calls `visit` for each object of a nested attribute or block that is planned, with
/// its path, its configuration, and its stored state. Elements of sets carry the path
/// of the set.
pub(super) fn each_object(
    body: &Body,
    planned: &mut Value,
    config: &Value,
    prior: Option<&Value>,
    path: &AttributePath,
    visit: &mut Visit<'_>,
) {
    match planned {
        Value::List(items) => {
            let prior = prior.and_then(Value::as_elements);
            let config = config.as_elements();
            for (at, item) in items.iter_mut().enumerate() {
                let config = config.and_then(|it| it.get(at)).unwrap_or(&Value::Null);
                let prior = prior.and_then(|it| it.get(at)).filter(|it| !it.is_null());
                visit(&path.index(at), item, config, prior);
            }
        }
        Value::Map(entries) => {
            for (key, item) in entries {
                let config = entry(config, key).unwrap_or(&Value::Null);
                let prior = prior.and_then(|it| entry(it, key)).filter(|it| !it.is_null());
                visit(&path.key(key), item, config, prior);
            }
        }
        Value::Set(items) => {
            let configs = Elements::of(body, config.as_elements().unwrap_or_default());
            let stored = prior.and_then(Value::as_elements).unwrap_or_default();
            let stored = Elements::of(body, stored);
            for item in items {
                let config = configs.find(body, |config| stems_from(body, item, config), item);
                let config = config.unwrap_or(&Value::Null);
                let prior = stored.find(body, |prior| stems_from(body, prior, config), item);
                visit(path, item, config, prior);
            }
        }
        Value::Object(_) => visit(path, planned, config, prior.filter(|it| !it.is_null())),
        _ => {}
    }
}

fn entry<'a>(map: &'a Value, key: &str) -> Option<&'a Value> {
    match map {
        Value::Map(entries) => entries.get(key),
        _ => None,
    }
}

/// The elements of a set by those of their attributes that only the configuration sets,
/// so that a search looks at few.
struct Elements<'a> {
    by_key: BTreeMap<Vec<&'a Value>, Vec<&'a Value>>,
}

impl<'a> Elements<'a> {
    fn of(body: &Body, elements: &'a [Value]) -> Self {
        let mut by_key: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for element in elements {
            by_key.entry(key(body, element)).or_default().push(element);
        }
        Self { by_key }
    }

    /// The first element beside `like` that `fits`.
    fn find(&self, body: &Body, fits: impl Fn(&Value) -> bool, like: &Value) -> Option<&'a Value> {
        self.by_key.get(&key(body, like))?.iter().copied().find(|element| fits(element))
    }
}

/// The plain attributes of an element that the provider never sets, in one spelling each.
fn key<'a>(body: &Body, element: &'a Value) -> Vec<&'a Value> {
    let plain = body.attributes().iter().filter(|(_, it)| is_plain(it) && !it.is_computed());
    plain
        .filter(|(_, it)| it.equality().is_none())
        .map(|(name, _)| element.get(name).unwrap_or(&Value::Null))
        .collect()
}

fn is_plain(attribute: &Attribute) -> bool {
    attribute.nested().is_none()
}

/// Whether `value` can be what became of `config`: equal wherever the configuration says
/// something, and anything the provider may set elsewhere.
fn stems_from(body: &Body, value: &Value, config: &Value) -> bool {
    match (value, config) {
        (Value::Object(_), Value::Object(_)) => {}
        (value, config) => return value == config,
    }
    let part = |object: &'_ Value, name: &str| object.get(name).cloned().unwrap_or_default();
    let attributes = body.attributes().iter().all(|(name, attribute)| {
        let (value, config) = (part(value, name), part(config, name));
        match attribute.nested() {
            _ if config.is_null() => attribute.is_computed() || value.is_null(),
            Some(nested) => all_stem_from(nested.body(), &value, &config),
            // Planned as unknown, it may have become anything.
            None => value.is_unknown() || is_same(attribute, &value, &config),
        }
    });
    attributes
        && body.blocks().iter().all(|(name, block)| {
            all_stem_from(block.body(), &part(value, name), &part(config, name))
        })
}

fn all_stem_from(body: &Body, value: &Value, config: &Value) -> bool {
    match (value, config) {
        (Value::List(values), Value::List(configs)) => {
            values.len() == configs.len()
                && values.iter().zip(configs).all(|(value, config)| stems_from(body, value, config))
        }
        (Value::Set(values), Value::Set(configs)) => {
            values.len() == configs.len()
                && values.iter().all(|it| configs.iter().any(|config| stems_from(body, it, config)))
        }
        (Value::Map(values), Value::Map(configs)) => {
            values.len() == configs.len()
                && values.iter().all(|(key, value)| {
                    configs.get(key).is_some_and(|config| stems_from(body, value, config))
                })
        }
        (value, config) => stems_from(body, value, config),
    }
}
