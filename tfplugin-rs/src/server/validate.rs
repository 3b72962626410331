//! Validation of a configuration: the schema's rules, then validators, then the author.
//!
//! Nothing here does I/O or needs a configured provider. What is unknown is passed over:
//! Terraform asks again when more is known.

use super::panic::catch;
use super::{Inner, ValidateRequest, write_only};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::UNUSABLE;
use crate::path::AttributePath;
use crate::provider::Provider;
use crate::schema::{Attribute, Block, Body, Mode};
use crate::value::Value;

impl<P: Provider> Inner<P> {
    pub(super) fn validate_resource(&self, request: ValidateRequest) -> Diagnostics {
        let ValidateRequest { type_name, config, write_only_allowed } = request;
        let (resource, schema) = match self.registry.resource(&type_name) {
            Ok(found) => found,
            Err(fault) => return fault.into(),
        };
        let mut diags = Diagnostics::new();
        check_config(schema.body(), &config, &mut diags);
        if !write_only_allowed {
            write_only::refuse(schema.body(), &config, &mut diags);
        }
        let work = || {
            let mut diags = Diagnostics::new();
            resource.validate(config, &mut diags);
            diags
        };
        match catch(&format!("the validation of {type_name}"), work) {
            Ok(found) => add(found, &mut diags),
            Err(fault) => diags.push(fault),
        }
        diags
    }
}

/// Adds what model and author found. A value that the schema's rules have refused is not
/// refused again because the model cannot hold it.
pub(super) fn add(found: Diagnostics, diags: &mut Diagnostics) {
    for it in found {
        let is_told = it.summary == UNUSABLE
            && diags.iter().any(|refusal| refusal.is_error() && refusal.path == it.path);
        if !is_told {
            diags.push(it);
        }
    }
}

/// Checks an object against the rules of its schema.
pub(super) fn check_config(body: &Body, config: &Value, diags: &mut Diagnostics) {
    let work = || {
        let mut found = Diagnostics::new();
        check_body(body, config, &AttributePath::root(), &mut found);
        found
    };
    match catch("a validator", work) {
        Ok(found) => diags.extend(found),
        Err(fault) => diags.push(fault),
    }
}

fn check_body(body: &Body, config: &Value, path: &AttributePath, diags: &mut Diagnostics) {
    let Value::Object(values) = config else { return };
    for (name, attribute) in body.attributes() {
        let value = values.get(name).unwrap_or(&Value::Null);
        check_attribute(attribute, value, &path.attribute(name), diags);
    }
    for (name, block) in body.blocks() {
        let value = values.get(name).unwrap_or(&Value::Null);
        check_block(block, value, &path.attribute(name), diags);
    }
}

fn check_attribute(
    attribute: &Attribute,
    value: &Value,
    path: &AttributePath,
    diags: &mut Diagnostics,
) {
    if value.is_null() {
        if attribute.is_required() {
            let detail = format!("The argument `{path}` is required. Set it.");
            diags.error(path.clone(), "Missing required argument", detail);
        }
        return;
    }
    if attribute.mode() == Mode::Computed {
        let detail = format!("The provider sets `{path}`. Remove it from the configuration.");
        diags.error(path.clone(), "Read-only attribute is set", detail);
        return;
    }
    if value.is_unknown() {
        return;
    }
    for validator in attribute.validators() {
        validator.validate(value, path, diags);
    }
    if let Some(nested) = attribute.nested() {
        check_objects(nested.body(), value, path, diags);
    }
}

fn check_block(block: &Block, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
    if value.is_unknown() {
        return;
    }
    let found = match value {
        Value::Null => 0,
        Value::List(items) | Value::Set(items) => items.len(),
        _ => 1,
    };
    let limits = block.limits();
    if found < limits.min() as usize {
        let detail = format!("At least {} `{path}` blocks are required.", limits.min());
        diags.push(Diagnostic::error("Too few blocks", detail).at(path.clone()));
    }
    if let Some(max) = limits.max().filter(|max| found > *max as usize) {
        let detail = format!("At most {max} `{path}` blocks are allowed. Remove the others.");
        diags.push(Diagnostic::error("Too many blocks", detail).at(path.clone()));
    }
    check_objects(block.body(), value, path, diags);
}

/// Checks each object of a nested attribute or block, however it repeats.
fn check_objects(body: &Body, value: &Value, path: &AttributePath, diags: &mut Diagnostics) {
    match value {
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                check_body(body, item, &path.index(at), diags);
            }
        }
        // Elements of sets have no address.
        Value::Set(items) => items.iter().for_each(|item| check_body(body, item, path, diags)),
        Value::Map(entries) => {
            for (key, entry) in entries {
                check_body(body, entry, &path.key(key), diags);
            }
        }
        value => check_body(body, value, path, diags),
    }
}
