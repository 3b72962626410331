//! The trait that an author implements for the provider itself.

mod context;
mod kinds;

use std::future::Future;

pub use self::context::{Context, Stop};
pub(crate) use self::context::{Operation, Report};
pub use self::kinds::Kinds;
use crate::diag::Diagnostics;
use crate::model::Model;
use crate::schema::Schema;

/// A Terraform provider: its configuration, the client made from it, and what it offers.
pub trait Provider: Send + Sync + 'static {
    /// The provider block.
    type Config: Model;

    /// What resources work with. One for all operations of a process.
    type Client: Send + Sync + 'static;

    /// The schema of the provider block. No I/O: it is needed without any configuration.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema requires. No I/O; any value may be unknown.
    fn validate(&self, config: &Self::Config, diags: &mut Diagnostics) {
        let _ = (config, diags);
    }

    /// Makes the client. `None` needs an error in `diags`.
    ///
    /// Values may still be unknown, such as a URL that another resource provides. That is
    /// legal: keep «not known yet» in the client and fail, if at all, when the value is needed.
    fn configure(
        &self,
        config: Self::Config,
        diags: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Client>> + Send;

    /// The resources, data sources, ephemeral resources and functions. Called once, when the
    /// process starts.
    fn kinds(&self) -> Kinds<Self::Client>;
}
