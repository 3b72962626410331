//! The trait that an author implements for each data source.
//!
//! A data source reads: it has a configuration and an answer, and neither plan nor life
//! cycle.

mod erased;

use std::future::Future;

pub(crate) use self::erased::{ErasedDataSource, erase};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Model;
pub use crate::provider::{Context, Stop};
use crate::schema::Schema;

/// A data source: something that exists already and is read on every run.
///
/// It may be read at the same time as anything else, and several times in one run.
pub trait DataSource: Send + Sync + 'static {
    /// The provider's client, [`Provider::Client`](crate::provider::Provider::Client).
    type Client: Send + Sync + 'static;

    /// The attributes, as in the schema.
    type Model: Model;

    /// The whole type name, such as `example_image`. A resource may have the same.
    fn type_name(&self) -> &'static str;

    /// The schema, of version 0. No I/O.
    ///
    /// Nothing is planned here, so nothing in it may be write-only, have a default or
    /// have a plan modifier.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema requires. No I/O; any value may be unknown.
    fn validate(&self, config: &Self::Model, diags: &mut Diagnostics) {
        let _ = (config, diags);
    }

    /// Reads. Configured values are all known; they must come back as they are, and
    /// computed ones known.
    ///
    /// # Errors
    /// Why it could not be read. What does not exist is an error too: name the arguments
    /// that should find it.
    fn read(
        &self,
        config: Self::Model,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Result<Self::Model, Diagnostic>> + Send;
}
