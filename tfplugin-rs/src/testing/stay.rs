//! Whether what is configured and known stays in a plan.
//!
//! Terraform's own check is weaker: it lets a plan keep any stored value in place of the
//! configured one.

use crate::path::AttributePath;
use crate::schema::{Attribute, Body};
use crate::value::Value;

/// Where the plan of an update from `prior`, or of a create if that is null, does not have
/// what is configured.
///
/// It must have the configured value; where the attribute has an equality by which stored
/// and configured value are the same, the stored one. A value that is null or not wholly
/// known is not compared, nor is one that is write-only. Elements of lists belong together
/// by position, of maps by key; each configured element of a set needs some planned one.
pub(super) fn lost(
    body: &Body,
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<AttributePath> {
    let mut found = Vec::new();
    in_object(body, [prior, config, planned], &AttributePath::root(), &mut found);
    found
}

/// Stored, configured and planned value of one attribute or object.
type Sides<'a> = [&'a Value; 3];

fn in_object(body: &Body, sides: Sides<'_>, path: &AttributePath, found: &mut Vec<AttributePath>) {
    let parts = |name: &str| sides.map(|it| it.get(name).unwrap_or(&Value::Null));
    for (name, attribute) in body.attributes() {
        in_attribute(attribute, parts(name), &path.attribute(name), found);
    }
    for (name, block) in body.blocks() {
        in_objects(block.body(), parts(name), &path.attribute(name), found);
    }
}

fn in_attribute(
    attribute: &Attribute,
    [prior, config, planned]: Sides<'_>,
    path: &AttributePath,
    found: &mut Vec<AttributePath>,
) {
    let is_same = |it: &Value| {
        let comparable = !it.is_null() && it.is_wholly_known() && config.is_wholly_known();
        let equality = attribute.equality().filter(|_| comparable && it != config);
        equality.is_some_and(|equality| equality.is_same(it, config))
    };
    if config.is_null() || attribute.is_write_only() {
        return;
    }
    if is_same(prior) {
        if planned != prior {
            found.push(path.clone());
        }
    } else if let Some(nested) = attribute.nested() {
        in_objects(nested.body(), [prior, config, planned], path, found);
    } else if config.is_wholly_known() && planned != config {
        found.push(path.clone());
    }
}

/// One object or several.
fn in_objects(
    body: &Body,
    [prior, config, planned]: Sides<'_>,
    path: &AttributePath,
    found: &mut Vec<AttributePath>,
) {
    let nothing = Value::Null;
    match (config, planned) {
        (Value::Object(_), Value::Object(_)) => {
            in_object(body, [prior, config, planned], path, found);
        }
        (Value::List(configs), Value::List(all)) if configs.len() == all.len() => {
            let stored = prior.as_elements().unwrap_or_default();
            for (at, (config, planned)) in configs.iter().zip(all).enumerate() {
                let sides = [stored.get(at).unwrap_or(&nothing), config, planned];
                in_objects(body, sides, &path.index(at), found);
            }
        }
        (Value::Map(configs), Value::Map(all)) => {
            for (key, config) in configs {
                let stored = if let Value::Map(stored) = prior { stored.get(key) } else { None };
                let planned = all.get(key).unwrap_or(&nothing);
                in_objects(
                    body,
                    [stored.unwrap_or(&nothing), config, planned],
                    &path.key(key),
                    found,
                );
            }
        }
        (Value::Set(configs), Value::Set(all)) => {
            let stored = prior.as_elements().unwrap_or_default();
            let stays = |config: &Value| {
                let from = |prior: &Value| {
                    let keeps = |planned| {
                        let mut lost = Vec::new();
                        in_objects(body, [prior, config, planned], path, &mut lost);
                        lost.is_empty()
                    };
                    all.iter().any(keeps)
                };
                stored.iter().chain([&nothing]).any(from)
            };
            if !configs.iter().all(stays) {
                found.push(path.clone());
            }
        }
        (Value::Null | Value::Unknown(_), _) => {}
        _ => found.push(path.clone()),
    }
}
