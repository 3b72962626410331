//! What a provider offers: its resources, data sources, ephemeral resources and functions.

use crate::data_source::{self, DataSource, ErasedDataSource};
use crate::ephemeral::{self, EphemeralResource, ErasedEphemeralResource};
use crate::function::Function;
use crate::resource::{self, ErasedResource, Identified, Resource};

/// The resources, data sources, ephemeral resources and functions of a provider, each added
/// as a value of the author's own type.
///
/// Names are unique within each kind: a resource and a data source may share one. A name
/// that is invalid or added twice panics when the provider starts.
///
/// Adding builds no schema and calls nothing but the type's name: a process that serves one
/// operation pays for the schemas that this operation needs.
pub struct Kinds<C> {
    pub(crate) resources: Vec<Box<dyn ErasedResource<C>>>,
    pub(crate) data_sources: Vec<Box<dyn ErasedDataSource<C>>>,
    pub(crate) ephemeral_resources: Vec<Box<dyn ErasedEphemeralResource<C>>>,
    pub(crate) functions: Vec<Box<dyn Function>>,
}

impl<C> Kinds<C> {
    /// None yet.
    pub const fn new() -> Self {
        Self {
            resources: Vec::new(),
            data_sources: Vec::new(),
            ephemeral_resources: Vec::new(),
            functions: Vec::new(),
        }
    }
}

impl<C: Send + Sync + 'static> Kinds<C> {
    /// Adds a managed resource whose objects have no identity.
    #[must_use]
    pub fn resource(mut self, resource: impl Resource<Client = C>) -> Self {
        self.resources.push(resource::erase(resource));
        self
    }

    /// Adds a managed resource whose objects have an identity.
    #[must_use]
    pub fn identified_resource(mut self, resource: impl Identified<Client = C>) -> Self {
        self.resources.push(resource::erase_identified(resource));
        self
    }

    /// Adds a data source.
    #[must_use]
    pub fn data_source(mut self, data_source: impl DataSource<Client = C>) -> Self {
        self.data_sources.push(data_source::erase(data_source));
        self
    }

    /// Adds an ephemeral resource.
    #[must_use]
    pub fn ephemeral_resource(mut self, resource: impl EphemeralResource<Client = C>) -> Self {
        self.ephemeral_resources.push(ephemeral::erase(resource));
        self
    }

    /// Adds a function, which works without a configured provider.
    #[must_use]
    pub fn function(mut self, function: impl Function) -> Self {
        self.functions.push(Box::new(function));
        self
    }
}

impl<C> Default for Kinds<C> {
    fn default() -> Self {
        Self::new()
    }
}
