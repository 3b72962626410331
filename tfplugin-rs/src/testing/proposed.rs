//! Terraform's merge of configuration and stored object, which a plan starts from.
//!
//! What is configured stands. What is not, and the provider may set, is as stored. Elements
//! of lists belong together by position, of maps by key, of sets by what is configured.

use std::collections::BTreeMap;

use crate::schema::{Attribute, Block, Body};
use crate::value::Value;

/// The proposed object; null if there is no configuration.
pub(super) fn proposed(body: &Body, prior: &Value, config: &Value) -> Value {
    let Value::Object(configured) = config else { return config.clone() };
    let part = |name: &str| {
        (prior.get(name).unwrap_or(&Value::Null), configured.get(name).unwrap_or(&Value::Null))
    };
    let attributes = body.attributes().iter().map(|(name, attribute)| {
        let (prior, config) = part(name);
        (name.clone(), of_attribute(attribute, prior, config))
    });
    let blocks = body.blocks().iter().map(|(name, block)| {
        let (prior, config) = part(name);
        (name.clone(), of_block(block, prior, config))
    });
    Value::object(attributes.chain(blocks))
}

fn of_attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if config.is_null() && attribute.is_computed() {
        // What only a configuration can have set leaves with the configuration.
        let came_from_it = attribute.is_optional()
            && attribute.nested().is_some_and(|it| holds_configured(it.body(), prior));
        return if came_from_it { Value::Null } else { prior.clone() };
    }
    match attribute.nested() {
        Some(nested) => of_objects(nested.body(), prior, config),
        None => config.clone(),
    }
}

fn of_block(block: &Block, prior: &Value, config: &Value) -> Value {
    of_objects(block.body(), prior, config)
}

/// One object or several; what is null or unknown stays that.
fn of_objects(body: &Body, prior: &Value, config: &Value) -> Value {
    match config {
        Value::Object(_) => proposed(body, prior, config),
        Value::List(items) => {
            let stored = prior.as_elements().unwrap_or_default();
            let merged = items
                .iter()
                .enumerate()
                .map(|(at, config)| proposed(body, stored.get(at).unwrap_or(&Value::Null), config));
            Value::List(merged.collect())
        }
        Value::Map(entries) => {
            let none = BTreeMap::new();
            let stored = if let Value::Map(stored) = prior { stored } else { &none };
            Value::map(entries.iter().map(|(key, config)| {
                (key.clone(), proposed(body, stored.get(key).unwrap_or(&Value::Null), config))
            }))
        }
        Value::Set(items) => of_set(body, prior, items),
        other => other.clone(),
    }
}

/// Each stored element serves once, for the first configured one that it fits.
fn of_set(body: &Body, prior: &Value, items: &[Value]) -> Value {
    let mut stored: Vec<&Value> = prior.as_elements().unwrap_or_default().iter().collect();
    let merged = items.iter().map(|config| {
        let found = stored.iter().position(|prior| fits(body, prior, config));
        let prior = found.map_or(&Value::Null, |at| stored.remove(at));
        proposed(body, prior, config)
    });
    Value::Set(merged.collect())
}

/// Whether a stored element differs from the configured one only in what the provider set.
fn fits(body: &Body, prior: &Value, config: &Value) -> bool {
    let part = |of: &Value, name: &str| of.get(name).cloned().unwrap_or_default();
    body.attributes().iter().all(|(name, attribute)| {
        let (prior, config) = (part(prior, name), part(config, name));
        if config.is_null() && attribute.is_computed() {
            return true;
        }
        prior == config
            || attribute.nested().is_some_and(|it| fit_inside(it.body(), &prior, &config))
    }) && body
        .blocks()
        .iter()
        .all(|(name, block)| fit_inside(block.body(), &part(prior, name), &part(config, name)))
}

fn fit_inside(body: &Body, prior: &Value, config: &Value) -> bool {
    match (prior, config) {
        (Value::Object(_), Value::Object(_)) => fits(body, prior, config),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(prior, config)| fits(body, prior, config))
        }
        _ => prior == config,
    }
}

/// Whether anything inside was set that no provider computes.
fn holds_configured(body: &Body, value: &Value) -> bool {
    match value {
        Value::Object(parts) => body.attributes().iter().any(|(name, attribute)| {
            let part = parts.get(name).unwrap_or(&Value::Null);
            !part.is_null()
                && (!attribute.is_computed()
                    || attribute.nested().is_some_and(|it| holds_configured(it.body(), part)))
        }),
        Value::List(items) | Value::Set(items) => items.iter().any(|it| holds_configured(body, it)),
        Value::Map(entries) => entries.values().any(|it| holds_configured(body, it)),
        _ => false,
    }
}
