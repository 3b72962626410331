//! Operations as tasks: they outlive their callers, and a stop reaches them.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::resource::Created;
use tfplugin::schema::{Attribute, Schema};
use tfplugin::server::{ApplyRequest, Server};
use tfplugin::ty::Type;
use tfplugin::value::Value;
use tokio::sync::{Semaphore, mpsc};

use crate::scripted::{Script, Scripted, object, server};

const JOB: &str = "scripted_job";

tfplugin::model! {
    struct Job {
        name: Attr<String>,
    }
}

/// Creates wait for a permit, and send an event when they begin and end.
#[derive(Clone)]
struct Gate {
    permits: Arc<Semaphore>,
    events: mpsc::UnboundedSender<String>,
}

const JOBS: Script<Job, Gate> = Script {
    wait: |job, cx| {
        Box::pin(async move {
            let name = job.name.as_str().unwrap();
            cx.client().events.send(format!("{name} begins")).unwrap();
            tokio::select! {
                permit = cx.client().permits.acquire() => permit.unwrap().forget(),
                () = cx.stop().requested() => {}
            }
        })
    },
    create: |planned, cx| {
        if cx.stop().is_requested() {
            let error = Diagnostic::error("Interrupted", "Run Terraform again.");
            return Created::Failed { partial: Some(planned), error };
        }
        cx.client().events.send(format!("{} ends", planned.name.as_str().unwrap())).unwrap();
        Created::Created(planned)
    },
    ..Script::new(JOB, schema)
};

fn schema() -> Schema {
    Schema::new(0).attribute("name", Attribute::required(Type::String))
}

/// A server whose creates wait, its permits, and its events.
async fn gated() -> (Server<Scripted<Gate>>, Arc<Semaphore>, mpsc::UnboundedReceiver<String>) {
    let permits = Arc::new(Semaphore::new(0));
    let (tx, events) = mpsc::unbounded_channel();
    let gate = Gate { permits: Arc::clone(&permits), events: tx };
    (server(Scripted::new(gate).script(JOBS)).await, permits, events)
}

fn job(name: &str) -> Value {
    object([("name", name.into())])
}

fn create(name: &str) -> ApplyRequest {
    ApplyRequest {
        type_name: JOB.to_owned(),
        prior: Value::Null,
        planned: job(name),
        config: job(name),
        identity: None,
        private: Vec::new(),
    }
}

#[tokio::test]
async fn create_goes_on_when_its_call_is_dropped() {
    let (server, permits, mut events) = gated().await;
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
    permits.add_permits(1);
    server.tracker().close();
    server.tracker().wait().await;
    assert_eq!(events.recv().await.unwrap(), "a ends");
}

#[tokio::test]
async fn create_that_is_stopped_returns_its_object() {
    let (server, _permits, mut events) = gated().await;
    let (answer, ()) = tokio::join!(server.apply(create("a")), async {
        assert_eq!(events.recv().await.unwrap(), "a begins");
        server.stop();
    });
    assert_eq!(answer.state, job("a"));
    assert_eq!(answer.diagnostics.iter().next().unwrap().summary, "Interrupted");
}
