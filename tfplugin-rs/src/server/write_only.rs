//! Write-only values are seen in the configuration and stored nowhere.

use crate::diag::Diagnostics;
use crate::path::AttributePath;
use crate::schema::Body;
use crate::value::Value;

/// The object with null for every write-only attribute.
pub(super) fn nulled(body: &Body, mut object: Value) -> Value {
    clear(body, &mut object);
    object
}

/// Adds an error for each write-only attribute that is set: a client that does not know of
/// them would store the value.
pub(super) fn refuse(body: &Body, config: &Value, diags: &mut Diagnostics) {
    refuse_inside(body, config, &AttributePath::root(), diags);
}

fn refuse_inside(body: &Body, config: &Value, path: &AttributePath, diags: &mut Diagnostics) {
    match config {
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                refuse_inside(body, item, &path.index(at), diags);
            }
        }
        Value::Map(entries) => {
            for (key, entry) in entries {
                refuse_inside(body, entry, &path.key(key), diags);
            }
        }
        Value::Object(values) => {
            for (name, attribute) in body.attributes() {
                let Some(value) = values.get(name).filter(|value| !value.is_null()) else {
                    continue;
                };
                let path = path.attribute(name);
                if attribute.is_write_only() {
                    let detail = format!(
                        "The value of `{path}` must not be stored, which takes Terraform 1.11 \
                         or newer, or OpenTofu 1.11 or newer. Use one of these, or leave it out."
                    );
                    diags.error(path, "Write-only attribute is not supported", detail);
                } else if let Some(nested) = attribute.nested() {
                    refuse_inside(nested.body(), value, &path, diags);
                }
            }
            for (name, block) in body.blocks() {
                if let Some(value) = values.get(name) {
                    refuse_inside(block.body(), value, &path.attribute(name), diags);
                }
            }
        }
        // Sets hold nothing write-only.
        _ => {}
    }
}

fn clear(body: &Body, value: &mut Value) {
    match value {
        Value::List(items) | Value::Set(items) => {
            items.iter_mut().for_each(|item| clear(body, item));
        }
        Value::Map(entries) => entries.values_mut().for_each(|entry| clear(body, entry)),
        Value::Object(values) => {
            for (name, attribute) in body.attributes() {
                let Some(value) = values.get_mut(name) else { continue };
                if attribute.is_write_only() {
                    *value = Value::Null;
                } else if let Some(nested) = attribute.nested() {
                    clear(nested.body(), value);
                }
            }
            for (name, block) in body.blocks() {
                if let Some(value) = values.get_mut(name) {
                    clear(block.body(), value);
                }
            }
        }
        _ => {}
    }
}
