//! The provider with all that it offers, by name; schemas are built when first needed.

mod fit;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use self::fit::{agreeing, configuring, fitting, unplanned};
use super::panic::catch;
use crate::data_source::ErasedDataSource;
use crate::diag::Diagnostic;
use crate::ephemeral::ErasedEphemeralResource;
use crate::function::{Function, Signature};
use crate::model::{Model, ModelError};
use crate::provider::Provider;
use crate::resource::{ErasedIdentity, ErasedResource};
use crate::schema::{IdentitySchema, Schema, assert_name};

pub(super) struct Registry<P: Provider> {
    provider: P,
    schema: Lazy<Schema>,
    resources: Table<dyn ErasedResource<P::Client>, Schema>,
    /// Of each resource type; built apart from its schema.
    identities: BTreeMap<&'static str, Lazy<IdentitySchema>>,
    data_sources: Table<dyn ErasedDataSource<P::Client>, Schema>,
    ephemeral_resources: Table<dyn ErasedEphemeralResource<P::Client>, Schema>,
    functions: Table<dyn Function, Signature>,
}

type Lazy<S> = OnceLock<Result<S, Diagnostic>>;

/// All resources, data sources, ephemeral resources or functions with their schemas, by name.
struct Table<T: ?Sized, S> {
    /// What one of them is called in messages.
    noun: &'static str,
    registered: BTreeMap<&'static str, (Box<T>, Lazy<S>)>,
}

/// How objects of one type are identified, and the schema of that.
type Identity<'a, C> = (&'a dyn ErasedIdentity<C>, &'a IdentitySchema);

impl<P: Provider> Registry<P> {
    pub(super) fn new(provider: P) -> Self {
        let kinds = provider.kinds();
        let resources = Table::new("resource type", kinds.resources, |it| it.type_name());
        let data_sources = Table::new("data source", kinds.data_sources, |it| it.type_name());
        let ephemeral_resources =
            Table::new("ephemeral resource", kinds.ephemeral_resources, |it| it.type_name());
        let functions = Table::new("function", kinds.functions, |it| it.name());
        let identities = resources.names().map(|name| (name, Lazy::new())).collect();
        let schema = Lazy::new();
        Self {
            provider,
            schema,
            resources,
            identities,
            data_sources,
            ephemeral_resources,
            functions,
        }
    }

    pub(super) const fn provider(&self) -> &P {
        &self.provider
    }

    pub(super) fn provider_schema(&self) -> Result<&Schema, Diagnostic> {
        let build = || {
            let schema = catch("the provider's schema", || self.provider.schema())?;
            let schema = fitting(schema, "the provider", P::Config::faults)?;
            configuring(schema)
        };
        self.schema.get_or_init(build).as_ref().map_err(Clone::clone)
    }

    pub(super) fn resource_types(&self) -> impl Iterator<Item = &'static str> {
        self.resources.names()
    }

    pub(super) fn resource(
        &self,
        type_name: &str,
    ) -> Result<(&dyn ErasedResource<P::Client>, &Schema), Diagnostic> {
        self.resources
            .get(type_name, |it| built(type_name, || it.schema(), |schema| it.model_faults(schema)))
    }

    pub(super) fn data_source_types(&self) -> impl Iterator<Item = &'static str> {
        self.data_sources.names()
    }

    pub(super) fn data_source(
        &self,
        type_name: &str,
    ) -> Result<(&dyn ErasedDataSource<P::Client>, &Schema), Diagnostic> {
        self.data_sources.get(type_name, |it| {
            let what = format!("the data source {type_name}");
            unplanned(built(&what, || it.schema(), |schema| it.model_faults(schema))?, &what)
        })
    }

    pub(super) fn ephemeral_resource_types(&self) -> impl Iterator<Item = &'static str> {
        self.ephemeral_resources.names()
    }

    pub(super) fn ephemeral_resource(
        &self,
        type_name: &str,
    ) -> Result<(&dyn ErasedEphemeralResource<P::Client>, &Schema), Diagnostic> {
        self.ephemeral_resources.get(type_name, |it| {
            let what = format!("the ephemeral resource {type_name}");
            unplanned(built(&what, || it.schema(), |schema| it.model_faults(schema))?, &what)
        })
    }

    pub(super) fn function_names(&self) -> impl Iterator<Item = &'static str> {
        self.functions.names()
    }

    pub(super) fn function(&self, name: &str) -> Result<(&dyn Function, &Signature), Diagnostic> {
        self.functions.get(name, |function| {
            catch(&format!("the signature of the function {name}"), || function.signature())
        })
    }

    /// `None`: objects of that type have no identity.
    pub(super) fn identity(
        &self,
        type_name: &str,
    ) -> Result<Option<Identity<'_, P::Client>>, Diagnostic> {
        let (resource, _) = self.resource(type_name)?;
        let Some(identity) = resource.identity() else { return Ok(None) };
        let build = || {
            let what = format!("the identity of {type_name}");
            let schema = catch(&format!("the schema of {what}"), || identity.schema())?;
            agreeing(&what, &identity.model_faults(schema.ty()))?;
            Ok(schema)
        };
        let schema = self.identities.get(type_name).expect("each resource type has its place");
        let schema = schema.get_or_init(build).as_ref().map_err(Clone::clone)?;
        Ok(Some((identity, schema)))
    }
}

/// The schema of `what`, if the model can hold its objects.
fn built(
    what: &str,
    schema: impl FnOnce() -> Schema,
    faults: impl FnOnce(&Schema) -> Vec<ModelError>,
) -> Result<Schema, Diagnostic> {
    fitting(catch(&format!("the schema of {what}"), schema)?, what, faults)
}

// === impl Table ===

impl<T: ?Sized, S> Table<T, S> {
    /// # Panics
    /// If a name is invalid or registered twice: a mistake of the author, seen in every run.
    fn new(noun: &'static str, list: Vec<Box<T>>, name: impl Fn(&T) -> &'static str) -> Self {
        let mut registered = BTreeMap::new();
        for it in list {
            let name = name(&it);
            assert_name(name);
            let former = registered.insert(name, (it, Lazy::new()));
            assert!(former.is_none(), "the {noun} `{name}` is registered twice");
        }
        Self { noun, registered }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.registered.keys().copied()
    }

    fn get(
        &self,
        name: &str,
        build: impl FnOnce(&T) -> Result<S, Diagnostic>,
    ) -> Result<(&T, &S), Diagnostic> {
        let Some((found, schema)) = self.registered.get(name) else {
            let detail = format!(
                "This version of the provider has no {} {name}. Use a version that has it, or \
                 remove what refers to it from configuration and state.",
                self.noun
            );
            return Err(Diagnostic::error(format!("Unknown {}", self.noun), detail));
        };
        let schema = schema.get_or_init(|| build(found)).as_ref().map_err(Clone::clone)?;
        Ok((&**found, schema))
    }
}
