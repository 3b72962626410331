//! What a plan may be, given configuration and stored object.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Breach, hides, quote};
use crate::path::AttributePath;
use crate::schema::{Attribute, Block, BlockNesting, Body, Mode, Nested};
use crate::value::Value;

/// Checks a planned object. Empty: nothing is wrong.
///
/// Configured values must stay as configured or, where the provider declares that they mean
/// the same, as stored. What is not configured may be anything if it is computed, and
/// must be null if it is not. All three must have the shape of the schema.
pub fn check_plan(body: &Body, prior: &Value, config: &Value, planned: &Value) -> Vec<Breach> {
    check(body, [prior, config, planned], "planned")
}

/// Checks an answer where nothing is planned or stored by the same rules.
pub(in crate::server) fn check_answer(body: &Body, config: &Value, answer: &Value) -> Vec<Breach> {
    check(body, [&Value::Null, config, answer], "answered")
}

fn check(body: &Body, sides: Sides<'_>, verb: &'static str) -> Vec<Breach> {
    let mut found = Found { verb, is_secret: false, breaches: Vec::new() };
    check_object(body, sides, &AttributePath::root(), &mut found);
    found.breaches
}

/// What is wrong so far.
struct Found {
    /// What the provider has done with the values.
    verb: &'static str,
    /// Inside a sensitive attribute, where nothing may be quoted, no keys either.
    is_secret: bool,
    breaches: Vec<Breach>,
}

impl Found {
    fn push(&mut self, path: &AttributePath, problem: impl Into<String>) {
        self.breaches.push(Breach::new(path, problem));
    }

    fn key(&self, path: &AttributePath, key: &str) -> AttributePath {
        if self.is_secret { path.clone() } else { path.key(key) }
    }

    fn counts(&mut self, path: &AttributePath, configured: usize, planned: usize) {
        let verb = self.verb;
        self.push(path, format!("{configured} elements are configured and {planned} {verb}"));
    }
}

/// Stored, configured and planned value of one attribute or object.
type Sides<'a> = [&'a Value; 3];

fn check_object(body: &Body, sides: Sides<'_>, path: &AttributePath, found: &mut Found) {
    let [_, config, planned] = sides;
    match (config.is_null(), planned.is_null()) {
        (true, true) => return,
        (false, true) => {
            found.push(path, format!("it is configured and {} to be absent", found.verb));
            return;
        }
        (true, false) => {
            found.push(path, format!("it is not configured and {} to be there", found.verb));
            return;
        }
        (false, false) => {}
    }
    check_attributes(body, sides, path, found);
    for (name, block) in body.blocks() {
        let sides = sides.map(|it| part(it, name));
        check_block(block, sides, &path.attribute(name), found);
    }
}

fn check_attributes(body: &Body, sides: Sides<'_>, path: &AttributePath, found: &mut Found) {
    for (name, attribute) in body.attributes() {
        let sides = sides.map(|it| part(it, name));
        check_attribute(attribute, sides, &path.attribute(name), found);
    }
}

fn check_attribute(
    attribute: &Attribute,
    sides: Sides<'_>,
    path: &AttributePath,
    found: &mut Found,
) {
    let [prior, config, planned] = sides;
    // Terraform lets a configured write-only value stand in a plan and refuses it
    // afterwards; we never let it get that far.
    if attribute.is_write_only() {
        if !planned.is_null() {
            found.push(path, format!("it is write-only and {} to be stored", found.verb));
        }
        return;
    }
    let keeps_prior = planned == prior && !prior.is_null() && !config.is_null();
    if planned == config || keeps_prior || attribute.mode() == Mode::Computed {
        return;
    }
    let is_sensitive = found.is_secret || hides(attribute);
    if config.is_null() {
        if !attribute.is_computed() {
            let planned = quote(planned, is_sensitive);
            let verb = found.verb;
            let problem = format!("it is not configured, not computed, and {verb} as {planned}");
            found.push(path, problem);
        }
        return;
    }
    if let Some(nested) = attribute.nested() {
        let is_outer_secret = found.is_secret;
        found.is_secret |= attribute.is_sensitive();
        check_nested(nested, sides, path, found);
        found.is_secret = is_outer_secret;
        return;
    }
    let (config, planned) = (quote(config, is_sensitive), quote(planned, is_sensitive));
    let verb = found.verb;
    let problem = format!("it is configured as {config} and {verb} as {planned}");
    found.push(path, problem);
}

