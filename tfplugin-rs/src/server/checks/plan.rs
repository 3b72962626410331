//! What a plan may be, given configuration and stored object.

use std::collections::BTreeMap;

use super::{Breach, hides, quote};
use crate::path::AttributePath;
use crate::schema::{Attribute, Block, BlockNesting, Body, Mode, Nested};
use crate::value::Value;

/// Checks a planned object. Empty: nothing is wrong.
///
/// Configured values must stay as configured or, where the provider says that they mean
/// the same, as stored. What is not configured may be anything if it is computed, and
/// must be null if it is not. All three must have the shape of the schema.
pub fn check_plan(body: &Body, prior: &Value, config: &Value, planned: &Value) -> Vec<Breach> {
    let mut breaches = Vec::new();
    check_object(body, [prior, config, planned], &AttributePath::root(), &mut breaches);
    breaches
}

/// Stored, configured and planned value of the same thing.
type Sides<'a> = [&'a Value; 3];

fn check_object(
    body: &Body,
    [prior, config, planned]: Sides<'_>,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    match (config.is_null(), planned.is_null()) {
        (true, true) => return,
        (false, true) => {
            breaches.push(Breach::new(path, "it is configured and planned to be absent"));
            return;
        }
        (true, false) => {
            breaches.push(Breach::new(path, "it is not configured and planned to be there"));
            return;
        }
        (false, false) => {}
    }
    check_attributes(body, [prior, config, planned], path, breaches);
    for (name, block) in body.blocks() {
        let sides = [part(prior, name), part(config, name), part(planned, name)];
        check_block(block, sides, &path.attribute(name), breaches);
    }
}

fn check_attributes(
    body: &Body,
    [prior, config, planned]: Sides<'_>,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    for (name, attribute) in body.attributes() {
        let sides = [part(prior, name), part(config, name), part(planned, name)];
        check_attribute(attribute, sides, &path.attribute(name), breaches);
    }
}

fn check_attribute(
    attribute: &Attribute,
    [prior, config, planned]: Sides<'_>,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    // Terraform lets a configured write-only value stand in a plan and refuses it
    // afterwards; we never let it get that far.
    if attribute.is_write_only() {
        if !planned.is_null() {
            breaches.push(Breach::new(path, "it is write-only and planned to be stored"));
        }
        return;
    }
    let keeps_prior = planned == prior && !prior.is_null() && !config.is_null();
    if planned == config || keeps_prior || attribute.mode() == Mode::Computed {
        return;
    }
    let is_sensitive = hides(attribute);
    if config.is_null() {
        if !attribute.is_computed() {
            let planned = quote(planned, is_sensitive);
            let problem = format!("it is not configured, not computed, and planned as {planned}");
            breaches.push(Breach::new(path, problem));
        }
        return;
    }
    if let Some(nested) = attribute.nested() {
        check_nested(nested, [prior, config, planned], path, breaches);
        return;
    }
    let (config, planned) = (quote(config, is_sensitive), quote(planned, is_sensitive));
    let problem = format!("it is configured as {config} and planned as {planned}");
    breaches.push(Breach::new(path, problem));
}

fn check_nested(
    nested: &Nested,
    [prior, config, planned]: Sides<'_>,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    if planned.is_null() {
        breaches.push(Breach::new(path, "it is configured and planned to be absent"));
        return;
    }
    if planned.is_unknown() {
        breaches.push(Breach::new(path, "it is configured and planned as unknown"));
        return;
    }
    match (config, planned) {
        (Value::List(configs), Value::List(plans)) => {
            if configs.len() != plans.len() {
                breaches.push(counts(path, configs.len(), plans.len()));
                return;
            }
            for (at, (config, planned)) in configs.iter().zip(plans).enumerate() {
                let prior = element(prior, at);
                let path = path.index(at);
                check_element(nested, [prior, config, planned], &path, breaches);
            }
        }
        (Value::Map(configs), Value::Map(plans)) => {
            check_keys(configs, plans, path, breaches);
            for (key, planned) in plans {
                if let Some(config) = configs.get(key) {
                    let prior = entry(prior, key);
                    let path = path.key(key);
                    check_element(nested, [prior, config, planned], &path, breaches);
                }
            }
        }
        (Value::Set(configs), Value::Set(plans)) => {
            // Elements of sets cannot be told apart, so only their number is checked;
            // unknown ones may yet turn out equal.
            let is_possible = match (config.is_wholly_known(), planned.is_wholly_known()) {
                (true, true) => configs.len() == plans.len(),
                (true, false) => configs.len() <= plans.len(),
                (false, _) => true,
            };
            breaches.extend((!is_possible).then(|| counts(path, configs.len(), plans.len())));
        }
        (Value::Object(_), Value::Object(_)) => {
            check_attributes(nested.body(), [prior, config, planned], path, breaches);
        }
        _ => {}
    }
}

fn check_element(
    nested: &Nested,
    [prior, config, planned]: Sides<'_>,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    if planned == config {
        return;
    }
    if planned.is_unknown() {
        breaches.push(Breach::new(path, "it is configured and planned as unknown"));
        return;
    }
    check_attributes(nested.body(), [prior, config, planned], path, breaches);
}

fn check_block(
    block: &Block,
    [prior, config, planned]: Sides<'_>,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    if planned.is_null() && block.nesting() != BlockNesting::Single {
        breaches.push(Breach::new(path, "blocks that are not there are an empty value, not null"));
        return;
    }
    if planned == config {
        return;
    }
    if config.is_unknown() || planned.is_unknown() {
        let problem = "blocks are planned exactly as configured, also where their number is open";
        breaches.push(Breach::new(path, problem));
        return;
    }
    match (config, planned) {
        (Value::List(configs), Value::List(plans)) => {
            if configs.len() != plans.len() {
                breaches.push(counts(path, configs.len(), plans.len()));
                return;
            }
            for (at, (config, planned)) in configs.iter().zip(plans).enumerate() {
                let sides = [element(prior, at), config, planned];
                check_object(block.body(), sides, &path.index(at), breaches);
            }
        }
        (Value::Map(configs), Value::Map(plans)) => {
            check_keys(configs, plans, path, breaches);
            for (key, planned) in plans {
                if let Some(config) = configs.get(key) {
                    let sides = [entry(prior, key), config, planned];
                    check_object(block.body(), sides, &path.key(key), breaches);
                }
            }
        }
        // Terraform itself trusts the provider here: elements cannot be told apart.
        (Value::Set(_), Value::Set(_)) => {}
        (config, planned) => check_object(block.body(), [prior, config, planned], path, breaches),
    }
}

fn check_keys(
    configs: &BTreeMap<String, Value>,
    plans: &BTreeMap<String, Value>,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    for key in plans.keys().filter(|key| !configs.contains_key(*key)) {
        breaches.push(Breach::new(&path.key(key), "it is planned and not configured"));
    }
    for key in configs.keys().filter(|key| !plans.contains_key(*key)) {
        breaches.push(Breach::new(&path.key(key), "it is configured and not planned"));
    }
}

fn counts(path: &AttributePath, configured: usize, planned: usize) -> Breach {
    Breach::new(path, format!("{configured} elements are configured and {planned} planned"))
}

/// An attribute of an object that may be null, or not known.
fn part<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

fn element(list: &Value, at: usize) -> &Value {
    list.as_elements().and_then(|items| items.get(at)).unwrap_or(&Value::Null)
}

fn entry<'a>(map: &'a Value, key: &str) -> &'a Value {
    match map {
        Value::Map(entries) => entries.get(key).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}
