//! One fault after the other, from the proxy to the agent.

use std::fs;

use fakes::ca::TestCa;
use fakes::coder::RefusedPort;
use fakes::intercept::{ConnectFault, FakeProxy, Outcome};
use serde_json::Value;
use testkit::process::run;

use super::{Diagnosis, DoctorWorld};
use crate::world::World;

const HOST: &str = "api.openai.com";
const LEAF: &str = "api.openai.com leaf";

// === proxy ===

#[test]
fn doctor_fails_when_the_proxy_cannot_be_reached() {
    let (world, port) = (DoctorWorld::healthy(), RefusedPort::take());
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", port.url());
    });
    found.fails_first("proxy", "connection", 11, "refused");
    found.has("skipped", "interception", "hosts", "the proxy does not answer");
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", "http://proxy.invalid:8888");
    });
    found.fails_first("proxy", "name", 11, "`proxy.invalid`");
}

#[test]
fn doctor_trusts_a_tls_listener_whose_ca_is_in_the_bundle() {
    let found = DoctorWorld::with_tls(true).diagnose();
    found.no_fault().has("pass", "proxy", "TLS", "trusted by the bundle");
    found.has("pass", "interception", LEAF, "trusted");
    // A runtime that has no variable for it is named.
    found.has("warn", "trust", "curl", "does not apply to the proxy's own listener");
    found.has("pass", "trust", "git, TLS to a proxy", "GIT_PROXY_SSL_CAINFO");
}

#[test]
fn doctor_sends_no_token_to_a_tls_listener_of_an_unknown_ca() {
    let world = DoctorWorld::with_tls(false);
    let found = world.diagnose();
    found.fails_first("proxy", "TLS", 12, "unknown CA");
    assert_eq!(
        world.proxy.attempts(),
        [],
        "the proxy got a request before its listener was trusted"
    );
}

#[test]
fn doctor_fails_when_the_proxy_urls_scheme_does_not_fit_the_listener() {
    let world = DoctorWorld::healthy();
    let url = world.proxy.url().replace("http://", "https://");
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", url).args(["--timeout", "2s"]);
    });
    found.fails_first("proxy", "TLS", 10, "does not speak TLS");
    let world = DoctorWorld::with_tls(true);
    let url = world.proxy.url().replace("https://", "http://");
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", url);
    });
    found.fails_first("proxy", "liveness", 10, "speaks TLS");
}

#[test]
fn doctor_warns_when_a_load_balancer_answers_for_the_proxy() {
    let world = DoctorWorld::healthy();
    world.proxy.set_origin_answer(200, "hello");
    world.diagnose().no_fault().has("warn", "proxy", "liveness", "has the status 200");
}

#[test]
fn doctor_fails_when_another_server_listens_at_the_proxys_port() {
    let world = DoctorWorld::healthy();
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", world.base.coder.url());
    });
    found.has("warn", "proxy", "liveness", "has the status");
    assert_ne!(found.finished.code, Some(0));
    found.has("fail", "interception", "hosts", "none of these hosts");
}

// === interception ===

/// Hosts of providers that are not configured end at a fake deployment.
fn tunnelled(world: &DoctorWorld, host: &str) {
    world.proxy.map(&format!("{host}:443"), world.base.coder.address());
}

#[test]
fn doctor_warns_when_a_default_host_is_not_intercepted() {
    let world = DoctorWorld::healthy();
    let hosts = [
        "chatgpt.com",
        "api.individual.githubcopilot.com",
        "api.business.githubcopilot.com",
        "api.enterprise.githubcopilot.com",
    ];
    hosts.iter().for_each(|it| tunnelled(&world, it));
    let found = Diagnosis::of(run(world.command(["doctor", "--json", "--no-tools"])));
    found.no_fault().has("warn", "interception", "chatgpt.com", "go to the vendor");
    found.has("pass", "interception", "api.anthropic.com leaf", "trusted");
    // The token is sent to no host that did not require credentials.
    let tries = |host: &str| {
        let target = format!("{host}:443");
        world.proxy.attempts().iter().filter(|it| it.0 == target).count()
    };
    assert_eq!((tries("chatgpt.com"), tries(HOST)), (1, 2));
}

