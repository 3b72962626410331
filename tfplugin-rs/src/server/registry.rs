//! The provider with its resource types, by name; schemas are built when first needed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::panic::catch;
use crate::diag::Diagnostic;
use crate::model::{Model, ModelError};
use crate::provider::Provider;
use crate::resource::ErasedResource;
use crate::schema::Schema;

pub(super) struct Registry<P: Provider> {
    provider: P,
    schema: Lazy,
    resources: BTreeMap<&'static str, Registered<P::Client>>,
}

type Lazy = OnceLock<Result<Schema, Diagnostic>>;

struct Registered<C> {
    resource: Box<dyn ErasedResource<C>>,
    schema: Lazy,
}

impl<P: Provider> Registry<P> {
    pub(super) fn new(provider: P) -> Self {
        let mut resources = BTreeMap::new();
        for resource in provider.resources() {
            let name = resource.type_name();
            let registered = Registered { resource, schema: Lazy::new() };
            let former = resources.insert(name, registered);
            assert!(former.is_none(), "two resources are called `{name}`");
        }
        Self { provider, schema: Lazy::new(), resources }
    }

    pub(super) const fn provider(&self) -> &P {
        &self.provider
    }

    pub(super) fn provider_schema(&self) -> Result<&Schema, Diagnostic> {
        let build = || {
            let schema = catch("the provider's schema", || self.provider.schema())?;
            fitting(schema, "the provider", P::Config::faults)
        };
        self.schema.get_or_init(build).as_ref().map_err(Clone::clone)
    }

    pub(super) fn resource_types(&self) -> impl Iterator<Item = &'static str> {
        self.resources.keys().copied()
    }

    pub(super) fn resource(
        &self,
        type_name: &str,
    ) -> Result<(&dyn ErasedResource<P::Client>, &Schema), Diagnostic> {
        let Some(Registered { resource, schema }) = self.resources.get(type_name) else {
            let detail = format!(
                "This version of the provider has no resource type {type_name}. Use a version \
                 that has it, or remove its objects from configuration and state."
            );
            return Err(Diagnostic::error("Unknown resource type", detail));
        };
        let build = || {
            let schema = catch(&format!("the schema of {type_name}"), || resource.schema())?;
            fitting(schema, type_name, |schema| resource.model_faults(schema))
        };
        let schema = schema.get_or_init(build).as_ref().map_err(Clone::clone)?;
        Ok((&**resource, schema))
    }
}

/// The schema, if the model can hold its objects.
fn fitting(
    schema: Schema,
    what: &str,
    faults: impl FnOnce(&Schema) -> Vec<ModelError>,
) -> Result<Schema, Diagnostic> {
    let faults: Vec<String> = faults(&schema).iter().map(ToString::to_string).collect();
    if faults.is_empty() {
        return Ok(schema);
    }
    let detail = format!(
        "Schema and model of {what} disagree: {}. Please report this to the provider's developers.",
        faults.join("; ")
    );
    Err(Diagnostic::error("Schema and model disagree", detail))
}
