//! A proxy whose listener speaks TLS with a CA of its own: clients meet two
//! certificates and trust both, and neither without `exec`.

use std::path::Path;

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use fakes::intercept::FakeProxy;
use serde_json::json;
use testkit::process::run;
use testkit::{binaries, slow, tools};

const URL: &str = "https://api.openai.com/v1/models";

/// As tools fetch it; undici is inside Node.
const FETCH: &str = "fetch(process.argv[1]).then((it) => it.text()).then(console.log, (err) => {
  console.error(err.cause ?? err);
  process.exit(1);
});";

#[test]
fn clients_trust_the_listener_and_the_leaf_under_exec_only() {
    let Some(_marker) = slow::ring3("clients-tls-listener") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (ca, listener) = (TestCa::new("AI Bridge Proxy CA"), TestCa::new("Listener CA"));
    let coder = FakeCoder::start();
    coder.set_certificate(ca.pem());
    let proxy = FakeProxy::start_tls(&ca, &listener);
    proxy.set_answer("/v1/models", 200, json!({ "object": "list" }));
    let listener_file = folder.path().join("listener.pem");
    std::fs::write(&listener_file, listener.pem()).expect("the listener's CA");

    let command = |program: &Path| {
        let mut command = std::process::Command::new(program);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", folder.path());
        command
            .env("AIBRIDGE_ACCESS_URL", coder.url())
            .env("AIBRIDGE_SESSION_TOKEN", coder.token())
            .env("AIBRIDGE_CERT_PATH", folder.path().join("aibridge-proxy/ca-cert.pem"));
        command
    };
    let mut set_up = command(&binaries::helper());
    set_up.args(["setup", "--sync", "off", "--proxy-url", &proxy.url(), "--extra-ca-file"]);
    run({
        set_up.arg(&listener_file);
        set_up
    })
    .success();

    let (go, node) = (tools::go_client(), tools::node());
    // curl has no variable for the roots of an https proxy, only a flag.
    let curl = "curl --silent --show-error --fail \\
        ${CURL_CA_BUNDLE:+--proxy-cacert \"$CURL_CA_BUNDLE\"} \"$0\"";
    let clients: [(&str, &Path, &[&str]); 3] = [
        ("curl", Path::new("sh"), &["-c", curl, URL]),
        ("Go", &go, &[URL]),
        ("Node", &node, &["-e", FETCH, URL]),
    ];
    for (at, (name, program, args)) in clients.into_iter().enumerate() {
        let mut exec = command(&binaries::helper());
        exec.args(["exec", "--"]).arg(program).args(args);
        let finished = run(exec).success();
        assert!(finished.stdout.contains("\"list\""), "{name}: {finished:?}");
        let seen = proxy.interceptions();
        assert_eq!(seen.len(), at + 1, "{name}");
        assert_eq!(seen[at].token, coder.token(), "{name}");

        let mut alone = command(program);
        let with_token = proxy.url().replace("://", &format!("://coder:{}@", coder.token()));
        alone.args(args).env("https_proxy", &with_token).env("HTTPS_PROXY", &with_token);
        alone.env("NODE_USE_ENV_PROXY", "1");
        let finished = run(alone);
        assert_ne!(finished.code, Some(0), "{name}: {finished:?}");
        assert!(finished.stderr.contains("certificate"), "{name}: {finished:?}");
        assert_eq!(proxy.interceptions().len(), at + 1, "{name} met the proxy without trust");
    }
}