#[test]
fn doctor_fails_when_a_host_from_the_flag_is_not_intercepted() {
    let world = DoctorWorld::healthy();
    world.proxy.set_hosts(&["api.anthropic.com"]);
    tunnelled(&world, HOST);
    world.diagnose().fails_first("interception", HOST, 15, "not intercepted");
}

#[test]
fn doctor_fails_when_no_host_is_intercepted() {
    let world = DoctorWorld::healthy();
    world.proxy.set_hosts(&[]);
    for host in [
        "api.openai.com",
        "api.anthropic.com",
        "chatgpt.com",
        "api.individual.githubcopilot.com",
        "api.business.githubcopilot.com",
        "api.enterprise.githubcopilot.com",
    ] {
        tunnelled(&world, host);
    }
    let found = Diagnosis::of(run(world.command(["doctor", "--json", "--no-tools"])));
    found.fails_first("interception", "hosts", 15, "none of these hosts");
}

#[test]
fn doctor_fails_when_the_proxy_refuses_the_tunnel() {
    let world = DoctorWorld::healthy();
    world.proxy.set_hosts(&[]);
    tunnelled(&world, HOST);
    world.proxy.block_private(true);
    world.diagnose().fails_first("interception", HOST, 15, "the tunnel fails with 403");
    world.proxy.block_private(false);
    world.proxy.map("api.openai.com:443", RefusedPort::take().address());
    world.diagnose().fails_first("interception", HOST, 15, "the tunnel fails with 502");
}

#[test]
fn doctor_fails_on_every_bad_response_to_connect() {
    let world = DoctorWorld::healthy();
    let faults = [
        (ConnectFault::Close, HOST, 11, "without a response"),
        (ConnectFault::Garbage, HOST, 16, "not answered in HTTP"),
        (ConnectFault::Status(404), HOST, 16, "answered with 404"),
        (ConnectFault::RefuseCredentials, LEAF, 13, "does not accept the token"),
        (ConnectFault::NoTls, LEAF, 12, "TLS through the proxy fails"),
        (ConnectFault::OtherLeaf, LEAF, 17, "other.example"),
    ];
    for (fault, name, code, summary) in faults {
        world.proxy.set_fault(HOST, fault);
        world.diagnose().fails_first("interception", name, code, summary);
    }
}

#[test]
fn doctor_sends_no_credentials_to_another_proxy() {
    let world = DoctorWorld::healthy();
    world.proxy.set_realm("squid");
    world.diagnose().fails_first("interception", HOST, 16, "in the realm `squid`");
    let outcomes: Vec<Outcome> = world.proxy.attempts().into_iter().map(|it| it.1).collect();
    assert_eq!(outcomes, [Outcome::OriginForm, Outcome::Unauthenticated]);
    world.proxy.set_realm("Coder AI Bridge Proxy");
    world.diagnose().no_fault();
}

#[test]
fn doctor_fails_when_the_proxy_signs_with_another_ca() {
    let world = DoctorWorld::healthy();
    world.proxy.set_ca(&TestCa::new("AI Bridge CA"));
    let found = world.diagnose();
    found.fails_first("interception", LEAF, 17, "not trusted: it was issued by an unknown CA");
}

#[test]
fn doctor_fails_when_the_exclusion_list_names_the_host() {
    let world = DoctorWorld::healthy();
    for list in ["*", "openai.com", ".openai.com"] {
        let found = world.diagnose_with(|it| {
            it.env("NO_PROXY", list);
        });
        found.fails_first("interception", HOST, 10, list);
    }
}

// === trust and environment ===

