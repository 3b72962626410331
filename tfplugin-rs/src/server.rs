//! The protocol-free core: the rules of Terraform for a provider, over values.
//!
//! Requests and answers are those of the protocol without its encoding. Nothing here
//! fails as a call: whatever goes wrong is a diagnostic in the answer, beside the state
//! that must not be lost.

pub mod checks;

mod answer;
mod apply;
pub(crate) mod blocks;
mod configure;
mod data_source;
mod ephemeral;
mod equality;
mod function;
mod identity;
mod import;
mod moved;
mod operate;
mod pairs;
mod panic;
mod plan;
mod read;
mod registry;
mod schema;
mod state;
mod upgrade;
mod validate;
mod write_only;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio_util::task::TaskTracker;

pub use self::apply::{ApplyAnswer, ApplyRequest};
pub use self::data_source::{ConfigRequest, ReadDataSourceAnswer};
pub use self::ephemeral::{LeaseRequest, OpenAnswer, Opened, RenewAnswer};
pub use self::function::CallRequest;
pub use self::identity::{UpgradeIdentityAnswer, UpgradeIdentityRequest};
pub use self::import::{ImportAnswer, ImportRequest, ImportTarget};
pub use self::moved::{MoveAnswer, MoveRequest};
pub use self::plan::{PlanAnswer, PlanRequest};
pub use self::read::{ReadAnswer, ReadRequest};
use self::registry::Registry;
pub use self::upgrade::{UpgradeAnswer, UpgradeRequest};
pub use self::validate::ValidateRequest;
use crate::diag::Diagnostic;
use crate::provider::{Provider, Stop};

/// One provider in service. Clones share all of it.
pub struct Server<P: Provider> {
    inner: Arc<Inner<P>>,
}

struct Inner<P: Provider> {
    registry: Registry<P>,
    /// Made by the last successful configuration.
    client: RwLock<Option<Arc<P::Client>>>,
    stop: Mutex<Stop>,
    tracker: TaskTracker,
}

// === impl Server ===

impl<P: Provider> Server<P> {
    /// Puts a provider in service. Schemas are built when they are first needed.
    ///
    /// # Panics
    /// If two resources, data sources, ephemeral resources or functions have the same name,
    /// or one has an invalid name.
    pub fn new(provider: P) -> Self {
        let inner = Inner {
            registry: Registry::new(provider),
            client: RwLock::default(),
            stop: Mutex::default(),
            tracker: TaskTracker::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// `StopProvider`: requests operations in flight to stop; service goes on.
    pub fn stop(&self) {
        self.inner.stop().request();
    }

    /// The operations in flight. To drain: close it, then wait for it.
    pub fn tracker(&self) -> &TaskTracker {
        &self.inner.tracker
    }
}

impl<P: Provider> Clone for Server<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

// === impl Inner ===

impl<P: Provider> Inner<P> {
    fn client(&self) -> Option<Arc<P::Client>> {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The client, for operations that cannot do without.
    fn configured(&self) -> Result<Arc<P::Client>, Diagnostic> {
        self.client().ok_or_else(|| {
            Diagnostic::error(
                "Provider is not configured",
                "Terraform started an operation before it configured the provider. Check the \
                 provider block for errors, then run Terraform again.",
            )
        })
    }

    fn stop(&self) -> Stop {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
