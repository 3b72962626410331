//! Defaults stand in where the configuration says null.

use crate::path::AttributePath;
use crate::schema::Body;
use crate::server::pairs::each_object;
use crate::value::Value;

/// Sets every attribute that has a default and is null in the configuration.
///
/// Objects that the configuration does not name are the provider's own: no default
/// reaches into them.
pub(super) fn apply(body: &Body, config: &Value, planned: &mut Value) {
    let (Value::Object(values), Value::Object(_)) = (planned, config) else { return };
    for (name, attribute) in body.attributes() {
        let Some(value) = values.get_mut(name) else { continue };
        let config = config.get(name).unwrap_or(&Value::Null);
        match (attribute.default(), attribute.nested()) {
            (Some(default), _) if config.is_null() => *value = default.value().clone(),
            (_, Some(nested)) if !config.is_null() => inside(nested.body(), config, value),
            _ => {}
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
        apply(body, config, planned);
    });
}
