//! Ephemeral resources over the socket, and under a real CLI.

use std::fs;
use std::future::poll_fn;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use testkit::slow;
use tfplugin::diag::Diagnostics;
use tfplugin::ephemeral::{Closed, EphemeralResource, Opened};
use tfplugin::provider::{Context, Kinds, Provider};
use tfplugin::schema::Schema;
use tfplugin::server::{ConfigRequest, OpenAnswer, Server};
use tfplugin::ty::Type;
use tfplugin::value::Value;
use tokio::sync::{Semaphore, mpsc};

use crate::cli;
use crate::client::Client;
use crate::dynamic::{call, decode, encode, object};
use crate::generated::tfplugin6 as wire;
use crate::only::Nothing;
use crate::running::Running;
use crate::thing::{self, none, problems};

const LEASE: &str = "sample_lease";

fn ty() -> Type {
    let text = |name| (name, Type::String);
    Type::object(["name", "journal", "trouble", "token"].map(text))
}

fn lease(journal: &Path, trouble: impl Into<Value>) -> Value {
    let journal = journal.to_str().expect("a path in UTF-8");
    object(&ty(), &[("name", "a".into()), ("journal", journal.into()), ("trouble", trouble.into())])
}

async fn open(client: &Client, config: &Value) -> wire::open_ephemeral_resource::Response {
    let request = wire::open_ephemeral_resource::Request {
        type_name: LEASE.to_owned(),
        config: encode(config, &ty()),
        client_capabilities: None,
    };
    call(client, "OpenEphemeralResource", &request).await
}

async fn renew(
    client: &Client,
    private: Option<Bytes>,
) -> wire::renew_ephemeral_resource::Response {
    let type_name = LEASE.to_owned();
    let request = wire::renew_ephemeral_resource::Request { type_name, private };
    call(client, "RenewEphemeralResource", &request).await
}

async fn close(client: &Client, private: Option<Bytes>) -> Vec<wire::Diagnostic> {
    let type_name = LEASE.to_owned();
    let request = wire::close_ephemeral_resource::Request { type_name, private };
    let answer: wire::close_ephemeral_resource::Response =
        call(client, "CloseEphemeralResource", &request).await;
    answer.diagnostics
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_secs().try_into().expect("seconds fit")
}

#[tokio::test]
async fn a_lease_is_opened_renewed_and_closed_after_a_stop_too() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let folder = tempfile::tempdir().expect("a folder");
    let journal = folder.path().join("journal");

    let begun = now();
    let opened = open(&client, &lease(&journal, "renew")).await;
    none(&opened.diagnostics);
    let result = decode(opened.result, &ty());
    assert_eq!(result.get("token"), Some(&"token of a".into()));
    let at = opened.renew_at.expect("a time").seconds;
    assert!((begun + 59..=now() + 61).contains(&at), "{at}");

    let first = renew(&client, opened.private.clone()).await;
    none(&first.diagnostics);
    // The author says 1970, which a client would follow without any pause.
    assert!(first.renew_at.expect("a time").seconds > begun);
    let second = renew(&client, first.private).await;
    none(&second.diagnostics);
    assert!(second.renew_at.is_none());
    let third = renew(&client, second.private.clone()).await;
    assert_eq!(
        problems(&third.diagnostics),
        ["error (0 steps): Lease is over: It was renewed twice."]
    );
    assert!(third.renew_at.is_none() && third.private == second.private);

    let _stopped: wire::stop_provider::Response =
        call(&client, "StopProvider", &wire::stop_provider::Request {}).await;
    // As Terraform does, with what came from the open.
    none(&close(&client, opened.private).await);
    let lines = "open a\nrenew a\nrenew a\nrenew a\nclose a\n";
    assert_eq!(fs::read_to_string(journal).expect("a journal"), lines);
    sample.shut_down(client).await;
}

#[tokio::test]
async fn what_cannot_be_handed_over_is_closed() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let folder = tempfile::tempdir().expect("a folder");
    for (trouble, expected, lines) in [
        ("refuse", "error (0 steps): No lease", "open a\n"),
        ("panic", "error (0 steps): Provider fault", "open a\n"),
        ("unknown", "error (1 steps): Provider left a value unknown", "open a\nclose a\n"),
        ("renamed", "error (1 steps): Answer differs from the configuration", "open a\nclose a\n"),
        ("error beside", "error (1 steps): Beside it", "open a\nclose a\n"),
    ] {
        let journal = folder.path().join(trouble);
        let opened = open(&client, &lease(&journal, trouble)).await;
        let found = problems(&opened.diagnostics);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{trouble}: {found:?}");
        let is_empty = opened.result.is_none() && opened.private.is_none();
        assert!(is_empty && opened.renew_at.is_none(), "{trouble}");
        assert_eq!(fs::read_to_string(journal).expect("a journal"), lines, "{trouble}");
    }
    let soon = open(&client, &lease(&folder.path().join("past"), "renew in the past")).await;
    assert!(soon.renew_at.expect("a time").seconds >= now());
    sample.shut_down(client).await;
}

