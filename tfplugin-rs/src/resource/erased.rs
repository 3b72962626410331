//! Resources of every model, and their identities, behind object-safe traits.

use std::sync::Arc;

use super::identity::Identified;
use super::moved::{MoveSource, Moved};
use super::{Context, Created, Deleted, Imported, Plan, Read, Resource, Updated};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Content, Model, ModelError};
use crate::path::AttributePath;
use crate::private::Private;
use crate::provider::Operation;
use crate::schema::{IdentitySchema, Schema};
use crate::ty::Type;
use crate::value::Value;

/// A resource whose model is hidden.
pub(crate) trait ErasedResource<C>: Send + Sync + 'static {
    /// [`Resource::type_name`].
    fn type_name(&self) -> &'static str;
    /// [`Resource::schema`].
    fn schema(&self) -> Schema;
    /// [`Model::faults`].
    fn model_faults(&self, schema: &Schema) -> Vec<ModelError>;
    /// [`Resource::validate`].
    fn validate(&self, config: Value, diags: &mut Diagnostics);
    /// [`Resource::plan`].
    ///
    /// # Errors
    /// Values that do not fit the model.
    fn plan(
        &self,
        input: PlanInput,
        client: Option<&C>,
        diags: &mut Diagnostics,
    ) -> Result<AuthorPlan, ModelError>;
    /// [`Resource::create`].
    fn create<'a>(&'a self, planned: Value, cx: &'a Context<'a, C>) -> Change<'a>;
    /// [`Resource::read`]; `None` if the object is gone.
    fn read<'a>(&'a self, state: Value, cx: &'a Context<'a, C>) -> Operation<'a, Option<Value>>;
    /// [`Resource::update`].
    fn update<'a>(&'a self, prior: Value, planned: Value, cx: &'a Context<'a, C>) -> Change<'a>;
    /// [`Resource::delete`].
    fn delete<'a>(&'a self, state: Value, cx: &'a Context<'a, C>) -> Change<'a>;
    /// [`Resource::import`].
    fn import<'a>(&'a self, id: &'a str, cx: &'a Context<'a, C>) -> Operation<'a, Value>;
    /// [`Resource::move_from`].
    fn move_from(&self, source: &MoveSource, private: &mut Private) -> Moved<Value>;
    /// [`Resource::upgrade`].
    ///
    /// # Errors
    /// As there.
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic>;
    /// The identity, for resources made by [`erase_identified`].
    fn identity(&self) -> Option<&dyn ErasedIdentity<C>>;
}

/// The identities of a resource whose model is hidden.
pub(crate) trait ErasedIdentity<C>: Send + Sync + 'static {
    /// [`Identified::identity_schema`].
    fn schema(&self) -> IdentitySchema;
    /// What of the type this model cannot hold.
    fn model_faults(&self, ty: &Type) -> Vec<ModelError>;
    /// [`Identified::identify`].
    ///
    /// # Errors
    /// An object that does not fit the model.
    fn identify(&self, object: Value, client: &C) -> Result<Value, ModelError>;
    /// [`Identified::import_by_identity`].
    fn import<'a>(&'a self, identity: Value, cx: &'a Context<'a, C>) -> Operation<'a, Value>;
    /// [`Identified::identity_may_change`].
    fn may_change(&self) -> bool;
    /// [`Identified::upgrade_identity`].
    ///
    /// # Errors
    /// As there.
    fn upgrade(
        &self,
        version: i64,
        identity: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic>;
}

/// A create, update or delete under way, which ends with what exists then.
pub(crate) type Change<'a> = Operation<'a, Option<Value>, Failed>;

/// A create, update or delete that failed.
#[derive(Debug)]
pub(crate) struct Failed {
    /// What exists nevertheless, if the operation reports it.
    pub(crate) state: Option<Value>,
    /// Why it failed.
    pub(crate) error: Diagnostic,
}

/// What a plan is made from.
#[derive(Clone, Debug)]
pub(crate) struct PlanInput {
    /// The stored object; null on create.
    pub(crate) prior: Value,
    /// The configuration.
    pub(crate) config: Value,
    /// The planned object so far.
    pub(crate) planned: Value,
    /// The provider's own bytes.
    pub(crate) private: Vec<u8>,
}

/// The plan after the author's changes.
#[derive(Debug)]
pub(crate) struct AuthorPlan {
    /// The planned object.
    pub(crate) planned: Value,
    /// Attributes whose change requires replacement.
    pub(crate) requires_replace: Vec<AttributePath>,
    /// The provider's own bytes.
    pub(crate) private: Vec<u8>,
}

/// Hides the model of a resource.
pub(crate) fn erase<R: Resource>(resource: R) -> Box<dyn ErasedResource<R::Client>> {
    Box::new(Erased { resource: Arc::new(resource), identity: None })
}

/// As [`erase`], for a resource whose objects have an identity.
pub(crate) fn erase_identified<R: Identified>(resource: R) -> Box<dyn ErasedResource<R::Client>> {
    let resource = Arc::new(resource);
    let identity = Box::new(Identity(Arc::clone(&resource)));
    Box::new(Erased { resource, identity: Some(identity) })
}

struct Erased<R: Resource> {
    resource: Arc<R>,
    identity: Option<Box<dyn ErasedIdentity<R::Client>>>,
}

/// The identity of one resource, which it shares.
struct Identity<R>(Arc<R>);

// === impl Erased ===

