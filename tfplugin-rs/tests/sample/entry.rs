//! A light resource, for tests with many objects and for faults that end the process.
//!
//! Each process appends what it does to the file that `SAMPLE_RECORD` names, one line each:
//! `PID configure`, `PID create NAME`, `PID delete NAME`.

use std::fs::OpenOptions;
use std::io::Write as _;

use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::provider::Context;
use tfplugin::resource::{Created, Deleted, Imported, Read, Resource, Updated};
use tfplugin::schema::modifier::use_state_for_unknown;
use tfplugin::schema::{Attribute, Schema};
use tfplugin::ty::Type;

tfplugin::model! {
    pub(crate) struct EntryModel {
        id: Attr<String>,
        name: Attr<String>,
        fault: Attr<String>,
    }
}

pub(crate) struct Entry;

impl Resource for Entry {
    type Client = ();
    type Model = EntryModel;

    fn type_name(&self) -> &'static str {
        "sample_entry"
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute("id", Attribute::computed(Type::String).modify(use_state_for_unknown()))
            .attribute("name", Attribute::required(Type::String))
            .attribute("fault", Attribute::optional(Type::String))
    }

    async fn create(&self, mut planned: EntryModel, _: &Context<'_, ()>) -> Created<EntryModel> {
        let name = planned.name.as_str().unwrap_or_default();
        if let Err(error) = record(&format!("create {name}")) {
            return Created::failed(error);
        }
        planned.id = Attr::Known(format!("id-{name}"));
        if planned.fault.as_str() == Some("out of memory") {
            exhaust();
        }
        Created::Created(planned)
    }

    async fn read(&self, state: EntryModel, _cx: &Context<'_, ()>) -> Read<EntryModel> {
        Read::Present(state)
    }

    async fn update(
        &self,
        _prior: EntryModel,
        planned: EntryModel,
        _cx: &Context<'_, ()>,
    ) -> Updated<EntryModel> {
        Updated::Updated(planned)
    }

    async fn delete(&self, state: EntryModel, _cx: &Context<'_, ()>) -> Deleted {
        let name = state.name.as_str().unwrap_or_default();
        match record(&format!("delete {name}")) {
            Ok(()) => Deleted::Deleted,
            Err(error) => Deleted::Failed(error),
        }
    }

    async fn import(&self, id: &str, _cx: &Context<'_, ()>) -> Imported<EntryModel> {
        let name = id.strip_prefix("id-").unwrap_or(id).to_owned();
        Imported::Imported(EntryModel { id: id.into(), name: Attr::Known(name), fault: Attr::Null })
    }
}

/// Allocates more than any machine has, which ends the process.
fn exhaust() {
    let bytes: Vec<u8> = Vec::with_capacity(isize::MAX.unsigned_abs());
    std::hint::black_box(bytes);
}

/// One line, in one write: processes and tasks append to the same file.
#[expect(clippy::disallowed_methods, reason = "a fixture is configured by its environment")]
pub(crate) fn record(operation: &str) -> Result<(), Diagnostic> {
    let Some(path) = std::env::var_os("SAMPLE_RECORD") else { return Ok(()) };
    let line = format!("{} {operation}\n", std::process::id());
    let written = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    written.map_err(|err| Diagnostic::error("Operation cannot be recorded", format!("{err}.")))
}
