//! Names and schemas of what the provider offers.

use super::Server;
use crate::diag::Diagnostic;
use crate::function::Signature;
use crate::provider::Provider;
use crate::schema::{IdentitySchema, Schema};

impl<P: Provider> Server<P> {
    /// The schema of the provider block.
    ///
    /// # Errors
    /// A schema that cannot be built or does not fit its model: a fault in the provider.
    pub fn provider_schema(&self) -> Result<&Schema, Diagnostic> {
        self.inner.registry.provider_schema()
    }

    /// The names of all resource types, sorted.
    pub fn resource_types(&self) -> impl Iterator<Item = &'static str> {
        self.inner.registry.resource_types()
    }

    /// The schema of a resource type.
    ///
    /// # Errors
    /// An unknown type, or a schema as in [`Server::provider_schema`].
    pub fn resource_schema(&self, type_name: &str) -> Result<&Schema, Diagnostic> {
        self.inner.registry.resource(type_name).map(|(_, schema)| schema)
    }

    /// The identity schema of a resource type; `None` if its objects have no identity.
    ///
    /// # Errors
    /// As [`Server::resource_schema`].
    pub fn identity_schema(&self, type_name: &str) -> Result<Option<&IdentitySchema>, Diagnostic> {
        Ok(self.inner.registry.identity(type_name)?.map(|(_, schema)| schema))
    }

    /// The names of all data sources, sorted.
    pub fn data_source_types(&self) -> impl Iterator<Item = &'static str> {
        self.inner.registry.data_source_types()
    }

    /// The schema of a data source.
    ///
    /// # Errors
    /// An unknown name, or a schema as in [`Server::provider_schema`].
    pub fn data_source_schema(&self, type_name: &str) -> Result<&Schema, Diagnostic> {
        self.inner.registry.data_source(type_name).map(|(_, schema)| schema)
    }

    /// The names of all ephemeral resources, sorted.
    pub fn ephemeral_resource_types(&self) -> impl Iterator<Item = &'static str> {
        self.inner.registry.ephemeral_resource_types()
    }

    /// The schema of an ephemeral resource.
    ///
    /// # Errors
    /// An unknown name, or a schema as in [`Server::provider_schema`].
    pub fn ephemeral_resource_schema(&self, type_name: &str) -> Result<&Schema, Diagnostic> {
        self.inner.registry.ephemeral_resource(type_name).map(|(_, schema)| schema)
    }

    /// The names of all functions, sorted.
    pub fn function_names(&self) -> impl Iterator<Item = &'static str> {
        self.inner.registry.function_names()
    }

    /// The signature of a function.
    ///
    /// # Errors
    /// An unknown name, or a signature that cannot be built: a fault in the provider.
    pub fn function_signature(&self, name: &str) -> Result<&Signature, Diagnostic> {
        self.inner.registry.function(name).map(|(_, signature)| signature)
    }
}
