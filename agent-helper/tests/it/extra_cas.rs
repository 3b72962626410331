//! Further CAs: the listener's own, the root of an intermediate. What each kind
//! of variable gets, what is warned of, and what real clients make of it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use fakes::ca::TestCa;
use fakes::coder::{Answer, RefusedPort};
use fakes::intercept::FakeProxy;
use testkit::process::{Finished, run};
use testkit::{slow, tools};

use crate::world::World;

/// A file with these certificates.
fn pem_file(world: &World, name: &str, cas: &[&TestCa]) -> PathBuf {
    let path = world.temp.path().join(name);
    fs::write(&path, cas.iter().map(|it| it.pem()).collect::<String>()).unwrap();
    path
}

/// Runs `setup` with these extra CAs.
#[track_caller]
fn set_up_with(world: &World, cas: &[&TestCa]) -> Finished {
    let path = pem_file(world, "extra-in.pem", cas);
    let mut command = world.command(["setup", "--extra-ca-file"]);
    command.arg(path);
    run(command).success()
}

fn variable(world: &World, name: &str) -> String {
    let printed = world.run(["env", "--format", "json"]).success().stdout;
    let all: serde_json::Value = serde_json::from_str(&printed).unwrap();
    all[name].as_str().unwrap().to_owned()
}

#[test]
fn appending_variables_name_the_ca_alone_or_with_the_extra_cas() {
    let world = World::set_up();
    let cert = world.cert_path().display().to_string();
    let extra = world.folder().join("ca-extra.pem");
    assert_eq!(variable(&world, "NODE_EXTRA_CA_CERTS"), cert);
    assert!(!extra.exists());
    let [listener, company] = ["listener", "company"].map(TestCa::new);
    set_up_with(&world, &[&listener, &company]);
    let joined = format!("{}{}{}", world.ca.pem(), listener.pem(), company.pem());
    assert_eq!(world.read("ca-extra.pem"), joined);
    assert_eq!(world.read("ca-cert.pem"), world.ca.pem(), "the CA's own file is the CA's");
    for name in ["NODE_EXTRA_CA_CERTS", "DENO_CERT"] {
        assert_eq!(variable(&world, name), extra.display().to_string(), "{name}");
    }
    assert_eq!(variable(&world, "SSL_CERT_FILE"), world.bundle_path().display().to_string());
    // A rotated CA reaches that file too.
    let next = TestCa::new("next");
    world.coder.set_certificate(next.pem());
    world.run(["refresh"]).success();
    let joined = format!("{}{joined}", next.pem());
    assert_eq!(world.read("ca-extra.pem"), joined);
    // Running tools may still name the file when there are none any more.
    world.run(["setup", "--extra-ca-file", ""]).success();
    assert_eq!(variable(&world, "NODE_EXTRA_CA_CERTS"), cert);
    assert_eq!(world.read("ca-extra.pem"), format!("{}{}", next.pem(), world.ca.pem()));
}

#[test]
fn exec_refuses_a_missing_file_and_a_failed_setup_writes_it_again() {
    let world = World::new();
    let listener = TestCa::new("listener");
    set_up_with(&world, &[&listener]);
    let whole = world.read("ca-extra.pem");
    for missing in ["ca-extra.pem", "ca-bundle.pem"] {
        fs::remove_file(world.folder().join(missing)).unwrap();
        let finished = world.run(["exec", "--", "true"]).exited(21);
        assert!(finished.stderr.contains(missing), "{}", finished.stderr);
        world.coder.set_answer(Answer::LOGIN_PAGE);
        world.run(["setup"]).exited(16);
        assert_eq!(world.read("ca-extra.pem"), whole);
        assert!(world.read("ca-bundle.pem").contains(&listener.pem()), "extra CAs stay in it");
        world.run(["exec", "--", "true"]).success();
    }
}

#[test]
fn failed_setup_adds_new_extra_cas_to_the_bundle() {
    let world = World::set_up();
    let port = RefusedPort::take();
    let listener = TestCa::new("listener");
    let path = pem_file(&world, "listener.pem", &[&listener]);
    let mut command = world.command(["setup", "--timeout", "200ms", "--extra-ca-file"]);
    command.arg(path).env("AIBRIDGE_ACCESS_URL", port.url());
    run(command).exited(11);
    assert_eq!(world.outcome(), "stale");
    assert_eq!(world.read("ca-extra.pem"), format!("{}{}", world.ca.pem(), listener.pem()));
    assert!(world.read("ca-bundle.pem").contains(&listener.pem()));
    world.run(["exec", "--", "true"]).success();
}

#[test]
fn setup_warns_about_an_intermediate_ca_until_its_root_is_an_extra_ca() {
    let world = World::new();
    let root = TestCa::new("Company Root");
    world.coder.set_certificate(root.intermediate("Proxy CA").pem());
    let warning = "the CA certificate was issued by `CN=Company Root`";
    let finished = world.run(["setup"]).success();
    assert!(finished.stderr.contains(warning), "{}", finished.stderr);
    let finished = set_up_with(&world, &[&TestCa::new("listener")]);
    assert!(finished.stderr.contains(warning), "another CA does not help: {}", finished.stderr);
    let finished = set_up_with(&world, &[&TestCa::new("Company Root")]);
    assert!(finished.stderr.contains(warning), "nor does its name: {}", finished.stderr);
    let finished = set_up_with(&world, &[&root]);
    assert_eq!(finished.stderr, "");
    let all = world.read("ca-extra.pem");
    assert!(all.starts_with(&world.read("ca-cert.pem")) && all.contains(&root.pem()));
}

