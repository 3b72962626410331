//! Write-only values are seen in the configuration and stored nowhere.

use crate::schema::Body;
use crate::value::Value;

/// The object with null for every write-only attribute.
pub(super) fn nulled(body: &Body, mut object: Value) -> Value {
    clear(body, &mut object);
    object
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
