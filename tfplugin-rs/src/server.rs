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
use self::registry::Registry;
use crate::diag::{Diagnostic, Diagnostics};
use crate::path::AttributePath;
use crate::provider::{Provider, Stop};
use crate::resource::MoveSource;
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

/// `ValidateDataResourceConfig`, `ReadDataSource`, `ValidateEphemeralResourceConfig`,
/// `OpenEphemeralResource`
pub struct ConfigRequest {
    /// The data source or ephemeral resource.
    pub type_name: String,
    /// The configuration; for a validation anything may be unknown.
    pub config: Value,
}

/// `ValidateResourceConfig`
pub struct ValidateRequest {
    /// The resource type.
    pub type_name: String,
    /// The configuration; anything may be unknown.
    pub config: Value,
    /// Whether the client knows of write-only attributes and stores none
    /// (`ClientCapabilities.write_only_attributes_allowed`).
    pub write_only_allowed: bool,
}

/// `UpgradeResourceState`
pub struct UpgradeRequest {
    /// The resource type.
    pub type_name: String,
    /// The schema version that the state was written with.
    pub version: i64,
    /// The state as raw JSON (`RawState.json`).
    pub state: Vec<u8>,
}

/// Answer to [`UpgradeRequest`].
pub struct UpgradeAnswer {
    /// The state in the current shape; null with an error.
    pub state: Value,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `ReadResource`
pub struct ReadRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object.
    pub state: Value,
    /// Its stored identity, if it has one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
}

/// Answer to [`ReadRequest`].
pub struct ReadAnswer {
    /// The object now; null only if it is certainly gone.
    pub state: Value,
    /// Its identity; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `PlanResourceChange`
pub struct PlanRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object; null on create.
    pub prior: Value,
    /// Terraform's merge of configuration and stored object; null on destroy.
    pub proposed: Value,
    /// The configuration; null on destroy.
    pub config: Value,
    /// The identity of the stored object, if it has one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
}

/// Answer to [`PlanRequest`].
pub struct PlanAnswer {
    /// The planned object; null on destroy, and the proposed one with an error.
    pub planned: Value,
    /// Its identity, perhaps unknown; only of types that have one.
    pub identity: Option<Value>,
    /// Attributes whose change asks for replacement: sorted, each once.
    pub requires_replace: Vec<AttributePath>,
    /// The provider's own bytes for the apply.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `ApplyResourceChange`
pub struct ApplyRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object; null on create.
    pub prior: Value,
    /// The planned object; null on destroy.
    pub planned: Value,
    /// The configuration; null on destroy.
    pub config: Value,
    /// The planned identity, if there is one.
    pub identity: Option<Value>,
    /// The provider's own bytes from the plan.
    pub private: Vec<u8>,
}

/// Answer to [`ApplyRequest`].
pub struct ApplyAnswer {
    /// What exists now, with an error too; null if nothing does.
    pub state: Value,
    /// Its identity, wholly known; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `ImportResourceState`
pub struct ImportRequest {
    /// The resource type.
    pub type_name: String,
    /// What the practitioner calls the object.
    pub target: ImportTarget,
}

/// How the object to import is named.
pub enum ImportTarget {
    /// By a text that the resource understands.
    Id(String),
    /// By its identity; what is optional may be null.
    Identity(Value),
}

/// Answer to [`ImportRequest`].
pub struct ImportAnswer {
    /// The object; `None` with an error.
    pub state: Option<Value>,
    /// Its identity, as far as it is known by now; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `MoveResourceState`
pub struct MoveRequest {
    /// The resource type that the object is to have.
    pub type_name: String,
    /// Where it comes from.
    pub source: MoveSource,
}

/// Answer to [`MoveRequest`].
pub struct MoveAnswer {
    /// The object; `None` with an error.
    pub state: Option<Value>,
    /// Its identity, if it is known by now; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// `UpgradeResourceIdentity`
pub struct UpgradeIdentityRequest {
    /// The resource type.
    pub type_name: String,
    /// The identity schema version that it was written with.
    pub version: i64,
    /// The identity as raw JSON (`RawState.json`).
    pub identity: Vec<u8>,
}

/// Answer to [`UpgradeIdentityRequest`].
pub struct UpgradeIdentityAnswer {
    /// The identity in the current shape; `None` with an error.
    pub identity: Option<Value>,
    /// Messages.
    pub diagnostics: Diagnostics,
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
