//! The trait that an author implements for the provider itself.

mod context;

use std::future::Future;

pub use self::context::{Context, Stop};
use crate::data_source::ErasedDataSource;
use crate::diag::Diagnostics;
use crate::ephemeral::ErasedEphemeralResource;
use crate::function::Function;
use crate::model::Model;
use crate::resource::ErasedResource;
use crate::schema::Schema;

/// A Terraform provider: its configuration, the client made from it, and what it offers.
pub trait Provider: Send + Sync + 'static {
    /// The provider block.
    type Config: Model;

    /// What resources work with. One for all operations of a process.
    type Client: Send + Sync + 'static;

    /// The schema of the provider block. No I/O: asked for without any configuration.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema says. No I/O; any value may be unknown.
    fn validate(&self, config: &Self::Config, diags: &mut Diagnostics) {
        let _ = (config, diags);
    }

    /// Makes the client. `None` needs an error in `diags`.
    ///
    /// Values may still be unknown, such as a URL that another resource provides. That is
    /// legal: keep «not known yet» in the client and fail, if at all, when it is used.
    fn configure(
        &self,
        config: Self::Config,
        diags: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Client>> + Send;

    /// The managed resources, each wrapped by [`resource`](crate::resource::resource).
    fn resources(&self) -> Vec<Box<dyn ErasedResource<Self::Client>>>;

    /// The data sources, each wrapped by [`data_source`](crate::data_source::data_source).
    fn data_sources(&self) -> Vec<Box<dyn ErasedDataSource<Self::Client>>> {
        Vec::new()
    }

    /// The ephemeral resources, each wrapped by
    /// [`ephemeral_resource`](crate::ephemeral::ephemeral_resource).
    fn ephemeral_resources(&self) -> Vec<Box<dyn ErasedEphemeralResource<Self::Client>>> {
        Vec::new()
    }

    /// The functions, each wrapped by [`function`](crate::function::function). They work
    /// without a configured provider.
    fn functions(&self) -> Vec<Box<dyn Function>> {
        Vec::new()
    }
}
