//! Which objects of two values belong together: by position, by key, or, in sets, by
//! what the configuration sets in them.
//!
//! Sets have ten thousand elements at times, so nothing here tries each with each.

use std::collections::BTreeMap;

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
            let mut configs = Elements::configs(body, config.as_elements().unwrap_or_default());
            let stored = prior.and_then(Value::as_elements).unwrap_or_default();
            let mut stored = Elements::values(body, stored);
            for item in items {
                let config = configs.find(item).unwrap_or(&Value::Null);
                let prior = stored.find(config);
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

/// The elements of a set, indexed so that a search for what belongs to another element
/// compares few of them.
struct Elements<'a> {
    body: &'a Body,
    side: Side,
    items: &'a [Value],
    plain: Vec<(&'a str, &'a Attribute)>,
    /// Positions of elements that are open in the same attributes.
    groups: BTreeMap<Vec<bool>, Vec<usize>>,
    /// Of each group and each choice of attributes that was searched by.
    indexes: BTreeMap<(Vec<bool>, Vec<bool>), Index<'a>>,
}

/// Positions by what the elements have in some attributes.
type Index<'a> = BTreeMap<Vec<&'a Value>, Vec<usize>>;

/// What the elements are, and the others are that they are searched for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Configs,
    Values,
}

/// How close an element must be to be found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closeness {
    /// Spelled alike, and open in the same places.
    Alike,
    /// Whatever can belong together.
    Possible,
}

impl<'a> Elements<'a> {
    /// To be searched for the configuration of a value.
    fn configs(body: &'a Body, items: &'a [Value]) -> Self {
        Self::new(body, Side::Configs, items)
    }

    /// To be searched for a value that stems from a configuration.
    fn values(body: &'a Body, items: &'a [Value]) -> Self {
        Self::new(body, Side::Values, items)
    }

    fn new(body: &'a Body, side: Side, items: &'a [Value]) -> Self {
        let plain = body.attributes().iter().filter(|(_, it)| it.nested().is_none());
        let plain: Vec<_> = plain.map(|(name, it)| (name.as_str(), it)).collect();
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            groups.entry(open(&plain, item, side)).or_default().push(at);
        }
        Self { body, side, items, plain, groups, indexes: BTreeMap::new() }
    }

    /// The first element that belongs to `other`; rather one that is alike.
    fn find(&mut self, other: &Value) -> Option<&'a Value> {
        [Closeness::Alike, Closeness::Possible].into_iter().find_map(|it| self.closest(other, it))
    }

    fn closest(&mut self, other: &Value, closeness: Closeness) -> Option<&'a Value> {
        let Self { body, side, items, plain, groups, indexes } = self;
        let other_side = if *side == Side::Configs { Side::Values } else { Side::Configs };
        let other_open = open(plain, other, other_side);
        let first_of = |(group, members): (&Vec<bool>, &Vec<usize>)| {
            let (values, configs) = match side {
                Side::Configs => (&other_open, group),
                Side::Values => (group, &other_open),
            };
            let chosen = compared(plain, values, configs, closeness);
            let index = indexes.entry((group.clone(), chosen.clone())).or_insert_with(|| {
                let mut index = Index::new();
                for at in members {
                    index.entry(key(plain, &chosen, &items[*at])).or_default().push(*at);
                }
                index
            });
            let found = look_up(index, &key(plain, &chosen, other));
            found.iter().copied().find(|at| match side {
                Side::Configs => stems_from(body, other, &items[*at]),
                Side::Values => stems_from(body, &items[*at], other),
            })
        };
        groups.iter().filter_map(first_of).min().map(|at| &items[at])
    }
}

fn look_up<'i, 'v>(index: &'i Index<'v>, key: &Vec<&'v Value>) -> &'i [usize] {
    index.get(key).map_or(&[], Vec::as_slice)
}

/// In which attributes an element may match any other: in a configuration those that
/// are null, in a value those that are unknown.
fn open(plain: &[(&str, &Attribute)], element: &Value, side: Side) -> Vec<bool> {
    let is_open = |part: &Value| match side {
        Side::Configs => part.is_null(),
        Side::Values => part.is_unknown(),
    };
    plain.iter().map(|(name, _)| is_open(part(element, name))).collect()
}

/// The attributes that must be equal if two elements belong together.
fn compared(
    plain: &[(&str, &Attribute)],
    values: &[bool],
    configs: &[bool],
    closeness: Closeness,
) -> Vec<bool> {
    let open = values.iter().zip(configs);
    plain
        .iter()
        .zip(open)
        .map(|((_, attribute), (is_unknown, is_absent))| {
            if *is_absent {
                !attribute.is_computed()
            } else {
                closeness == Closeness::Alike || !(*is_unknown || attribute.equality().is_some())
            }
        })
        .collect()
}

/// What an element has in the chosen attributes.
fn key<'a>(plain: &[(&str, &Attribute)], chosen: &[bool], element: &'a Value) -> Vec<&'a Value> {
    let chosen = plain.iter().zip(chosen).filter(|(_, is_chosen)| **is_chosen);
    chosen.map(|((name, _), _)| part(element, name)).collect()
}

fn part<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

/// Whether `value` can be what became of `config`: equal wherever the configuration sets
/// a value, and anything the provider may set elsewhere.
fn stems_from(body: &Body, value: &Value, config: &Value) -> bool {
    match (value, config) {
        (Value::Object(_), Value::Object(_)) => {}
        (value, config) => return value == config,
    }
    let attributes = body.attributes().iter().all(|(name, attribute)| {
        let (value, config) = (part(value, name), part(config, name));
        match attribute.nested() {
            _ if config.is_null() => attribute.is_computed() || value.is_null(),
            Some(nested) => all_stem_from(nested.body(), value, config),
            // Planned as unknown, it may have become anything.
            None => value.is_unknown() || attribute.is_same(value, config),
        }
    });
    attributes
        && body
            .blocks()
            .iter()
            .all(|(name, block)| all_stem_from(block.body(), part(value, name), part(config, name)))
}

fn all_stem_from(body: &Body, value: &Value, config: &Value) -> bool {
    match (value, config) {
        (Value::List(values), Value::List(configs)) => {
            values.len() == configs.len()
                && values.iter().zip(configs).all(|(value, config)| stems_from(body, value, config))
        }
        (Value::Set(values), Value::Set(configs)) => {
            values.len() == configs.len() && {
                let mut configs = Elements::configs(body, configs);
                values.iter().all(|value| configs.find(value).is_some())
            }
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
