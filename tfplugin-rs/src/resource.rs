//! The trait that an author implements for each managed resource, and what its
//! operations may answer.
//!
//! The answers cannot express what Terraform forbids: a read cannot omit that an object is gone, a
//! failed create cannot lose the object that exists already.
//!
//! # Two states on one object
//!
//! Terraform locks a state, not the objects in it: two states may hold the same object, and
//! only the resource can notice that the other has changed it. Where the API knows versions
//! (an `ETag`, a revision), an author keeps each from overwriting the other so:
//!
//! * `create` requests an object that does not exist yet, and never replaces one that does.
//!   The error stands at the attribute that names the object and states how to import it.
//! * `create`, `read` and `update` note the version in private state
//!   ([`Context::set_private`]), where it makes no difference that a plan would show.
//! * `update` and `delete` send the version that was *noted* (`If-Match`). One that is read
//!   at that moment would take the other's change for one that the plan has seen.
//! * A refusal is [`Updated::failed`] or [`Deleted::Failed`] without a new note: object and
//!   version stay as they were. The next refresh shows the other's change as drift, and
//!   until then every further write is refused as well. The text names the object, because
//!   Terraform does not where it destroys.
//!
//! ```
//! use tfplugin::prelude::*;
//! # use std::sync::{Arc, Mutex};
//! # use tfplugin::testing::{Object, Session};
//! #
//! # tfplugin::model! {
//! #     struct Config {}
//! #     struct Note { text: Attr<String> }
//! # }
//! #
//! # /// An API of one note, with its version.
//! # #[derive(Clone, Default)]
//! # struct Api(Arc<Mutex<(String, u64)>>);
//! #
//! # impl Api {
//! #     fn get(&self) -> (String, u64) { self.0.lock().unwrap().clone() }
//! #     fn put(&self, note: &Note, if_match: u64) -> Option<u64> {
//! #         let mut stored = self.0.lock().unwrap();
//! #         if stored.1 != if_match { return None }
//! #         *stored = (note.text.as_str().unwrap().to_owned(), stored.1 + 1);
//! #         Some(stored.1)
//! #     }
//! # }
//!
//! struct NoteResource;
//!
//! /// Writes the note if it has not changed since the plan.
//! async fn put(planned: &Note, cx: &Context<'_, Api>) -> Result<(), Diagnostic> {
//!     let seen: u64 = cx.private("version")?.ok_or_else(changed)?;
//!     let version = cx.client().put(planned, seen).ok_or_else(changed)?;
//!     Ok(cx.set_private("version", &version)?)
//! }
//!
//! fn changed() -> Diagnostic {
//!     let detail = "The note was changed outside of this state, and nothing was written. Plan \
//!                   again to see what is there now.";
//!     Diagnostic::error("Note has changed since the plan", detail)
//! }
//!
//! impl Resource for NoteResource {
//! #     type Client = Api;
//! #     type Model = Note;
//! #     fn type_name(&self) -> &'static str { "example_note" }
//! #     fn schema(&self) -> Schema {
//! #         Schema::new(0).attribute("text", Attribute::required(Type::String))
//! #     }
//! #     async fn create(&self, _: Note, _: &Context<'_, Api>) -> Created<Note> {
//! #         unimplemented!()
//! #     }
//! #     async fn delete(&self, _: Note, _: &Context<'_, Api>) -> Deleted { unimplemented!() }
//!     async fn read(&self, _: Note, cx: &Context<'_, Api>) -> Read<Note> {
//!         let (text, version) = cx.client().get();
//!         match cx.set_private("version", &version) {
//!             Ok(()) => Read::Present(Note { text: text.into() }),
//!             Err(err) => Read::Failed(err.into()),
//!         }
//!     }
//!
//!     async fn update(&self, _: Note, planned: Note, cx: &Context<'_, Api>) -> Updated<Note> {
//!         match put(&planned, cx).await {
//!             Ok(()) => Updated::Updated(planned),
//!             Err(error) => Updated::failed(error),
//!         }
//!     }
//!     // …
//! }
//! #
//! # struct Example(Api);
//! # impl Provider for Example {
//! #     type Config = Config;
//! #     type Client = Api;
//! #     fn schema(&self) -> Schema { Schema::new(0) }
//! #     async fn configure(&self, _: Config, _: &mut Diagnostics) -> Option<Api> {
//! #         Some(self.0.clone())
//! #     }
//! #     fn kinds(&self) -> Kinds<Api> { Kinds::new().resource(NoteResource) }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # const NOTE: &str = "example_note";
//! # let api = Api::default();
//! # let session = Session::open(Example(api.clone())).await;
//! # assert!(session.configure([]).await.is_empty());
//! # let config = session.config(NOTE, [("text", "ours".into())]);
//! # let state = session.config(NOTE, [("text", "".into())]);
//! # let seen = session.read(NOTE, &Object::of(state)).await.object;
//! # let planned = session.plan(NOTE, &seen, &config).await;
//! # api.put(&Note { text: "theirs".into() }, 0).unwrap();
//! # let refused = session.apply(&planned).await;
//! # assert!(refused.diagnostics.has_errors() && refused.object == seen);
//! # assert_eq!(api.get().0, "theirs");
//! # let seen = session.read(NOTE, &refused.object).await.object;
//! # assert_eq!(seen.get("text"), &"theirs".into());
//! # let planned = session.plan(NOTE, &seen, &config).await;
//! # assert!(session.apply(&planned).await.diagnostics.is_empty());
//! # assert_eq!(api.get().0, "ours");
//! # }
//! ```

mod erased;
mod identity;
mod moved;
mod plan;

use std::future::Future;

pub(crate) use self::erased::{
    AuthorPlan, ErasedIdentity, ErasedResource, Failed, PlanInput, erase, erase_identified,
};
pub use self::identity::Identified;
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

    /// Checks a configuration beyond what the schema requires. No I/O; any value may be unknown.
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

    /// Finds an object that exists already by its id. What it
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
    /// Check type, provider and schema version before trusting the state.
    fn move_from(&self, source: &MoveSource, private: &mut Private) -> Moved<Self::Model> {
        let _ = (source, private);
        Moved::UnknownSource
    }

    /// Brings state of an older schema version into the current shape, as JSON.
    ///
    /// Each older version comes here straight, not through those in between. What comes is
    /// always a JSON object. The answer is then read by the schema: attributes that are gone
    /// are dropped, new ones are null. Change the shape, not the meaning.
    ///
    /// # Errors
    /// A diagnostic that states why the state cannot be read. The default refuses every
    /// older version: raising the version announces that this method knows what to do.
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        let _ = state;
        Err(too_old("state", self.type_name(), version))
    }
}

/// The refusal of stored state or of an identity that no method upgrades.
fn too_old(noun: &str, type_name: &str, version: i64) -> Diagnostic {
    let title = if noun == "state" { "State" } else { "Identity" };
    let detail = format!(
        "The stored {noun} of this {type_name} has schema version {version}, which this version \
         of the provider cannot read. Apply once with an older version of the provider."
    );
    Diagnostic::error(format!("{title} is too old"), detail)
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
        /// Why it failed.
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
        /// Why it failed.
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
