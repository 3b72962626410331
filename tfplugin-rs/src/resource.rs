//! The trait that an author implements for each managed resource, and what its
//! operations may answer.
//!
//! The answers cannot say what Terraform forbids: a read cannot forget to say «gone», a
//! failed create cannot lose the object that exists already.

mod erased;
mod identity;
mod moved;
mod plan;

use std::future::Future;

pub use self::erased::{
    Answer, ErasedResource, Operation, PlanAnswer, PlanInput, identified, resource,
};
pub use self::identity::{ErasedIdentity, Identified};
pub use self::moved::{MoveSource, Moved};
pub use self::plan::Plan;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::private::Private;
pub use crate::provider::{Context, Stop};
use crate::schema::Schema;

/// A managed resource: one kind of object with a life cycle.
///
/// The SDK plans: defaults, unknown computed values, modifiers and Terraform's own checks
/// are its work. An operation may run at the same time as any other.
pub trait Resource: Send + Sync + 'static {
    /// The provider's client, [`Provider::Client`](crate::provider::Provider::Client).
    type Client: Send + Sync + 'static;

    /// The attributes, as in the schema.
    type Model: Model;

    /// The whole type name, such as `example_server`.
    fn type_name(&self) -> &'static str;

    /// The schema. No I/O.
    fn schema(&self) -> Schema;

    /// Checks a configuration beyond what the schema says. No I/O; any value may be unknown.
    fn validate(&self, config: &Self::Model, diags: &mut Diagnostics) {
        let _ = (config, diags);
    }

    /// Adjusts the plan of a create or update, after defaults and modifiers. No I/O.
    ///
    /// Called again at apply, when more is known: what was known must come out the same.
    /// The client is there once the provider is configured.
    fn plan(
        &self,
        plan: &mut Plan<'_, Self::Model>,
        client: Option<&Self::Client>,
        diags: &mut Diagnostics,
    ) {
        let _ = (plan, client, diags);
    }

    /// Makes the object. Known values of `planned` must come back as they are, unknown
    /// ones known.
    fn create(
        &self,
        planned: Self::Model,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Created<Self::Model>> + Send;

    /// Reads the object as it is now. A spelling that differs in form only from the
    /// stored one is answered with the stored one.
    fn read(
        &self,
        state: Self::Model,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Read<Self::Model>> + Send;

    /// Changes the object in place, from `prior` to `planned`.
    fn update(
        &self,
        prior: Self::Model,
        planned: Self::Model,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Updated<Self::Model>> + Send;

    /// Destroys the object. One that is gone already counts as deleted.
    fn delete(
        &self,
        state: Self::Model,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Deleted> + Send;

    /// Finds an object that exists already by what the practitioner calls it. What it
    /// answers is read again at once, so it needs only what [`Resource::read`] needs.
    fn import(
        &self,
        id: &str,
        cx: &Context<'_, Self::Client>,
    ) -> impl Future<Output = Imported<Self::Model>> + Send {
        let _ = (id, cx);
        async {
            Imported::Failed(Diagnostic::error(
                "Import is not supported",
                format!(
                    "Objects of type {} cannot be imported. Write the resource and apply \
                     it instead.",
                    self.type_name()
                ),
            ))
        }
    }

    /// Takes over an object of another resource type, for a `moved` block. No I/O. What it
    /// answers is read again at once; `private` is what the object will have as notes.
    ///
    /// Look at all of type, provider and schema version before trusting the state.
    fn move_from(&self, source: &MoveSource, private: &mut Private) -> Moved<Self::Model> {
        let _ = (source, private);
        Moved::UnknownSource
    }

    /// Brings state of an older schema version into the current shape, as JSON.
    ///
    /// Each older version comes here straight, not through those in between. The answer is
    /// then read by the schema: attributes that are gone are dropped, new ones are null.
    /// Change the shape, not the meaning.
    ///
    /// # Errors
    /// A diagnostic that says why the state cannot be read. The default refuses every
    /// older version: raising the version announces that this method knows what to do.
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        let _ = state;
        Err(Diagnostic::error(
            "State is too old",
            format!(
                "The stored state of this {} has schema version {version}, which this version \
                 of the provider cannot read. Apply once with an older version of the provider.",
                self.type_name()
            ),
        ))
    }
}

/// What became of a create.
#[derive(Clone, Debug, PartialEq)]
pub enum Created<M> {
    /// It exists and is as planned.
    Created(M),
    /// It failed. What exists nevertheless is kept and marked as tainted.
    Failed {
        /// The object, if one exists; unknown values are stored as null.
        partial: Option<M>,
        /// Why.
        error: Diagnostic,
    },
}

/// What a read found.
#[derive(Clone, Debug, PartialEq)]
pub enum Read<M> {
    /// The object as it is now.
    Present(M),
    /// The object certainly exists no more: it is removed from the state.
    Gone,
    /// It could not be found out; the state stays as it is.
    Failed(Diagnostic),
}

/// What became of an update.
#[derive(Clone, Debug, PartialEq)]
pub enum Updated<M> {
    /// It is as planned.
    Updated(M),
    /// It failed.
    Failed {
        /// What the object is now; `None`: as before.
        state: Option<M>,
        /// Why.
        error: Diagnostic,
    },
}

/// What became of a delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It exists no more.
    Deleted,
    /// It failed; the state stays as it is.
    Failed(Diagnostic),
}

/// What an import found.
#[derive(Clone, Debug, PartialEq)]
pub enum Imported<M> {
    /// The object, with as much as a read needs.
    Imported(M),
    /// There is no such object, or it could not be found out.
    Failed(Diagnostic),
}

impl<M> Created<M> {
    /// A create that failed before anything existed.
    pub const fn failed(error: Diagnostic) -> Self {
        Self::Failed { partial: None, error }
    }
}

impl<M> Updated<M> {
    /// An update that failed before anything changed.
    pub const fn failed(error: Diagnostic) -> Self {
        Self::Failed { state: None, error }
    }
}
