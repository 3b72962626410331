//! A provider with one light resource, for tests with many objects and for faults that end
//! the process.
//!
//! Each process appends what it does to the file that `LIGHT_RECORD` names, one line each:
//! `PID configure`, `PID create NAME`, `PID delete NAME`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::ExitCode;

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::provider::{Context, Kinds, Provider};
use tfplugin::resource::{Created, Deleted, Imported, Read, Resource, Updated};
use tfplugin::schema::modifier::use_state_for_unknown;
use tfplugin::schema::{Attribute, Schema};
use tfplugin::serve::{self, Options};
use tfplugin::ty::Type;

fn main() -> ExitCode {
    let options = Options { address: "registry.terraform.io/aibridge-rs/light", version: "1.0.0" };
    serve::run(Light, options)
}

struct Light;

tfplugin::model! {
    struct NoConfig {}

    struct Thing {
        id: Attr<String>,
        name: Attr<String>,
        fault: Attr<String>,
    }
}

impl Provider for Light {
    type Config = NoConfig;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0)
    }

    async fn configure(&self, _config: NoConfig, diags: &mut Diagnostics) -> Option<()> {
        match record("configure") {
            Ok(()) => Some(()),
            Err(err) => {
                diags.push(err);
                None
            }
        }
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new().resource(LightThing)
    }
}

struct LightThing;

impl Resource for LightThing {
    type Client = ();
    type Model = Thing;

    fn type_name(&self) -> &'static str {
        "light_thing"
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute("id", Attribute::computed(Type::String).modify(use_state_for_unknown()))
            .attribute("name", Attribute::required(Type::String))
            .attribute("fault", Attribute::optional(Type::String))
    }

    async fn create(&self, mut planned: Thing, _cx: &Context<'_, ()>) -> Created<Thing> {
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

    async fn read(&self, state: Thing, _cx: &Context<'_, ()>) -> Read<Thing> {
        Read::Present(state)
    }

    async fn update(&self, _: Thing, planned: Thing, _cx: &Context<'_, ()>) -> Updated<Thing> {
        Updated::Updated(planned)
    }

    async fn delete(&self, state: Thing, _cx: &Context<'_, ()>) -> Deleted {
        let name = state.name.as_str().unwrap_or_default();
        match record(&format!("delete {name}")) {
            Ok(()) => Deleted::Deleted,
            Err(error) => Deleted::Failed(error),
        }
    }

    async fn import(&self, id: &str, _cx: &Context<'_, ()>) -> Imported<Thing> {
        let name = id.strip_prefix("id-").unwrap_or(id).to_owned();
        Imported::Imported(Thing { id: id.into(), name: Attr::Known(name), fault: Attr::Null })
    }
}

/// Asks for more than any machine has, which ends the process.
fn exhaust() {
    let bytes: Vec<u8> = Vec::with_capacity(isize::MAX.unsigned_abs());
    std::hint::black_box(bytes);
}

/// One line, in one write: processes and tasks append to the same file.
#[expect(clippy::disallowed_methods, reason = "a fixture is told by its environment")]
fn record(what: &str) -> Result<(), Diagnostic> {
    let Some(path) = std::env::var_os("LIGHT_RECORD") else { return Ok(()) };
    let line = format!("{} {what}\n", std::process::id());
    let written = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    written.map_err(|err| Diagnostic::error("Nothing can be recorded", format!("{err}.")))
}
