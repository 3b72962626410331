//! The provider with its resource types, by name; schemas are built when first needed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::panic::catch;
use crate::diag::Diagnostic;
use crate::model::{Model, ModelError};
use crate::provider::Provider;
use crate::resource::{ErasedIdentity, ErasedResource};
use crate::schema::{IdentitySchema, Schema};

pub(super) struct Registry<P: Provider> {
    provider: P,
    schema: Lazy,
    resources: BTreeMap<&'static str, Registered<P::Client>>,
}

type Lazy = OnceLock<Result<Schema, Diagnostic>>;

struct Registered<C> {
    resource: Box<dyn ErasedResource<C>>,
    schema: Lazy,
    identity: OnceLock<Result<IdentitySchema, Diagnostic>>,
}

/// How objects of one type are identified, and the schema of that.
type Identity<'a, C> = (&'a dyn ErasedIdentity<C>, &'a IdentitySchema);

impl<P: Provider> Registry<P> {
    pub(super) fn new(provider: P) -> Self {
        let mut resources = BTreeMap::new();
        for resource in provider.resources() {
            let name = resource.type_name();
            let registered =
                Registered { resource, schema: Lazy::new(), identity: OnceLock::new() };
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
        let Registered { resource, schema, .. } = self.registered(type_name)?;
        let build = || {
            let schema = catch(&format!("the schema of {type_name}"), || resource.schema())?;
            fitting(schema, type_name, |schema| resource.model_faults(schema))
        };
        let schema = schema.get_or_init(build).as_ref().map_err(Clone::clone)?;
        Ok((&**resource, schema))
    }

    /// `None`: objects of that type have no identity.
    pub(super) fn identity(
        &self,
        type_name: &str,
    ) -> Result<Option<Identity<'_, P::Client>>, Diagnostic> {
        let Registered { resource, identity: schema, .. } = self.registered(type_name)?;
        let Some(identity) = resource.identity() else { return Ok(None) };
        let build = || {
            let what = format!("the identity of {type_name}");
            let schema = catch(&format!("the schema of {what}"), || identity.schema())?;
            match disagreement(&what, &identity.model_faults(schema.ty())) {
                None => Ok(schema),
                Some(fault) => Err(fault),
            }
        };
        let schema = schema.get_or_init(build).as_ref().map_err(Clone::clone)?;
        Ok(Some((identity, schema)))
    }

    fn registered(&self, type_name: &str) -> Result<&Registered<P::Client>, Diagnostic> {
        self.resources.get(type_name).ok_or_else(|| {
            let detail = format!(
                "This version of the provider has no resource type {type_name}. Use a version \
                 that has it, or remove its objects from configuration and state."
            );
            Diagnostic::error("Unknown resource type", detail)
        })
    }
}

/// The schema, if the model can hold its objects.
fn fitting(
    schema: Schema,
    what: &str,
    faults: impl FnOnce(&Schema) -> Vec<ModelError>,
) -> Result<Schema, Diagnostic> {
    match disagreement(what, &faults(&schema)) {
        None => Ok(schema),
        Some(fault) => Err(fault),
    }
}

/// What to say about a model that cannot hold what its schema describes.
fn disagreement(what: &str, faults: &[ModelError]) -> Option<Diagnostic> {
    if faults.is_empty() {
        return None;
    }
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let detail = format!(
        "Schema and model of {what} disagree: {}. Please report this to the provider's developers.",
        faults.join("; ")
    );
    Some(Diagnostic::error("Schema and model disagree", detail))
}
