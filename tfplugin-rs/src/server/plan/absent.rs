//! Attributes that the configuration leaves out: their defaults, or unknown.
//!
//! The SDK decides what becomes unknown, not the resource: a computed value that a change
//! could alter must not be planned as known. Modifiers and the author then determine what
//! is known after all.

use crate::path::AttributePath;
use crate::schema::{Attribute, Body};
use crate::server::pairs::each_object;
use crate::value::Value;

/// What is done with an attribute that is null in the configuration. The last argument:
/// whether the configuration has the object that the attribute belongs to.
type Visit<'a> = dyn FnMut(&Attribute, &mut Value, bool) + 'a;

/// Sets every attribute that has a default and is null in the configuration.
///
/// Objects that the configuration does not name are the provider's own, and get no defaults.
pub(super) fn set_defaults(body: &Body, config: &Value, planned: &mut Value) {
    each(body, config, planned, &mut |attribute, value, is_configured| {
        if let Some(default) = attribute.default().filter(|_| is_configured) {
            *value = default.value().clone();
        }
    });
}

/// Marks every computed attribute that is null in the configuration and has no default.
pub(super) fn mark_unknown(body: &Body, config: &Value, planned: &mut Value) {
    each(body, config, planned, &mut |attribute, value, _| {
        if attribute.is_computed() && attribute.default().is_none() {
            *value = Value::unknown();
        }
    });
}

fn each(body: &Body, config: &Value, planned: &mut Value, visit: &mut Visit<'_>) {
    let Value::Object(values) = planned else { return };
    for (name, attribute) in body.attributes() {
        let Some(value) = values.get_mut(name) else { continue };
        let configured = config.get(name).unwrap_or(&Value::Null);
        if configured.is_null() {
            visit(attribute, value, config.as_object().is_some());
        } else if let Some(nested) = attribute.nested() {
            inside(nested.body(), configured, value, visit);
        }
    }
    for (name, block) in body.blocks() {
        if let Some(value) = values.get_mut(name) {
            inside(block.body(), config.get(name).unwrap_or(&Value::Null), value, visit);
        }
    }
}

fn inside(body: &Body, config: &Value, planned: &mut Value, visit: &mut Visit<'_>) {
    let root = AttributePath::root();
    each_object(body, planned, config, None, &root, &mut |_, planned, config, _| {
        each(body, config, planned, visit);
    });
}
