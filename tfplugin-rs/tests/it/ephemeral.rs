//! Ephemeral resources in process, and under a real CLI.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use testkit::{slow, tools};
use tfplugin::diag::Diagnostic;
use tfplugin::ephemeral::{Closed, Opened, Renewed};
use tfplugin::schema::{Attribute, Schema};
use tfplugin::server::{ConfigRequest, OpenAnswer, Server};
use tfplugin::testing::cli::Project;
use tfplugin::testing::{Attached, Session};
use tfplugin::ty::Type;
use tfplugin::value::Value;
use tokio::sync::{Semaphore, mpsc};

use crate::cli::config_for;
use crate::scripted::{
    Script, Scripted, ScriptedEphemeral, Whole, detail, headlines, object, server, session, with,
};

const LEASE: &str = "scripted_lease";

/// What the operations send, and what an open waits for.
#[derive(Clone)]
struct Gate {
    permits: Arc<Semaphore>,
    events: mpsc::UnboundedSender<String>,
}

impl Gate {
    /// That many opens need not wait.
    fn with_permits(permits: usize) -> (Self, mpsc::UnboundedReceiver<String>) {
        let (events, received) = mpsc::unbounded_channel();
        (Self { permits: Arc::new(Semaphore::new(permits)), events }, received)
    }

    fn send(&self, event: &str) {
        // A test that ignores the events has dropped the receiver.
        let _ignored = self.events.send(event.to_owned());
    }
}

const MINUTE: Duration = Duration::from_secs(60);

/// Opens a lease that fails in the way that `fault` names, and counts renewals in its private
/// data.
fn provider(gate: Gate) -> Scripted<Gate> {
    Scripted::new(gate).ephemeral(ScriptedEphemeral::<Gate> {
        type_name: LEASE,
        schema: || {
            Schema::new(0)
                .attribute("name", Attribute::required(Type::String))
                .attribute("fault", Attribute::optional(Type::String))
                .attribute("token", Attribute::computed(Type::String).sensitive())
        },
        validate: |_, _| {},
        wait: |cx| {
            Box::pin(async {
                cx.client().send("open");
                cx.client().permits.acquire().await.unwrap().forget();
            })
        },
        open: |config, cx| {
            let private = String::new();
            let fault = config.get("fault").and_then(Value::as_str).unwrap_or_default();
            let with = |named: &[(&str, Value)]| Whole(with(&config, named));
            let result = with(&[("token", "a token".into())]);
            match fault {
                "refuse" => return Opened::Failed(Diagnostic::error("No lease", "None is left.")),
                "panic" => panic!("the open panics"),
                "unknown" => {
                    let result = with(&[("token", Value::unknown())]);
                    return Opened::Opened { result, private };
                }
                "renamed" => {
                    let named = [("name", "other".into()), ("token", "a token".into())];
                    return Opened::Opened { result: with(&named), private };
                }
                "error beside" => cx.error("fault", "Beside it", "An error beside the result."),
                "renew" => {
                    let renew_at = SystemTime::now() + MINUTE;
                    return Opened::Renewable { result, private, renew_at };
                }
                "renew in the past" => {
                    let renew_at = SystemTime::UNIX_EPOCH;
                    return Opened::Renewable { result, private, renew_at };
                }
                _ => {}
            }
            Opened::Opened { result, private }
        },
        renew: |private, cx| {
            cx.client().send("renew");
            match private.len() {
                0 => {
                    Renewed::Renewable { private: "1".to_owned(), renew_at: SystemTime::UNIX_EPOCH }
                }
                1 => Renewed::Renewed { private: "12".to_owned() },
                _ => Renewed::Failed(Diagnostic::error("Lease is over", "It was renewed twice.")),
            }
        },
        close: |_, cx| {
            cx.client().send("close");
            Closed::Closed
        },
    })
}

fn events(received: &mut mpsc::UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| received.try_recv().ok()).collect()
}

fn lease<'a>(fault: impl Into<Value>) -> [(&'a str, Value); 2] {
    [("name", "a".into()), ("fault", fault.into())]
}

#[tokio::test]
async fn lease_is_opened_renewed_and_closed_after_a_stop_too() {
    let (gate, mut received) = Gate::with_permits(1);
    let session = session(provider(gate)).await;
    let begun = SystemTime::now();
    let mut opened = session.open_ephemeral(LEASE, lease("renew")).await;
    assert_eq!(headlines(&opened.diagnostics), [""; 0]);
    assert_eq!(opened.result.get("token"), Some(&"a token".into()));
    let at = opened.renew_at.expect("a time");
    assert!(begun + MINUTE <= at + Duration::from_secs(1) && at <= SystemTime::now() + MINUTE);

    assert!(session.renew_ephemeral(&mut opened).await.is_empty());
    // The author gives 1970, which a client would follow without any pause.
    assert!(opened.renew_at.expect("a time") > begun);
    assert!(session.renew_ephemeral(&mut opened).await.is_empty());
    assert!(opened.renew_at.is_none());
    let over = session.renew_ephemeral(&mut opened).await;
    assert_eq!(headlines(&over), [": Lease is over"]);
    assert!(opened.renew_at.is_none());
    // A renewal that failed leaves the private data: the next one fails alike.
    assert_eq!(headlines(&session.renew_ephemeral(&mut opened).await), [": Lease is over"]);

    session.stop().await;
    assert!(session.close_ephemeral(opened).await.is_empty());
    assert_eq!(events(&mut received), ["open", "renew", "renew", "renew", "renew", "close"]);
}

