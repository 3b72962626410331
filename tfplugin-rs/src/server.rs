//! The protocol-free core: everything a provider owes Terraform, over values.
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
mod messages;
mod moved;
mod pairs;
mod panic;
mod plan;
mod read;
mod registry;
mod state;
mod upgrade;
mod validate;
mod write_only;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio_util::task::TaskTracker;
use tracing::Instrument;

pub use self::data_source::ReadDataSourceAnswer;
pub use self::ephemeral::{LeaseRequest, OpenAnswer, Opened, RenewAnswer};
pub use self::function::CallRequest;
pub use self::messages::{
    ApplyAnswer, ApplyRequest, ConfigRequest, ImportAnswer, ImportRequest, ImportTarget,
    MoveAnswer, MoveRequest, PlanAnswer, PlanRequest, ReadAnswer, ReadRequest, UpgradeAnswer,
    UpgradeIdentityAnswer, UpgradeIdentityRequest, UpgradeRequest, ValidateRequest,
};
use self::registry::Registry;
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::{Provider, Stop};
use crate::schema::{IdentitySchema, Schema};
use crate::value::Value;

/// One provider in service. Clones share everything.
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
    /// Puts a provider in service. Schemas are built when first asked for.
    ///
    /// # Panics
    /// If two things of one kind have the same name, or one has no proper name.
    pub fn new(provider: P) -> Self {
        let inner = Inner {
            registry: Registry::new(provider),
            client: RwLock::default(),
            stop: Mutex::default(),
            tracker: TaskTracker::new(),
        };
        Self { inner: Arc::new(inner) }
    }

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

    /// `ValidateProviderConfig`
    pub async fn validate_provider(&self, config: Value) -> Diagnostics {
        let inner = Arc::clone(&self.inner);
        let work = async move { inner.provider_addressed(inner.validate_provider(config)) };
        self.run(work).await.unwrap_or_else(Diagnostics::from)
    }

    /// `ConfigureProvider`: makes the client that later operations work with.
    pub async fn configure(&self, config: Value) -> Diagnostics {
        let inner = Arc::clone(&self.inner);
        let work = async move { inner.provider_addressed(inner.configure(config).await) };
        self.run(work).await.unwrap_or_else(Diagnostics::from)
    }

    /// `ValidateResourceConfig`
    pub async fn validate_resource(&self, request: ValidateRequest) -> Diagnostics {
        let inner = Arc::clone(&self.inner);
        let work = async move {
            let type_name = request.type_name.clone();
            inner.addressed(&type_name, inner.validate_resource(request))
        };
        self.run(work).await.unwrap_or_else(Diagnostics::from)
    }

    /// `UpgradeResourceState`: called for every object on every run.
    pub async fn upgrade(&self, request: UpgradeRequest) -> UpgradeAnswer {
        let inner = Arc::clone(&self.inner);
        let work = async move {
            let type_name = request.type_name.clone();
            let mut answer = inner.upgrade(request);
            answer.diagnostics = inner.addressed(&type_name, answer.diagnostics);
            answer
        };
        self.run(work)
            .await
            .unwrap_or_else(|fault| UpgradeAnswer { state: Value::Null, diagnostics: fault.into() })
    }

    /// `ReadResource`
    pub async fn read(&self, request: ReadRequest) -> ReadAnswer {
        let inner = Arc::clone(&self.inner);
        let kept = (request.state.clone(), request.private.clone());
        let work = async move {
            let type_name = request.type_name.clone();
            let mut answer = inner.read(request).await;
            answer.diagnostics = inner.addressed(&type_name, answer.diagnostics);
            answer
        };
        self.run(work).await.unwrap_or_else(|fault| ReadAnswer {
            state: kept.0,
            identity: None,
            private: kept.1,
            diagnostics: fault.into(),
        })
    }

    /// `PlanResourceChange`
    pub async fn plan(&self, request: PlanRequest) -> PlanAnswer {
        let inner = Arc::clone(&self.inner);
        let kept = (request.proposed.clone(), request.private.clone());
        let work = async move {
            let type_name = request.type_name.clone();
            let mut answer = inner.plan(request);
            answer.diagnostics = inner.addressed(&type_name, answer.diagnostics);
            answer
        };
        self.run(work).await.unwrap_or_else(|fault| PlanAnswer {
            planned: kept.0,
            identity: None,
            requires_replace: Vec::new(),
            private: kept.1,
            diagnostics: fault.into(),
        })
    }

    /// `ApplyResourceChange`
    pub async fn apply(&self, request: ApplyRequest) -> ApplyAnswer {
        let inner = Arc::clone(&self.inner);
        let kept = (request.prior.clone(), request.private.clone());
        let work = async move {
            let type_name = request.type_name.clone();
            let mut answer = inner.apply(request).await;
            answer.diagnostics = inner.addressed(&type_name, answer.diagnostics);
            answer
        };
        self.run(work).await.unwrap_or_else(|fault| ApplyAnswer {
            state: kept.0,
            identity: None,
            private: kept.1,
            diagnostics: fault.into(),
        })
    }

    /// `ImportResourceState`
    pub async fn import(&self, request: ImportRequest) -> ImportAnswer {
        let inner = Arc::clone(&self.inner);
        let work = async move {
            let type_name = request.type_name.clone();
            let mut answer = inner.import(request).await;
            answer.diagnostics = inner.addressed(&type_name, answer.diagnostics);
            answer
        };
        self.run(work).await.unwrap_or_else(|fault| ImportAnswer::failed(fault.into()))
    }

    /// `MoveResourceState`
    pub async fn move_state(&self, request: MoveRequest) -> MoveAnswer {
        let inner = Arc::clone(&self.inner);
        let work = async move {
            let mut answer = inner.move_state(&request);
            answer.diagnostics = inner.addressed(&request.type_name, answer.diagnostics);
            answer
        };
        self.run(work).await.unwrap_or_else(|fault| MoveAnswer::failed(fault.into()))
    }

    /// `UpgradeResourceIdentity`: called for every object that has an identity.
    pub async fn upgrade_identity(&self, request: UpgradeIdentityRequest) -> UpgradeIdentityAnswer {
        let inner = Arc::clone(&self.inner);
        let work = async move { inner.upgrade_identity(request) };
        self.run(work).await.unwrap_or_else(|fault| UpgradeIdentityAnswer {
            identity: None,
            diagnostics: fault.into(),
        })
    }

    /// `StopProvider`: asks operations in flight to wrap up; service goes on.
    pub fn stop(&self) {
        self.inner.stop().request();
    }

    /// The operations in flight. To drain: close it, then wait for it.
    pub fn tracker(&self) -> &TaskTracker {
        &self.inner.tracker
    }

    /// Runs an operation in a task of its own: the transport drops a handler when its
    /// client goes away, and a create must not be cut off between call and id. The task
    /// stays in the caller's span, so that its log lines carry the request.
    async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Diagnostic> {
        self.inner.tracker.spawn(work.in_current_span()).await.map_err(|err| {
            match err.try_into_panic() {
                Ok(payload) => panic::diagnostic("the provider", &*payload),
                Err(_) => Diagnostic::error(
                    "Operation was cut off",
                    "The provider ended before the operation did. Run Terraform again.",
                ),
            }
        })
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
                "Terraform asked for work before it configured the provider. Check the \
                 provider block for errors, then run Terraform again.",
            )
        })
    }

    /// The messages about an object of that type, each with a path that Terraform can follow.
    fn addressed(&self, type_name: &str, diagnostics: Diagnostics) -> Diagnostics {
        match self.registry.resource(type_name) {
            Ok((_, schema)) => address(schema, diagnostics),
            Err(_) => diagnostics,
        }
    }

    /// As [`Inner::addressed`], about the provider block.
    fn provider_addressed(&self, diagnostics: Diagnostics) -> Diagnostics {
        match self.registry.provider_schema() {
            Ok(schema) => address(schema, diagnostics),
            Err(_) => diagnostics,
        }
    }

    fn stop(&self) -> Stop {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The messages, each with a path that Terraform can follow in an object of that schema.
fn address(schema: &Schema, mut diagnostics: Diagnostics) -> Diagnostics {
    diagnostics.address(schema.ty());
    diagnostics
}
