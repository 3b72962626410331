//! For the tests of a provider: drive it in this process, or under a real CLI.
//!
//! With the feature `testing`, which belongs under `[dev-dependencies]`.
//!
//! [`Session`] takes the steps that Terraform takes, through the provider's real gRPC
//! service over a pipe in memory, and holds each answer against Terraform's own rules;
//! [`Session::open_over`] does so with a provider in another process.
//! [`Life`] strings the steps together for one object, always ending with «plan again:
//! nothing to do». [`Session::every_subset`] drives a resource through every combination of
//! null, unknown and known attributes, or of each pair of attributes where all would be too
//! many, and [`Session::every_update`] an object that differs in all of them.
//! [`cli::Project`] runs a real Terraform or OpenTofu in a private folder, with a binary out
//! of a mirror or, by way of [`Attached`], with a provider that lives in the test;
//! [`Attached::recording`] keeps the requests in the bytes that the CLI sent.
//!
//! ```
//! use tfplugin::diag::Diagnostics;
//! use tfplugin::model::Attr;
//! use tfplugin::provider::{Context, Kinds, Provider};
//! use tfplugin::resource::{Created, Deleted, Read, Resource, Updated};
//! use tfplugin::schema::modifier::use_state_for_unknown;
//! use tfplugin::schema::{Attribute, Schema};
//! use tfplugin::testing::{Action, Scope, Session};
//! use tfplugin::ty::Type;
//!
//! # struct Example;
//! # tfplugin::model! {
//! #     struct NoConfig {}
//! #     struct NoteModel { id: Attr<String>, text: Attr<String> }
//! # }
//! # impl Provider for Example {
//! #     type Config = NoConfig;
//! #     type Client = ();
//! #     fn schema(&self) -> Schema { Schema::new(0) }
//! #     async fn configure(&self, _: NoConfig, _: &mut Diagnostics) -> Option<()> { Some(()) }
//! #     fn kinds(&self) -> Kinds<()> { Kinds::new().resource(Note) }
//! # }
//! # struct Note;
//! # impl Resource for Note {
//! #     type Client = ();
//! #     type Model = NoteModel;
//! #     fn type_name(&self) -> &'static str { "example_note" }
//! #     fn schema(&self) -> Schema {
//! #         Schema::new(0)
//! #             .attribute(
//! #                 "id",
//! #                 Attribute::computed(Type::String).modify(use_state_for_unknown()),
//! #             )
//! #             .attribute("text", Attribute::required(Type::String))
//! #     }
//! #     async fn create(
//! #         &self, mut planned: NoteModel, _: &Context<'_, ()>,
//! #     ) -> Created<NoteModel> {
//! #         planned.id = "1".into();
//! #         Created::Created(planned)
//! #     }
//! #     async fn read(&self, state: NoteModel, _: &Context<'_, ()>) -> Read<NoteModel> {
//! #         Read::Present(state)
//! #     }
//! #     async fn update(
//! #         &self, _: NoteModel, planned: NoteModel, _: &Context<'_, ()>,
//! #     ) -> Updated<NoteModel> { Updated::Updated(planned) }
//! #     async fn delete(&self, _: NoteModel, _: &Context<'_, ()>) -> Deleted { Deleted::Deleted }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let session = Session::open(Example).await;
//! assert!(!session.configure([]).await.has_errors());
//!
//! // One object's life. Every step ends with a plan that must be empty.
//! let mut note = session.life("example_note");
//! assert_eq!(note.apply([("text", "hello".into())]).await, Action::Create);
//! assert_eq!(note.object().get("id"), &"1".into());
//! assert_eq!(note.apply([("text", "bye".into())]).await, Action::Update);
//! note.destroy().await;
//!
//! // One step, and its diagnostics.
//! let faults = session.validate("example_note", &session.config("example_note", [])).await;
//! assert_eq!(faults.iter().next().unwrap().path.to_string(), "text");
//!
//! // Null, unknown, known: all that Terraform may send.
//! let covered =
//!     session.every_subset("example_note", &[("text", "x".into())], Scope::Apply, 1000).await;
//! assert_eq!((covered.cases, covered.refused, covered.applied), (3, 1, 1));
//! # }
//! ```

pub mod cli;

mod answer;
mod attached;
mod data_source;
mod ephemeral;
mod function;
mod life;
mod pipe;
mod proposed;
mod recording;
mod resource;
mod session;
mod stay;
mod subsets;
mod wire;

#[cfg(test)]
mod tests;

pub use self::answer::{Action, Answer, Object, Planned};
pub use self::attached::Attached;
pub use self::ephemeral::Opened;
pub use self::function::Refused;
pub use self::life::Life;
pub use self::pipe::CallError;
pub use self::recording::{Recording, Request};
pub use self::session::Session;
pub use self::subsets::{Covered, Scope};