/// A tool that hard-codes its host and reaches it through `HTTPS_PROXY`, with
/// Node's own TLS and nothing else.
const NODE_TOOL: &str = r#"
const tls = require("tls"), net = require("net");
const proxy = new URL(process.env.HTTPS_PROXY);
const user = decodeURIComponent(proxy.username) + ":" + decodeURIComponent(proxy.password);
const fail = (leg) => (err) => { console.log(leg + " " + err.code); process.exit(1); };
const to = { host: proxy.hostname, port: proxy.port };
const connect = proxy.protocol == "https:" ? tls.connect(to) : net.connect(to);
connect.on("error", fail("proxy"));
connect.write("CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n" +
  "Proxy-Authorization: Basic " + Buffer.from(user).toString("base64") + "\r\n\r\n");
connect.once("data", () => {
  const inner = tls.connect({ socket: connect, servername: "api.openai.com" }, () => {
    inner.write("POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\n" +
      "Connection: close\r\nContent-Length: 2\r\n\r\n{}");
  });
  inner.on("error", fail("leaf"));
  inner.on("data", (it) => { console.log(String(it).split("\r\n")[0]); process.exit(0); });
});
"#;

/// Runs Node's tool behind a proxy, with what `exec` gives it.
fn node(world: &World, proxy: &FakeProxy) -> Finished {
    let script = world.temp.path().join("tool.js");
    fs::write(&script, NODE_TOOL).unwrap();
    let mut command = world.command(["exec", "--"]);
    command.arg(tools::on_path("node")).arg(script).env("AIBRIDGE_PROXY_URL", proxy.url());
    run(command)
}

/// Runs curl behind a proxy, with what `exec` gives it. For the way to a TLS
/// listener curl reads no variable, only this flag.
fn curl(world: &World, proxy: &FakeProxy) -> Finished {
    let line = "exec \"$0\" --silent --show-error --fail --data {} --proxy-cacert \
         \"$CURL_CA_BUNDLE\" \
                https://api.openai.com/v1/chat/completions";
    let mut command = world.command(["exec", "--", "sh", "-c", line]);
    command.arg(tools::on_path("curl")).env("AIBRIDGE_PROXY_URL", proxy.url());
    run(command)
}

/// What OpenSSL's command makes of a leaf, with its own store and the bundle.
fn openssl(world: &World, leaf: &str) -> Finished {
    let path = world.temp.path().join("leaf.pem");
    fs::write(&path, leaf).unwrap();
    let mut command = Command::new(tools::on_path("openssl"));
    command.args(["verify", "-no-CApath", "-CAfile"]).arg(world.bundle_path()).arg(path);
    run(command)
}

#[test]
fn real_clients_trust_a_tls_listener_whose_ca_is_an_extra_ca() {
    let Some(_ran) = slow::ring3("helper-tls-listener") else { return };
    let world = World::set_up();
    let listener = TestCa::new("listener");
    let proxy = FakeProxy::start_tls(&world.ca, &listener);
    let refused = node(&world, &proxy).exited(1);
    assert!(refused.stdout.starts_with("proxy UNABLE_TO_"), "{refused:#?}");
    assert_ne!(curl(&world, &proxy).code, Some(0));
    set_up_with(&world, &[&listener]);
    assert_eq!(node(&world, &proxy).success().stdout, "HTTP/1.1 200 OK\n");
    curl(&world, &proxy).success();
    let tokens: Vec<String> = proxy.interceptions().into_iter().map(|it| it.token).collect();
    assert_eq!(tokens, [world.coder.token(), world.coder.token()]);
}

#[test]
fn real_clients_trust_an_intermediate_whose_root_is_an_extra_ca() {
    let Some(_ran) = slow::ring3("helper-intermediate") else { return };
    let world = World::new();
    let root = TestCa::new("Company Root");
    let ca = root.intermediate("Proxy CA");
    world.coder.set_certificate(ca.pem());
    let proxy = FakeProxy::start(&ca);
    let leaf = ca.leaf("api.openai.com").pem();
    world.run(["setup"]).success();
    // curl takes any certificate of its file as an anchor; Node and OpenSSL need a root.
    curl(&world, &proxy).success();
    let refused = node(&world, &proxy).exited(1);
    assert!(refused.stdout.starts_with("leaf UNABLE_TO_GET_ISSUER_CERT"), "{refused:#?}");
    assert_ne!(openssl(&world, &leaf).code, Some(0));
    set_up_with(&world, &[&root]);
    curl(&world, &proxy).success();
    assert_eq!(node(&world, &proxy).success().stdout, "HTTP/1.1 200 OK\n");
    openssl(&world, &leaf).success();
}
