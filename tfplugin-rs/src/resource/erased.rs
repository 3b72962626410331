//! Resources of every model behind one object-safe trait.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::identity::{ErasedIdentity, Identified, Identity};
use super::moved::{MoveSource, Moved};
use super::{Context, Created, Deleted, Imported, Plan, Read, Resource, Updated};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Model, ModelError};
use crate::path::AttributePath;
use crate::private::Private;
use crate::schema::Schema;
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
    ) -> Result<PlanAnswer, ModelError>;
    /// [`Resource::create`].
    fn create<'a>(&'a self, planned: Value, cx: &'a Context<'a, C>) -> Operation<'a>;
    /// [`Resource::read`].
    fn read<'a>(&'a self, state: Value, cx: &'a Context<'a, C>) -> Operation<'a>;
    /// [`Resource::update`].
    fn update<'a>(&'a self, prior: Value, planned: Value, cx: &'a Context<'a, C>) -> Operation<'a>;
    /// [`Resource::delete`].
    fn delete<'a>(&'a self, state: Value, cx: &'a Context<'a, C>) -> Operation<'a>;
    /// [`Resource::import`].
    fn import<'a>(&'a self, id: &'a str, cx: &'a Context<'a, C>) -> Operation<'a>;
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

/// An operation under way.
pub(crate) type Operation<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// What became of any operation.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// The object exists and is this.
    Present(Value),
    /// The object exists no more.
    Gone,
    /// It failed.
    Failed {
        /// What exists nevertheless, if the operation says so.
        state: Option<Value>,
        /// Why.
        error: Diagnostic,
    },
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

/// What an author's plan came to.
#[derive(Clone, Debug)]
pub(crate) struct PlanAnswer {
    /// The planned object.
    pub(crate) planned: Value,
    /// Attributes that ask for replacement.
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
    ) -> Result<PlanAnswer, ModelError> {
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
        Ok(PlanAnswer {
            planned: plan.planned.into_object(),
            requires_replace: plan.requires_replace,
            private: plan.private.encode(),
        })
    }

    fn create<'a>(&'a self, planned: Value, cx: &'a Context<'a, R::Client>) -> Operation<'a> {
        Box::pin(async move {
            let planned = match R::Model::from_object(planned) {
                Ok(planned) => planned,
                Err(err) => return Answer::failed(err.into()),
            };
            match self.resource.create(planned, cx).await {
                Created::Created(state) => Answer::Present(state.into_object()),
                Created::Failed { partial, error } => {
                    Answer::Failed { state: partial.map(Model::into_object), error }
                }
            }
        })
    }

    fn read<'a>(&'a self, state: Value, cx: &'a Context<'a, R::Client>) -> Operation<'a> {
        Box::pin(async move {
            let state = match R::Model::from_object(state) {
                Ok(state) => state,
                Err(err) => return Answer::failed(err.into()),
            };
            match self.resource.read(state, cx).await {
                Read::Present(state) => Answer::Present(state.into_object()),
                Read::Gone => Answer::Gone,
                Read::Failed(error) => Answer::failed(error),
            }
        })
    }

    fn update<'a>(
        &'a self,
        prior: Value,
        planned: Value,
        cx: &'a Context<'a, R::Client>,
    ) -> Operation<'a> {
        Box::pin(async move {
            let models = R::Model::from_object(prior)
                .and_then(|prior| Ok((prior, R::Model::from_object(planned)?)));
            let (prior, planned) = match models {
                Ok(models) => models,
                Err(err) => return Answer::failed(err.into()),
            };
            match self.resource.update(prior, planned, cx).await {
                Updated::Updated(state) => Answer::Present(state.into_object()),
                Updated::Failed { state, error } => {
                    Answer::Failed { state: state.map(Model::into_object), error }
                }
            }
        })
    }

    fn delete<'a>(&'a self, state: Value, cx: &'a Context<'a, R::Client>) -> Operation<'a> {
        Box::pin(async move {
            let state = match R::Model::from_object(state) {
                Ok(state) => state,
                Err(err) => return Answer::failed(err.into()),
            };
            match self.resource.delete(state, cx).await {
                Deleted::Deleted => Answer::Gone,
                Deleted::Failed(error) => Answer::failed(error),
            }
        })
    }

    fn import<'a>(&'a self, id: &'a str, cx: &'a Context<'a, R::Client>) -> Operation<'a> {
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

pub(super) fn imported<M: Model>(imported: Imported<M>) -> Answer {
    match imported {
        Imported::Imported(state) => Answer::Present(state.into_object()),
        Imported::Failed(error) => Answer::failed(error),
    }
}

impl Answer {
    /// A failure that names no state.
    pub(crate) const fn failed(error: Diagnostic) -> Self {
        Self::Failed { state: None, error }
    }
}