#[test]
fn doctor_names_the_runtimes_that_require_the_root_of_an_intermediate_ca() {
    let base = World::new();
    let root = TestCa::new("company root");
    let ca = root.intermediate("AI Bridge CA");
    base.coder.set_certificate(ca.pem());
    let proxy = FakeProxy::start(&ca);
    let world = DoctorWorld { base, proxy };
    world.set_up();
    let found = world.diagnose();
    found.no_fault().has("warn", "trust", "Node, Bun", "without its root `CN=company root`");
    found.has("warn", "trust", "Python requests", "REQUESTS_CA_BUNDLE");
    found.has("pass", "trust", "curl", "CURL_CA_BUNDLE");
}

#[test]
fn doctor_names_the_runtime_of_each_wrong_inherited_variable() {
    let world = DoctorWorld::healthy();
    let url = world.proxy.url().replace("http://", "http://coder:x@");
    let found = world.diagnose_with(|it| {
        it.env("HTTPS_PROXY", &url)
            .env("NODE_EXTRA_CA_CERTS", world.base.cert_path())
            .env("REQUESTS_CA_BUNDLE", world.base.cert_path())
            .env("CURL_CA_BUNDLE", "/nowhere/ca.pem");
    });
    found.fails_first("trust", "Python requests, inherited", 10, "holds none of them");
    found.has("fail", "trust", "curl, inherited", "cannot be read");
    found.has("warn", "trust", "inherited variables", "`SSL_CERT_FILE` (Go, Rust)");
}

#[test]
fn doctor_under_exec_finds_every_inherited_variable_right() {
    let world = DoctorWorld::healthy();
    let program = env!("CARGO_BIN_EXE_aibridge-agent");
    let mut command = world.command(["exec", "--", program]);
    command.args(["doctor", "--json", "--no-tools", "--host", HOST]);
    // `exec` removes the variable; the file stays.
    let file = world.base.temp.path().join("token");
    fs::write(&file, world.base.coder.token()).unwrap();
    command.env("AIBRIDGE_SESSION_TOKEN_FILE", &file);
    let found = Diagnosis::of(run(command));
    found.no_fault().has(
        "pass",
        "trust",
        "inherited variables",
        "all trust variables are set correctly",
    );
}

#[test]
fn doctor_warns_about_a_variable_that_undoes_what_exec_sets() {
    let world = DoctorWorld::healthy();
    let found = world.diagnose_with(|it| {
        it.env("HTTP_PROXY", world.proxy.url()).env("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    });
    found.no_fault().has("warn", "environment", "HTTP_PROXY", "answers plain HTTP with 407");
    found.has("warn", "environment", "NODE_TLS_REJECT_UNAUTHORIZED", "every certificate");
}

// === agent ===

#[test]
fn doctor_judges_a_missing_agent_socket_by_the_coordination_mode() {
    let mut world = DoctorWorld::healthy();
    world.base.agent.stop();
    let diagnose = |world: &DoctorWorld, mode: &str| {
        world.diagnose_with(|it| {
            it.env("AIBRIDGE_SYNC", mode);
        })
    };
    let found = diagnose(&world, "auto");
    assert_eq!(found.no_fault().check("agent", "socket")["verdict"], "warn");
    diagnose(&world, "required").fails_first("agent", "socket", 19, "agent.sock");
    diagnose(&world, "off").has("skipped", "agent", "socket", "coordination is off");
}

#[test]
fn doctor_warns_when_the_unit_is_not_completed() {
    let mut world = DoctorWorld::healthy();
    world.base.agent.restart();
    run(world.command(["sync", "start", crate::world::UNIT])).success();
    world.diagnose().no_fault().has("warn", "agent", "unit", "is started");
}

#[test]
fn doctor_json_is_one_object() {
    let world = DoctorWorld::healthy();
    let found = world.diagnose_with(|it| {
        it.args(["--log-format", "json"]);
    });
    assert_eq!(found.json["version"], 1);
    assert_eq!(found.json["helper_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(found.json["exit_code"], 0);
    assert!(matches!(found.json["checks"], Value::Array(_)));
    assert_eq!(found.finished.stderr, "");
}