#[tokio::test]
async fn nothing_is_opened_without_what_it_takes() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let folder = tempfile::tempdir().expect("a folder");
    let journal = folder.path().join("journal");
    let early = open(&client, &lease(&journal, Value::Null)).await;
    assert!(problems(&early.diagnostics)[0].contains("Provider is not configured"));
    thing::configure(&client).await;
    let unknown = open(&client, &lease(&journal, Value::unknown())).await;
    assert!(problems(&unknown.diagnostics)[0].contains(
        "(1 steps): Configuration is not known yet: The value of `trouble` is not known yet."
    ));
    assert!(!journal.exists());

    let foreign = Some(Bytes::from_static(b"\"a token\""));
    for found in [close(&client, foreign.clone()).await, renew(&client, foreign).await.diagnostics]
    {
        let found = problems(&found);
        assert!(found[0].contains("Private data cannot be read"), "{found:?}");
        assert!(!found[0].contains("a token"), "private data may be secret: {found:?}");
    }
    let request = wire::validate_ephemeral_resource_config::Request {
        type_name: LEASE.to_owned(),
        config: encode(&object(&ty(), &[]), &ty()),
    };
    let answer: wire::validate_ephemeral_resource_config::Response =
        call(&client, "ValidateEphemeralResourceConfig", &request).await;
    assert!(problems(&answer.diagnostics)[0].contains("(1 steps): Missing required argument"));
    sample.shut_down(client).await;
}

#[test]
fn a_real_cli_uses_it_and_stores_nothing() {
    let Some(_ran) = slow::ring3("sdk-kinds-ephemeral") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let journal = folder.path().join("journal");
    let body = format!(
        "ephemeral \"sample_lease\" \"one\" {{\n  name = \"a\"\n  journal = {:?}\n}}\n\
         provider \"sample\" {{\n  alias = \"leased\"\n  token = \
         ephemeral.sample_lease.one.token\n}}\n\
         resource \"sample_thing\" \"one\" {{\n  provider = sample.leased\n  name = \"a\"\n}}\n",
        journal.display()
    );
    let project = cli::project(&body);
    let _applied = project.apply().success();
    let lines = fs::read_to_string(&journal).expect("a journal");
    let lines: Vec<&str> = lines.lines().collect();
    assert!(lines.len() >= 2 && lines.chunks(2).all(|it| it == ["open a", "close a"]), "{lines:?}");
    assert_eq!(project.state().value("sample_thing.one", "id"), "thing-a");
    let stored = fs::read_to_string(project.path().join("terraform.tfstate")).expect("a state");
    assert!(!stored.contains("token of"), "nothing of it is stored");
}

/// Opens when the test says so, and tells it what happens.
struct Gated {
    gate: Arc<Semaphore>,
    events: mpsc::UnboundedSender<&'static str>,
}

struct GatedProvider(Gated);

impl Provider for GatedProvider {
    type Config = Nothing;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0)
    }

    async fn configure(&self, _: Nothing, _: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        let Self(Gated { gate, events }) = self;
        Kinds::new().ephemeral_resource(Gated { gate: Arc::clone(gate), events: events.clone() })
    }
}

impl EphemeralResource for Gated {
    type Client = ();
    type Model = Nothing;
    type Private = ();

    fn type_name(&self) -> &'static str {
        "gated_lease"
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
    }

    async fn open(&self, config: Nothing, _: &Context<'_, ()>) -> Opened<Nothing> {
        self.events.send("opening").unwrap();
        self.gate.acquire().await.unwrap().forget();
        Opened::lasting(config)
    }

    async fn close(&self, (): (), _: &Context<'_, ()>) -> Closed {
        self.events.send("closed").unwrap();
        Closed::Closed
    }
}

/// A server that may open so many leases already, its gate, and what it tells.
async fn gated(
    permits: usize,
) -> (Server<GatedProvider>, Arc<Semaphore>, mpsc::UnboundedReceiver<&'static str>) {
    let gate = Arc::new(Semaphore::new(permits));
    let (tx, events) = mpsc::unbounded_channel();
    let server = Server::new(GatedProvider(Gated { gate: Arc::clone(&gate), events: tx }));
    assert!(server.configure(Value::object::<&str>([])).await.is_empty());
    (server, gate, events)
}

/// A call that opens a lease, asked once; the lease is being opened when this returns.
async fn opening<'a>(
    server: &'a Server<GatedProvider>,
    events: &mut mpsc::UnboundedReceiver<&'static str>,
) -> Pin<Box<dyn Future<Output = OpenAnswer> + 'a>> {
    let config = Value::object::<&str>([]);
    let request = ConfigRequest { type_name: "gated_lease".to_owned(), config };
    let mut call: Pin<Box<dyn Future<Output = OpenAnswer> + 'a>> = Box::pin(server.open(request));
    poll_fn(|cx| {
        assert!(call.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    assert_eq!(events.recv().await, Some("opening"));
    call
}

async fn at_rest(server: &Server<GatedProvider>) {
    server.tracker().close();
    server.tracker().wait().await;
    server.tracker().reopen();
}

#[tokio::test]
async fn what_was_opened_and_never_taken_is_closed() {
    let (server, _gate, mut events) = gated(1).await;
    let call = opening(&server, &mut events).await;
    // The answer is sent now, and the call is dropped before it looks.
    at_rest(&server).await;
    drop(call);
    at_rest(&server).await;
    assert_eq!(events.try_recv(), Ok("closed"));
}

#[tokio::test]
async fn what_was_opened_for_a_client_that_is_gone_is_closed() {
    let (server, gate, mut events) = gated(0).await;
    // The call is under way and then dropped, as when a connection breaks.
    drop(opening(&server, &mut events).await);
    gate.add_permits(1);
    at_rest(&server).await;
    assert_eq!(events.try_recv(), Ok("closed"));
}
