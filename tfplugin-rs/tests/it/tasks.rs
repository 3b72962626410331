//! Operations as tasks: they outlive their callers, and one panic is one diagnostic.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::resource::{Context, Created, Deleted, Read, Resource, Updated};
use tfplugin::schema::{Attribute, Schema};
use tfplugin::server::{ApplyRequest, Server};
use tfplugin::ty::Type;
use tfplugin::value::Value;
use tokio::sync::{Semaphore, mpsc};

tfplugin::model! {
    struct NoConfig {}

    struct Job {
        name: Attr<String>,
    }
}

/// Creates wait for a permit, and report when they begin and end.
struct Gated {
    gate: Arc<Semaphore>,
    events: mpsc::UnboundedSender<String>,
}

#[derive(Clone)]
struct Client {
    gate: Arc<Semaphore>,
    events: mpsc::UnboundedSender<String>,
}

impl Provider for Gated {
    type Config = NoConfig;
    type Client = Client;

    fn schema(&self) -> Schema {
        Schema::new(0)
    }

    async fn configure(&self, _config: NoConfig, _diags: &mut Diagnostics) -> Option<Client> {
        Some(Client { gate: Arc::clone(&self.gate), events: self.events.clone() })
    }

    fn kinds(&self) -> Kinds<Client> {
        Kinds::new().resource(Jobs)
    }
}

struct Jobs;

impl Resource for Jobs {
    type Client = Client;
    type Model = Job;

    fn type_name(&self) -> &'static str {
        "gated_job"
    }

    fn schema(&self) -> Schema {
        Schema::new(0).attribute("name", Attribute::required(Type::String))
    }

    async fn create(&self, planned: Job, cx: &Context<'_, Client>) -> Created<Job> {
        let name = planned.name.as_str().unwrap().to_owned();
        let Client { gate, events } = cx.client();
        events.send(format!("{name} begins")).unwrap();
        if name == "bad" {
            panic!("lost it");
        }
        tokio::select! {
            permit = gate.acquire() => permit.unwrap().forget(),
            () = cx.stop().requested() => {
                let error = Diagnostic::error("Interrupted", "Run Terraform again.");
                return Created::Failed { partial: Some(planned), error };
            }
        }
        events.send(format!("{name} ends")).unwrap();
        Created::Created(planned)
    }

    async fn read(&self, state: Job, _cx: &Context<'_, Client>) -> Read<Job> {
        Read::Present(state)
    }

    async fn update(&self, _: Job, planned: Job, _: &Context<'_, Client>) -> Updated<Job> {
        Updated::Updated(planned)
    }

    async fn delete(&self, _: Job, _: &Context<'_, Client>) -> Deleted {
        Deleted::Deleted
    }
}

struct Bench {
    server: Server<Gated>,
    gate: Arc<Semaphore>,
    events: mpsc::UnboundedReceiver<String>,
}

async fn bench() -> Bench {
    let gate = Arc::new(Semaphore::new(0));
    let (tx, events) = mpsc::unbounded_channel();
    let server = Server::new(Gated { gate: Arc::clone(&gate), events: tx });
    assert!(server.configure(Value::object::<&str>([])).await.is_empty());
    Bench { server, gate, events }
}

fn job(name: &str) -> Value {
    Value::object([("name", name.into())])
}

fn create(name: &str) -> ApplyRequest {
    ApplyRequest {
        type_name: "gated_job".to_owned(),
        prior: Value::Null,
        planned: job(name),
        config: job(name),
        identity: None,
        private: Vec::new(),
    }
}

#[tokio::test]
async fn a_create_outlives_the_caller_that_is_dropped() {
    let Bench { server, gate, mut events } = bench().await;
    {
        let mut call = pin!(server.apply(create("a")));
        // The call is under way and then dropped, as when a connection breaks.
        poll_fn(|cx| {
            assert!(call.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        assert_eq!(events.recv().await.unwrap(), "a begins");
    }
    assert_eq!(server.tracker().len(), 1);
    gate.add_permits(1);
    server.tracker().close();
    server.tracker().wait().await;
    assert_eq!(events.recv().await.unwrap(), "a ends");
}

#[tokio::test]
async fn one_panic_leaves_the_others_alone() {
    let Bench { server, gate, events: _events } = bench().await;
    gate.add_permits(2);
    let (first, bad, second) = tokio::join!(
        server.apply(create("a")),
        server.apply(create("bad")),
        server.apply(create("b"))
    );
    assert_eq!((first.state, second.state), (job("a"), job("b")));
    assert!(!first.diagnostics.has_errors() && !second.diagnostics.has_errors());
    let fault = bad.diagnostics.iter().next().unwrap();
    let detail = "A fault in the create of gated_job ended this operation: lost it. Other objects \
                  are not affected. Please report this to the provider's developers.";
    assert_eq!(fault, &Diagnostic::error("Provider fault", detail));
    assert!(bad.state.is_null());
}

#[tokio::test]
async fn stop_shortens_waiting_and_keeps_the_object() {
    let Bench { server, mut events, .. } = bench().await;
    let (answer, ()) = tokio::join!(server.apply(create("a")), async {
        assert_eq!(events.recv().await.unwrap(), "a begins");
        server.stop();
    });
    assert_eq!(answer.state, job("a"));
    assert_eq!(answer.diagnostics.iter().next().unwrap().summary, "Interrupted");
}