fn check_nested(nested: &Nested, sides: Sides<'_>, path: &AttributePath, found: &mut Found) {
    let [prior, config, planned] = sides;
    if planned.is_null() {
        found.push(path, format!("it is configured and {} to be absent", found.verb));
        return;
    }
    if planned.is_unknown() {
        found.push(path, format!("it is configured and {} as unknown", found.verb));
        return;
    }
    match (config, planned) {
        (Value::List(configs), Value::List(plans)) => {
            if configs.len() != plans.len() {
                found.counts(path, configs.len(), plans.len());
                return;
            }
            for (at, (config, planned)) in configs.iter().zip(plans).enumerate() {
                let prior = element(prior, at);
                let path = path.index(at);
                check_element(nested, [prior, config, planned], &path, found);
            }
        }
        (Value::Map(configs), Value::Map(plans)) => {
            check_keys(configs, plans, path, found);
            for (key, planned) in plans {
                if let Some(config) = configs.get(key) {
                    let prior = entry(prior, key);
                    let path = found.key(path, key);
                    check_element(nested, [prior, config, planned], &path, found);
                }
            }
        }
        (Value::Set(configs), Value::Set(plans)) => {
            // Elements of sets cannot be distinguished, so only their number is checked;
            // unknown ones may yet turn out equal.
            let is_possible = match (config.is_wholly_known(), planned.is_wholly_known()) {
                (true, true) => configs.len() == plans.len(),
                (true, false) => configs.len() <= plans.len() && !configs.is_empty(),
                (false, _) => true,
            };
            if !is_possible {
                found.counts(path, configs.len(), plans.len());
            }
        }
        (Value::Object(_) | Value::Unknown(_), Value::Object(_)) => {
            check_attributes(nested.body(), sides, path, found);
        }
        (Value::Unknown(_), Value::List(_) | Value::Map(_)) => {
            let problem = format!("it is configured as unknown and {} as known", found.verb);
            found.push(path, problem);
        }
        _ => {}
    }
}

fn check_element(nested: &Nested, sides: Sides<'_>, path: &AttributePath, found: &mut Found) {
    let [_, config, planned] = sides;
    if planned == config {
        return;
    }
    if planned.is_unknown() {
        found.push(path, format!("it is configured and {} as unknown", found.verb));
        return;
    }
    check_attributes(nested.body(), sides, path, found);
}

fn check_block(block: &Block, sides: Sides<'_>, path: &AttributePath, found: &mut Found) {
    let [prior, config, planned] = sides;
    if planned.is_null() && block.nesting() != BlockNesting::Single {
        found.push(path, "blocks that are not there are an empty value, not null");
        return;
    }
    if planned == config {
        return;
    }
    if config.is_unknown() || planned.is_unknown() {
        let problem = format!(
            "blocks are {} exactly as configured, also where their number is open",
            found.verb
        );
        found.push(path, problem);
        return;
    }
    match (config, planned) {
        (Value::List(configs), Value::List(plans)) => {
            if configs.len() != plans.len() {
                found.counts(path, configs.len(), plans.len());
                return;
            }
            for (at, (config, planned)) in configs.iter().zip(plans).enumerate() {
                let sides = [element(prior, at), config, planned];
                check_block_element(block, sides, &path.index(at), found);
            }
        }
        (Value::Map(configs), Value::Map(plans)) => {
            check_keys(configs, plans, path, found);
            for (key, planned) in plans {
                if let Some(config) = configs.get(key) {
                    let sides = [entry(prior, key), config, planned];
                    check_block_element(block, sides, &path.key(key), found);
                }
            }
        }
        // Terraform itself trusts the provider with the rest: elements cannot be distinguished.
        (Value::Set(_), Value::Set(plans)) => {
            if plans.iter().any(Value::is_unknown) {
                found.push(path, format!("a block of the set is {} as unknown", found.verb));
            }
        }
        _ => check_object(block.body(), sides, path, found),
    }
}

fn check_block_element(block: &Block, sides: Sides<'_>, path: &AttributePath, found: &mut Found) {
    let [_, _, planned] = sides;
    if planned.is_unknown() {
        found.push(path, format!("the block is {} as unknown", found.verb));
        return;
    }
    check_object(block.body(), sides, path, found);
}

fn check_keys(
    configs: &BTreeMap<String, Value>,
    plans: &BTreeMap<String, Value>,
    path: &AttributePath,
    found: &mut Found,
) {
    for key in plans.keys().filter(|key| !configs.contains_key(*key)) {
        found.push(&found.key(path, key), format!("it is {} and not configured", found.verb));
    }
    for key in configs.keys().filter(|key| !plans.contains_key(*key)) {
        found.push(&found.key(path, key), format!("it is configured and not {}", found.verb));
    }
}

/// An attribute of an object that may be null, or not known: then none of it is.
fn part<'a>(object: &'a Value, name: &str) -> &'a Value {
    static UNKNOWN: LazyLock<Value> = LazyLock::new(Value::unknown);
    if object.is_unknown() {
        return &UNKNOWN;
    }
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
