//! Validation of a configuration: the schema's rules, then validators, then the author.
//!
//! Nothing here does I/O or needs a configured provider. What is unknown is passed over:
//! Terraform validates again when more is known.

use super::operate::Subject;
use super::panic::catch;
use super::{Inner, Server, write_only};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Model as _, UNUSABLE};
use crate::path::AttributePath;
use crate::provider::Provider;
use crate::schema::{Attribute, Block, Body, Mode};
use crate::value::Value;

/// `ValidateResourceConfig`
pub struct ValidateRequest {
    /// The resource type.
    pub type_name: String,
    /// The configuration; anything may be unknown.
    pub config: Value,
    /// Whether the client knows of write-only attributes and stores none
    /// (`ClientCapabilities.write_only_attributes_allowed`).
    pub write_only_allowed: bool,
}

impl<P: Provider> Server<P> {
    /// `ValidateProviderConfig`
    pub async fn validate_provider(&self, config: Value) -> Diagnostics {
        self.operate(Subject::Provider, Diagnostics::new(), |inner| async move {
            inner.validate_provider(config)
        })
        .await
    }

    /// `ValidateResourceConfig`
    pub async fn validate_resource(&self, request: ValidateRequest) -> Diagnostics {
        let subject = Subject::Resource(request.type_name.clone());
        self.operate(subject, Diagnostics::new(), |inner| async move {
            inner.validate_resource(request)
        })
        .await
    }
}

impl<P: Provider> Inner<P> {
    fn validate_provider(&self, config: Value) -> Result<Diagnostics, Diagnostics> {
        let schema = self.registry.provider_schema()?;
        let mut diags = check_config(schema.body(), &config);
        check_by_author("the provider block", &mut diags, |diags| {
            match P::Config::from_object(config) {
                Ok(config) => self.registry.provider().validate(&config, diags),
                Err(err) => diags.push(err.into()),
            }
        });
        Ok(diags)
    }

    fn validate_resource(&self, request: ValidateRequest) -> Result<Diagnostics, Diagnostics> {
        let ValidateRequest { type_name, config, write_only_allowed } = request;
        let (resource, schema) = self.registry.resource(&type_name)?;
        let mut diags = check_config(schema.body(), &config);
        if !write_only_allowed {
            write_only::refuse(schema.body(), &config, &mut diags);
        }
        check_by_author(&type_name, &mut diags, |diags| resource.validate(config, diags));
        Ok(diags)
    }
}

/// Adds what model and author find. A value that the schema's rules have refused is not
/// refused again because the model cannot hold it.
pub(super) fn check_by_author(
    what: &str,
    diags: &mut Diagnostics,
    validate: impl FnOnce(&mut Diagnostics),
) {
    let found = collected(&format!("the validation of {what}"), validate);
    for it in found {
        let is_known = it.summary == UNUSABLE
            && diags.iter().any(|refusal| refusal.is_error() && refusal.path == it.path);
        if !is_known {
            diags.push(it);
        }
    }
}

/// Checks an object against the rules of its schema.
pub(super) fn check_config(body: &Body, config: &Value) -> Diagnostics {
    collected("a validator", |diags| check_body(body, config, &AttributePath::root(), diags))
}

/// What author code finds; its panic alone if it panics.
fn collected(what: &str, validate: impl FnOnce(&mut Diagnostics)) -> Diagnostics {
    let work = || {
        let mut found = Diagnostics::new();
        validate(&mut found);
        found
    };
    catch(what, work).unwrap_or_else(Diagnostics::from)
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
