//! A resource that a test controls: over a Unix socket, so that tests wait
//! for events instead of guessing times, or by the name of a fault.

use std::collections::BTreeMap;

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::path::AttributePath;
use tfplugin::provider::Context;
use tfplugin::resource::{Created, Deleted, Imported, Read, Resource, Updated};
use tfplugin::schema::modifier::use_state_for_unknown;
use tfplugin::schema::{Attribute, Nested, Schema};
use tfplugin::ty::Type;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

use crate::kinds::reached;

tfplugin::model! {
    pub(crate) struct InstanceModel {
        id: Attr<String>,
        name: Attr<String>,
        secret: Attr<String>,
        size: Attr<i64>,
        labels: Attr<BTreeMap<String, Attr<String>>>,
        parts: Attr<Vec<Attr<PartModel>>>,
        socket: Attr<String>,
        fault: Attr<String>,
    }

    pub(crate) struct PartModel {
        title: Attr<String>,
        weight: Attr<i64>,
    }
}

pub(crate) struct Instance;

impl Resource for Instance {
    type Client = ();
    type Model = InstanceModel;

    fn type_name(&self) -> &'static str {
        "sample_instance"
    }

    fn schema(&self) -> Schema {
        let part = Nested::list()
            .attribute("title", Attribute::required(Type::String))
            .attribute("weight", Attribute::optional_computed(Type::Number).default(1));
        let socket = "Path of the socket on which a test controls the operations.";
        Schema::new(1)
            .describe("An instance.")
            .attribute("id", Attribute::computed(Type::String).modify(use_state_for_unknown()))
            .attribute("name", Attribute::required(Type::String))
            .attribute("secret", Attribute::optional(Type::String).sensitive())
            .attribute("size", Attribute::optional_computed(Type::Number).default(3))
            .attribute("labels", Attribute::optional(Type::map(Type::String)))
            .attribute("parts", Attribute::optional(part))
            .attribute("socket", Attribute::optional(Type::String).describe(socket))
            .attribute("fault", Attribute::optional(Type::String).describe("How it fails."))
    }

    fn validate(&self, config: &InstanceModel, diags: &mut Diagnostics) {
        reached("validate");
        if config.size.as_known().is_some_and(|size| *size < 0) {
            diags.error("size", "Size is negative", "Give a size of at least 0.");
        }
    }

    async fn create(
        &self,
        mut planned: InstanceModel,
        cx: &Context<'_, ()>,
    ) -> Created<InstanceModel> {
        reached("create");
        let name = planned.name.as_known().cloned().unwrap_or_default();
        tracing::info!(name, "creating\nan instance");
        planned.id = Attr::Known(format!("instance-{name}"));
        if let Some(error) = fault(&planned) {
            return Created::Failed { partial: Some(planned), error };
        }
        match wait(&planned, "create", cx).await {
            Ok(()) => Created::Created(planned),
            Err(error) => Created::Failed { partial: Some(planned), error },
        }
    }

    async fn read(&self, state: InstanceModel, _cx: &Context<'_, ()>) -> Read<InstanceModel> {
        reached("read");
        Read::Present(state)
    }

    async fn update(
        &self,
        _prior: InstanceModel,
        planned: InstanceModel,
        cx: &Context<'_, ()>,
    ) -> Updated<InstanceModel> {
        reached("update");
        match wait(&planned, "update", cx).await {
            Ok(()) => Updated::Updated(planned),
            Err(error) => Updated::failed(error),
        }
    }

    async fn delete(&self, _state: InstanceModel, _cx: &Context<'_, ()>) -> Deleted {
        reached("delete");
        Deleted::Deleted
    }

    async fn import(&self, id: &str, _cx: &Context<'_, ()>) -> Imported<InstanceModel> {
        reached("import");
        let Some(name) = id.strip_prefix("instance-") else {
            return Imported::Failed(Diagnostic::error(
                "No such instance",
                "Ids begin with `instance-`.",
            ));
        };
        let (id, name) = (Attr::Known(id.to_owned()), Attr::Known(name.to_owned()));
        let size = Attr::Known(3);
        Imported::Imported(InstanceModel { id, name, size, ..InstanceModel::default() })
    }
}

/// Fails in the configured way.
fn fault(instance: &InstanceModel) -> Option<Diagnostic> {
    match instance.fault.as_str() {
        Some("panic") => panic!("configured to panic"),
        Some("abort") => {
            let _bomb = PanicsInDrop;
            panic!("configured to panic twice");
        }
        Some("error") => {
            let path = AttributePath::from("fault");
            Some(Diagnostic::error("Configured to fail", "Set another fault.").at(path))
        }
        _ => None,
    }
}

/// Panics while a panic unwinds, which ends the process.
struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        panic!("panic while panicking");
    }
}

/// Reports to the test which operation runs and waits until it answers `go`, or until Terraform
/// sends a stop; either is sent to the test.
async fn wait(
    instance: &InstanceModel,
    operation: &str,
    cx: &Context<'_, ()>,
) -> Result<(), Diagnostic> {
    let Some(path) = instance.socket.as_known() else { return Ok(()) };
    let conversation = async {
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
    conversation
        .await
        .map_err(|err| Diagnostic::error("Socket failed", format!("The test has hung up: {err}.")))
}
