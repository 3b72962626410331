//! Many concurrent operations of a process that may open few files.

use std::process::Command;

use fakes::ca::TestCa;
use fakes::coder::{Answer, BUILDINFO_PATH, FakeCoder};
use fakes::gate::Gate;
use fakes::plugin_host::Plugin;
use futures_util::future::join_all;
use provider::Aibridge;
use tfplugin::testing::{Object, Session};
use tfplugin::value::Value;

use crate::shipped;
use crate::world::{PROXY, block, deployment, timeouts};

const OPERATIONS: usize = 200;
/// What Terraform runs concurrently by default: that many do not wait for a turn.
const ORDINARY: usize = 10;

/// The released program with 64 open files, configured, and its deployment. No request is
/// retried, so one request for each operation means that each succeeded the first time.
async fn world() -> (Plugin, Session<Aibridge>, FakeCoder, TestCa) {
    let (coder, ca) = deployment();
    let mut shell = Command::new("sh");
    shell.args(["-ec", "ulimit -n 64 && exec \"$0\"", shipped::PROGRAM]);
    shell.env_clear().env("PATH", "/usr/bin:/bin").env("TF_LOG", "warn");
    let plugin = Plugin::start(shell).await;
    let session = shipped::session(&plugin).await;
    let block = block(&coder.url(), &coder.token(), 0);
    let block = block.into_iter().chain([("request_timeout", "10m".into())]);
    assert!(session.configure(block).await.is_empty());
    (plugin, session, coder, ca)
}

fn config(session: &Session<Aibridge>, at: usize) -> Value {
    let attributes = [
        ("proxy_url", format!("http://proxy-{at}.example.com:8888").into()),
        ("ca_fetch", "required".into()),
        ("timeouts", timeouts("10m")),
    ];
    session.config(PROXY, attributes)
}

/// Runs all operations while the deployment holds its answers back, and releases them once
/// other calls have been served meanwhile.
async fn held<T>(
    session: &Session<Aibridge>,
    gate: &Gate,
    operations: impl IntoIterator<Item = impl Future<Output = T>>,
) -> Vec<T> {
    let answers = async {
        gate.wait_arrivals_async(ORDINARY).await;
        for at in 0..OPERATIONS {
            assert!(session.validate(PROXY, &config(session, at)).await.is_empty());
        }
        gate.open();
    };
    tokio::join!(join_all(operations), answers).0
}

fn held_certificate(coder: &FakeCoder) -> Gate {
    let gate = Gate::new();
    coder.clear_requests();
    coder.set_answer(Answer::Held(gate.clone(), Box::new(Answer::Certificate)));
    gate
}

#[tokio::test]
async fn two_hundred_concurrent_creates_and_reads_fit_into_64_open_files() {
    let (plugin, session, coder, ca) = world().await;
    let plans = (0..OPERATIONS)
        .map(async |at| session.plan(PROXY, &Object::none(), &config(&session, at)).await);
    let plans = join_all(plans).await;

    let gate = held_certificate(&coder);
    let created = held(&session, &gate, plans.iter().map(|it| session.apply(it))).await;
    for answer in &created {
        assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
        assert_eq!(answer.object.get("ca_cert_sha256"), &ca.sha256().into());
    }
    assert_eq!(coder.requests().len(), OPERATIONS, "one for each create");

    let next = TestCa::new("the next one");
    coder.set_certificate(next.pem());
    let gate = held_certificate(&coder);
    let reads = created.iter().map(|it| session.read(PROXY, &it.object));
    for answer in held(&session, &gate, reads).await {
        assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
        assert_eq!(answer.object.get("ca_cert_sha256"), &next.sha256().into());
    }
    assert_eq!(coder.requests().len(), OPERATIONS, "one for each refresh");

    drop(session);
    assert_eq!(plugin.finished().await.stderr, "");
}

#[tokio::test]
async fn two_hundred_concurrent_data_sources_fit_into_64_open_files() {
    let (plugin, session, coder, ca) = world().await;
    let timeouts = || ("timeouts", Value::object([("read", "10m".into())]));

    let gate = held_certificate(&coder);
    let reads =
        (0..OPERATIONS).map(|_| session.read_data_source("aibridge_ca_certificate", [timeouts()]));
    for (data, diags) in held(&session, &gate, reads).await {
        assert!(diags.is_empty(), "{diags:?}");
        assert_eq!(data.get("sha256"), Some(&ca.sha256().into()));
    }
    assert_eq!(coder.requests().len(), OPERATIONS, "one for each");

    let gate = Gate::new();
    let version = Answer::Held(gate.clone(), Box::new(Answer::Certificate));
    coder.set_answer_for(BUILDINFO_PATH, version);
    let reads =
        (0..OPERATIONS).map(|_| session.read_data_source("aibridge_deployment", [timeouts()]));
    for (data, diags) in held(&session, &gate, reads).await {
        assert!(diags.is_empty(), "{diags:?}");
        assert_eq!(data.get("version"), Some(&"v2.35.0+abcdef".into()));
    }

    drop(session);
    assert_eq!(plugin.finished().await.stderr, "");
}
