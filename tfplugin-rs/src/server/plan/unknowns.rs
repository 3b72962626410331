//! Computed values that the configuration leaves out become unknown.
//!
//! The SDK decides this, not the resource: a computed value that a change could alter
//! must not be promised. Modifiers and the author then say what is known after all.

use crate::path::AttributePath;
use crate::schema::Body;
use crate::server::pairs::each_object;
use crate::value::Value;

/// Marks every computed attribute that is null in the configuration and has no default.
pub(super) fn mark(body: &Body, config: &Value, planned: &mut Value) {
    let Value::Object(values) = planned else { return };
    for (name, attribute) in body.attributes() {
        let Some(value) = values.get_mut(name) else { continue };
        let config = config.get(name).unwrap_or(&Value::Null);
        if config.is_null() {
            if attribute.is_computed() && attribute.default().is_none() {
                *value = Value::unknown();
            }
        } else if let Some(nested) = attribute.nested() {
            inside(nested.body(), config, value);
        }
    }
    for (name, block) in body.blocks() {
        if let Some(value) = values.get_mut(name) {
            inside(block.body(), config.get(name).unwrap_or(&Value::Null), value);
        }
    }
}

fn inside(body: &Body, config: &Value, planned: &mut Value) {
    let root = AttributePath::root();
    each_object(body, planned, config, None, &root, &mut |_, planned, config, _| {
        mark(body, config, planned);
    });
}