#[tokio::test]
async fn lease_that_cannot_be_returned_is_closed() {
    let (gate, mut received) = Gate::with_permits(9);
    let session = session(provider(gate)).await;
    for (fault, headline, expected) in [
        ("refuse", ": No lease", &["open"][..]),
        ("panic", ": Provider fault", &["open"]),
        ("unknown", "token: Provider left a value unknown", &["open", "close"]),
        ("renamed", "name: Answer differs from the configuration", &["open", "close"]),
        ("error beside", "fault: Beside it", &["open", "close"]),
    ] {
        let opened = session.open_ephemeral(LEASE, lease(fault)).await;
        assert_eq!(headlines(&opened.diagnostics), [headline], "{fault}");
        assert!(opened.result.is_null() && opened.renew_at.is_none(), "{fault}");
        assert_eq!(events(&mut received), expected, "{fault}");
    }
    let begun = SystemTime::now() - Duration::from_secs(1);
    let soon = session.open_ephemeral(LEASE, lease("renew in the past")).await;
    assert!(soon.renew_at.expect("a time") >= begun);
}

#[tokio::test]
async fn open_without_configuration_or_with_foreign_private_data_is_refused() {
    let (gate, mut received) = Gate::with_permits(1);
    let early = Session::open(provider(gate.clone())).await;
    let refused = early.open_ephemeral(LEASE, lease(Value::Null)).await;
    assert_eq!(headlines(&refused.diagnostics), [": Provider is not configured"]);
    let session = session(provider(gate)).await;
    let refused = session.open_ephemeral(LEASE, lease(Value::unknown())).await;
    assert_eq!(headlines(&refused.diagnostics), ["fault: Configuration is not known yet"]);
    assert!(detail(&refused.diagnostics).contains("The value of `fault` is not known yet."));
    let refused = session.open_ephemeral(LEASE, []).await;
    assert_eq!(headlines(&refused.diagnostics), ["name: Missing required argument"]);
    assert_eq!(events(&mut received), [""; 0]);

    for method in ["CloseEphemeralResource", "RenewEphemeralResource"] {
        // The type and, as private data, the number 7.
        let message = b"\x0a\x0escripted_lease\x12\x017";
        let answer = session.call_raw(method, message[..].into()).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.contains("Private data cannot be read"), "{method}: {answer}");
    }
}

#[test]
fn terraform_uses_an_ephemeral_token_and_stores_nothing_of_it() {
    let Some(_ran) = slow::ring3("sdk-kinds-ephemeral") else { return };
    const ADDRESS: &str = "registry.terraform.io/aibridge-rs/scripted";
    let (gate, mut received) = Gate::with_permits(Semaphore::MAX_PERMITS);
    let schema = || Schema::new(0).attribute("name", Attribute::required(Type::String));
    let provider = Scripted {
        schema: || Schema::new(0).attribute("token", Attribute::optional(Type::String).sensitive()),
        ..provider(gate).script(Script::<Whole, Gate>::new("scripted_plain", schema))
    };
    let attached = Attached::start(provider, ADDRESS).unwrap();
    let project = Project::new(tools::terraform()).unwrap().attach(&attached);
    let body = "ephemeral \"scripted_lease\" \"one\" {\n  name = \"a\"\n}\n\
                provider \"scripted\" {\n  alias = \"leased\"\n  \
                token = ephemeral.scripted_lease.one.token\n}\n\
                resource \"scripted_plain\" \"one\" {\n  provider = scripted.leased\n  \
                name = \"a\"\n}\n";
    project.write("main.tf", &config_for(ADDRESS, body));
    let _applied = project.apply().success();
    let events = events(&mut received);
    assert!(events.len() >= 2 && events.chunks(2).all(|it| it == ["open", "close"]), "{events:?}");
    assert_eq!(project.state().value("scripted_plain.one", "name"), "a");
    let stored = std::fs::read_to_string(project.path().join("terraform.tfstate")).unwrap();
    assert!(!stored.contains("a token"), "nothing of it is stored");
}

/// A call that opens a lease, polled once; the lease is being opened when this returns.
async fn opening<'a>(
    server: &'a Server<Scripted<Gate>>,
    received: &mut mpsc::UnboundedReceiver<String>,
) -> Pin<Box<dyn Future<Output = OpenAnswer> + 'a>> {
    let config = object([("name", "a".into()), ("fault", Value::Null), ("token", Value::Null)]);
    let request = ConfigRequest { type_name: LEASE.to_owned(), config };
    let mut call: Pin<Box<dyn Future<Output = OpenAnswer> + 'a>> = Box::pin(server.open(request));
    poll_fn(|cx| {
        assert!(call.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    assert_eq!(received.recv().await.as_deref(), Some("open"));
    call
}

async fn at_rest<C: Clone + Send + Sync + 'static>(server: &Server<Scripted<C>>) {
    server.tracker().close();
    server.tracker().wait().await;
    server.tracker().reopen();
}

#[tokio::test]
async fn lease_whose_answer_is_not_taken_is_closed() {
    let (gate, mut received) = Gate::with_permits(1);
    let server = server(provider(gate)).await;
    let call = opening(&server, &mut received).await;
    // The answer is sent now, and the call is dropped before it is polled again.
    at_rest(&server).await;
    drop(call);
    at_rest(&server).await;
    assert_eq!(events(&mut received), ["close"]);
}

#[tokio::test]
async fn lease_for_a_client_that_has_disconnected_is_closed() {
    let (gate, mut received) = Gate::with_permits(0);
    let server = server(provider(gate.clone())).await;
    // The call is under way and then dropped, as when a connection breaks.
    drop(opening(&server, &mut received).await);
    gate.permits.add_permits(1);
    at_rest(&server).await;
    assert_eq!(events(&mut received), ["close"]);
}
