//! The provider that the tests of this crate talk to.
//!
//! Its one resource does what a test tells it to over a Unix socket, so that
//! tests wait for events instead of guessing times.

mod host;
mod kinds;

use std::process::ExitCode;

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::path::AttributePath;
use tfplugin::provider::{Context, Kinds, Provider};
use tfplugin::resource::{Created, Deleted, Imported, Read, Resource, Updated};
use tfplugin::schema::modifier::use_state_for_unknown;
use tfplugin::schema::{Attribute, Nested, Schema};
use tfplugin::serve::{self, Options};
use tfplugin::ty::Type;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

fn main() -> ExitCode {
    let options = Options { address: "registry.terraform.io/aibridge-rs/sample", version: "1.2.3" };
    serve::run(Sample, options)
}

struct Sample;

tfplugin::model! {
    struct Config {
        token: Attr<String>,
    }
}

impl Provider for Sample {
    type Config = Config;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0)
            .describe("A provider for tests.")
            .attribute("token", Attribute::optional(Type::String).sensitive().describe("Ignored."))
    }

    fn validate(&self, _config: &Config, _diags: &mut Diagnostics) {
        reached("validate");
    }

    async fn configure(&self, config: Config, diags: &mut Diagnostics) -> Option<()> {
        reached("configure");
        if config.token.as_known().is_some_and(|token| token == "expired") {
            diags.error("token", "Token has expired", "Make a new one.");
            return None;
        }
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new()
            .identified_resource(host::Host)
            .resource(Thing)
            .data_source(kinds::Lookup)
            .ephemeral_resource(kinds::Lease)
            .function(kinds::Join)
            .function(kinds::Echo)
            .function(kinds::Half)
    }
}

/// Leaves a mark in the log, so that a test can see what of the provider a request came to.
fn reached(operation: &str) {
    tracing::debug!(reached = operation, "in the provider");
}

struct Thing;

tfplugin::model! {
    struct ThingModel {
        id: Attr<String>,
        name: Attr<String>,
        secret: Attr<String>,
        size: Attr<i64>,
        labels: Attr<std::collections::BTreeMap<String, Attr<String>>>,
        parts: Attr<Vec<Attr<PartModel>>>,
        hook: Attr<String>,
        trouble: Attr<String>,
    }

    struct PartModel {
        title: Attr<String>,
        weight: Attr<i64>,
    }
}

impl Resource for Thing {
    type Client = ();
    type Model = ThingModel;

    fn type_name(&self) -> &'static str {
        "sample_thing"
    }

    fn schema(&self) -> Schema {
        let part = Nested::list()
            .attribute("title", Attribute::required(Type::String))
            .attribute("weight", Attribute::optional_computed(Type::Number).default(1));
        Schema::new(1)
            .describe("A thing.")
            .attribute("id", Attribute::computed(Type::String).modify(use_state_for_unknown()))
            .attribute("name", Attribute::required(Type::String))
            .attribute("secret", Attribute::optional(Type::String).sensitive())
            .attribute("size", Attribute::optional_computed(Type::Number).default(3))
            .attribute("labels", Attribute::optional(Type::map(Type::String)))
            .attribute("parts", Attribute::optional(part))
            .attribute("hook", Attribute::optional(Type::String).describe("Socket of a test."))
            .attribute(
                "trouble",
                Attribute::optional(Type::String).describe("What shall go wrong."),
            )
    }

    fn validate(&self, config: &ThingModel, diags: &mut Diagnostics) {
        reached("validate");
        if config.size.as_known().is_some_and(|size| *size < 0) {
            diags.error("size", "Size is negative", "Write a number from 0 on.");
        }
        if config.trouble.as_known().is_some_and(|it| it == "panic in validate") {
            panic!("told to in validate");
        }
    }

    async fn create(&self, mut planned: ThingModel, cx: &Context<'_, ()>) -> Created<ThingModel> {
        reached("create");
        let name = planned.name.as_known().cloned().unwrap_or_default();
        tracing::info!(name, "making\na thing");
        planned.id = Attr::Known(format!("thing-{name}"));
        if let Some(error) = trouble(&planned) {
            return Created::Failed { partial: Some(planned), error };
        }
        match hook(&planned, "create", cx).await {
            Ok(()) => Created::Created(planned),
            Err(error) => Created::Failed { partial: Some(planned), error },
        }
    }

    async fn read(&self, state: ThingModel, _cx: &Context<'_, ()>) -> Read<ThingModel> {
        reached("read");
        Read::Present(state)
    }

    async fn update(
        &self,
        _prior: ThingModel,
        planned: ThingModel,
        cx: &Context<'_, ()>,
    ) -> Updated<ThingModel> {
        reached("update");
        match hook(&planned, "update", cx).await {
            Ok(()) => Updated::Updated(planned),
            Err(error) => Updated::failed(error),
        }
    }

    async fn delete(&self, state: ThingModel, _cx: &Context<'_, ()>) -> Deleted {
        reached("delete");
        match trouble(&state) {
            Some(error) if state.size.as_known() == Some(&13) => Deleted::Failed(error),
            _ => Deleted::Deleted,
        }
    }

    async fn import(&self, id: &str, _cx: &Context<'_, ()>) -> Imported<ThingModel> {
        reached("import");
        let Some(name) = id.strip_prefix("thing-") else {
            return Imported::Failed(Diagnostic::error(
                "No such thing",
                "Ids begin with `thing-`.",
            ));
        };
        let (id, name) = (Attr::Known(id.to_owned()), Attr::Known(name.to_owned()));
        Imported::Imported(ThingModel { id, name, size: Attr::Known(3), ..ThingModel::default() })
    }
}

/// Goes wrong in the way that was asked for.
fn trouble(thing: &ThingModel) -> Option<Diagnostic> {
    match thing.trouble.as_known().map(String::as_str) {
        Some("panic") => panic!("told to"),
        Some("abort") => {
            let _bomb = Bomb;
            panic!("told to, with a bomb");
        }
        Some("error") => {
            let path = AttributePath::from("trouble");
            Some(Diagnostic::error("Told to fail", "Set another trouble.").at(path))
        }
        _ => None,
    }
}

/// Panics while a panic passes, which ends the process.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the bomb went off");
    }
}

/// Tells the test what happens and waits until it says `go`, or until
/// Terraform says stop; the test learns of either.
async fn hook(thing: &ThingModel, operation: &str, cx: &Context<'_, ()>) -> Result<(), Diagnostic> {
    let Some(path) = thing.hook.as_known() else { return Ok(()) };
    let told = async {
        let mut stream = BufReader::new(UnixStream::connect(path).await?);
        stream.write_all(format!("{operation}\n").as_bytes()).await?;
        let mut line = String::new();
        tokio::select! {
            read = stream.read_line(&mut line) => drop(read?),
            () = cx.stop().requested() => {
                stream.write_all(b"stopped\n").await?;
                // Still waits for the test, like an API call that is on its way.
                stream.read_line(&mut line).await?;
            }
        }
        stream.write_all(b"done\n").await?;
        std::io::Result::Ok(())
    };
    told.await.map_err(|err| Diagnostic::error("Hook failed", format!("The test is gone: {err}.")))
}