impl<R: Resource> ErasedResource<R::Client> for Erased<R> {
    fn type_name(&self) -> &'static str {
        self.resource.type_name()
    }

    fn schema(&self) -> Schema {
        self.resource.schema()
    }

    fn model_faults(&self, schema: &Schema) -> Vec<ModelError> {
        R::Model::faults(schema)
    }

    fn validate(&self, config: Value, diags: &mut Diagnostics) {
        match R::Model::from_object(config) {
            Ok(config) => self.resource.validate(&config, diags),
            Err(err) => diags.push(err.into()),
        }
    }

    fn plan(
        &self,
        input: PlanInput,
        client: Option<&R::Client>,
        diags: &mut Diagnostics,
    ) -> Result<AuthorPlan, ModelError> {
        let prior = match input.prior {
            Value::Null => None,
            prior => Some(R::Model::from_object(prior)?),
        };
        let config = R::Model::from_object(input.config)?;
        let mut plan = Plan {
            prior: prior.as_ref(),
            config: &config,
            planned: R::Model::from_object(input.planned)?,
            private: Private::decode(input.private),
            requires_replace: Vec::new(),
        };
        self.resource.plan(&mut plan, client, diags);
        Ok(AuthorPlan {
            planned: plan.planned.into_object(),
            requires_replace: plan.requires_replace,
            private: plan.private.encode(),
        })
    }

    fn create<'a>(&'a self, planned: Value, cx: &'a Context<'a, R::Client>) -> Change<'a> {
        Box::pin(async move {
            match self.resource.create(R::Model::from_object(planned)?, cx).await {
                Created::Created(state) => Ok(Some(state.into_object())),
                Created::Failed { partial, error } => Err(Failed::leaving(partial, error)),
            }
        })
    }

    fn read<'a>(
        &'a self,
        state: Value,
        cx: &'a Context<'a, R::Client>,
    ) -> Operation<'a, Option<Value>> {
        Box::pin(async move {
            match self.resource.read(R::Model::from_object(state)?, cx).await {
                Read::Present(state) => Ok(Some(state.into_object())),
                Read::Gone => Ok(None),
                Read::Failed(error) => Err(error),
            }
        })
    }

    fn update<'a>(
        &'a self,
        prior: Value,
        planned: Value,
        cx: &'a Context<'a, R::Client>,
    ) -> Change<'a> {
        Box::pin(async move {
            let prior = R::Model::from_object(prior)?;
            match self.resource.update(prior, R::Model::from_object(planned)?, cx).await {
                Updated::Updated(state) => Ok(Some(state.into_object())),
                Updated::Failed { state, error } => Err(Failed::leaving(state, error)),
            }
        })
    }

    fn delete<'a>(&'a self, state: Value, cx: &'a Context<'a, R::Client>) -> Change<'a> {
        Box::pin(async move {
            match self.resource.delete(R::Model::from_object(state)?, cx).await {
                Deleted::Deleted => Ok(None),
                Deleted::Failed(error) => Err(error.into()),
            }
        })
    }

    fn import<'a>(&'a self, id: &'a str, cx: &'a Context<'a, R::Client>) -> Operation<'a, Value> {
        Box::pin(async move { imported(self.resource.import(id, cx).await) })
    }

    fn move_from(&self, source: &MoveSource, private: &mut Private) -> Moved<Value> {
        match self.resource.move_from(source, private) {
            Moved::Moved(state) => Moved::Moved(state.into_object()),
            Moved::UnknownSource => Moved::UnknownSource,
            Moved::Failed(error) => Moved::Failed(error),
        }
    }

    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        self.resource.upgrade(version, state)
    }

    fn identity(&self) -> Option<&dyn ErasedIdentity<R::Client>> {
        self.identity.as_deref()
    }
}

// === impl Identity ===

impl<R: Identified> ErasedIdentity<R::Client> for Identity<R> {
    fn schema(&self) -> IdentitySchema {
        self.0.identity_schema()
    }

    fn model_faults(&self, ty: &Type) -> Vec<ModelError> {
        let mut faults = Vec::new();
        R::Identity::check(ty, &AttributePath::root(), &mut faults);
        faults
    }

    fn identify(&self, object: Value, client: &R::Client) -> Result<Value, ModelError> {
        let object = R::Model::from_object(object)?;
        Ok(self.0.identify(&object, client).into_object())
    }

    fn import<'a>(
        &'a self,
        identity: Value,
        cx: &'a Context<'a, R::Client>,
    ) -> Operation<'a, Value> {
        Box::pin(async move {
            let identity = R::Identity::from_object(identity)?;
            imported(self.0.import_by_identity(identity, cx).await)
        })
    }

    fn may_change(&self) -> bool {
        self.0.identity_may_change()
    }

    fn upgrade(
        &self,
        version: i64,
        identity: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        self.0.upgrade_identity(version, identity)
    }
}

fn imported<M: Model>(imported: Imported<M>) -> Result<Value, Diagnostic> {
    match imported {
        Imported::Imported(state) => Ok(state.into_object()),
        Imported::Failed(error) => Err(error),
    }
}

// === impl Failed ===

impl Failed {
    fn leaving<M: Model>(state: Option<M>, error: Diagnostic) -> Self {
        Self { state: state.map(Model::into_object), error }
    }
}

impl From<Diagnostic> for Failed {
    fn from(error: Diagnostic) -> Self {
        Self { state: None, error }
    }
}

impl From<ModelError> for Failed {
    fn from(err: ModelError) -> Self {
        Self::from(Diagnostic::from(err))
    }
}
