//! One fault after the other, in the order of the legs.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder, RefusedPort};
use fakes::intercept::{ConnectFault, FakeProxy, Outcome};
use serde_json::Value;
use testkit::process::run;
use testkit::redact::Redactor;

use super::{Clinic, Found};
use crate::stage::Stage;

const HOST: &str = "api.openai.com";
const LEAF: &str = "api.openai.com leaf";

// === all is well ===

#[test]
fn a_healthy_workspace_passes_every_leg() {
    let clinic = Clinic::healthy();
    let found = clinic.look();
    found.no_fault();
    assert_eq!(found.json["verdict"], "pass", "{:#}", found.json);
    found.has("pass", "token", "token", "signed in as");
    found.has("pass", "certificate_endpoint", "CA certificate", &clinic.stage.ca.sha256());
    found.has("pass", "proxy", "liveness", "it says that it is the proxy");
    found.has("pass", "interception", HOST, "intercepted");
    found.has("pass", "interception", LEAF, "believed by the certificate file");
    found.has("pass", "trust", "Node, Bun", "NODE_EXTRA_CA_CERTS");
    found.has("pass", "agent", "unit", "is completed");
    for look in found.json["checks"].as_array().unwrap() {
        assert!(look["duration_ms"].as_f64().is_some(), "{look:#}");
    }
}

#[test]
fn no_request_reaches_a_provider_and_the_token_stays_out_of_the_tunnel() {
    let clinic = Clinic::healthy();
    clinic.look().no_fault();
    assert_eq!(clinic.proxy.interceptions().len(), 0, "a request went into the tunnel");
    let target = format!("{HOST}:443");
    let expected = [
        ("/".to_owned(), Outcome::OriginForm),
        (target.clone(), Outcome::Unauthenticated),
        (target, Outcome::Intercepted),
    ];
    assert_eq!(clinic.proxy.attempts(), expected);
}

#[test]
fn people_read_each_look_and_the_first_fault_at_the_end() {
    let clinic = Clinic::healthy();
    clinic.stage.coder.set_answer(Answer::NOT_ENABLED);
    let mut command = clinic.command(["doctor", "--no-tools", "--host", HOST]);
    command.env("HOME", "/nowhere");
    let text = run(command).exited(15).stdout;
    let redacted = Redactor::new()
        .literal(clinic.stage.temp.path().display().to_string(), "TEMP")
        .literal(clinic.stage.coder.url(), "CODER")
        .apply(&text);
    assert!(redacted.contains("warn ") || redacted.contains("pass    access URL: connection"));
    let end = redacted.split_once("First fault: ").unwrap().1;
    assert!(
        end.starts_with(
            "certificate endpoint, CA certificate: cannot fetch the CA certificate from"
        ),
        "{end}"
    );
    assert!(
        end.contains("What to do:  set `CODER_AI_GATEWAY_PROXY_ENABLED=true` on the server"),
        "{end}"
    );
    assert!(end.ends_with("Exit code:   15 (not_enabled)\n"), "{end}");
}

// === settings ===

#[test]
fn missing_settings_are_the_first_fault_and_the_rest_is_looked_at_as_far_as_it_goes() {
    let stage = Stage::new();
    let mut command = stage.command(["doctor", "--json"]);
    command.env("AIBRIDGE_SESSION_TOKEN", "").env("AIBRIDGE_PROXY_URL", "ftp://x");
    let found = Found::of(run(command));
    found.fails_first("settings", "settings", 10, "`AIBRIDGE_PROXY_URL`");
    let settings =
        found.json["checks"].as_array().unwrap().iter().filter(|it| it["leg"] == "settings");
    assert_eq!(settings.count(), 2, "{:#}", found.json);
    found.has("pass", "access_url", "build information", "version");
    found.has("skipped", "token", "token", "there is no token");
    found.has("skipped", "proxy", "listener", "there is no proxy URL");
}

#[test]
fn a_token_file_that_is_missing_is_a_fault_of_the_settings() {
    let clinic = Clinic::healthy();
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_SESSION_TOKEN", "").env("AIBRIDGE_SESSION_TOKEN_FILE", "/nowhere/token");
    });
    found.fails_first("settings", "token", 10, "cannot be read");
}

#[test]
fn flags_that_mean_nothing() {
    let clinic = Clinic::healthy();
    run(clinic.command(["doctor", "--host", "https://api.openai.com/v1"])).exited(10);
    run(clinic.command(["doctor", "--host", "api.openai.com:8443"])).exited(10);
    run(clinic.command(["doctor", "--timeout", "0s"])).exited(10);
    run(clinic.command(["doctor", "--bogus"])).exited(2);
}

#[test]
fn settings_that_keep_it_from_looking_are_told_in_the_object_too() {
    let stage = Stage::new();
    for (flag, value, summary) in [
        ("--timeout", "0s", "`--timeout`: the timeout of each check is zero"),
        ("--timeout", "soon", "`--timeout`: "),
        (
            "--host",
            "https://api.openai.com/v1",
            "`--host`: `https://api.openai.com/v1` is not a host name",
        ),
        ("--cert-path", "ai/ca-cert.pem", "`--cert-path`: "),
        ("--cert-path", "/", "`--cert-path`: "),
    ] {
        let found = Found::of(stage.run(["doctor", "--json", flag, value]));
        found.fails_first("settings", "settings", 10, summary);
        assert_eq!(found.json["verdict"], "fail", "{flag} {value}");
        // For people it is an error like any other.
        let finished = stage.run(["doctor", flag, value]).exited(10);
        assert!(finished.stderr.starts_with(&format!("error: {summary}")), "{finished:?}");
        assert_eq!(finished.stdout, "", "{flag} {value}");
    }
}

// === access URL, token, certificate endpoint ===

#[test]
fn a_deployment_whose_name_has_no_address() {
    let clinic = Clinic::healthy();
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_ACCESS_URL", "http://coder.invalid:3000");
    });
    found.fails_first("access_url", "name", 11, "`coder.invalid`");
    found.has("skipped", "token", "token", "cannot be asked");
    // The other legs do not depend on it.
    found.has("pass", "interception", LEAF, "believed");
}

#[test]
fn a_deployment_that_refuses_connections() {
    let (clinic, port) = (Clinic::healthy(), RefusedPort::take());
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_ACCESS_URL", port.url());
    });
    found.fails_first("access_url", "connection", 11, "refused");
}

#[test]
fn a_deployment_with_a_certificate_of_an_unknown_ca() {
    let clinic = Clinic::healthy();
    let coder = FakeCoder::start_tls(&TestCa::new("company"));
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_ACCESS_URL", coder.url());
    });
    found.fails_first("access_url", "TLS", 12, "unknown CA");
}

#[test]
fn a_deployment_over_tls_with_its_ca_among_the_extra_ones() {
    let clinic = Clinic::healthy();
    let company = TestCa::new("company");
    let coder = FakeCoder::start_tls(&company);
    coder.set_token(clinic.stage.coder.token());
    coder.set_certificate(clinic.stage.ca.pem());
    let extra = clinic.stage.temp.path().join("company.pem");
    fs::write(&extra, company.pem()).unwrap();
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_ACCESS_URL", coder.url()).env("AIBRIDGE_EXTRA_CA_FILE", &extra);
    });
    found.has(
        "pass",
        "access_url",
        "TLS",
        "TLSv1_3, believed by the system's roots and the extra CAs",
    );
    found.fails_first("files", "bundle", 21, "does not hold the extra CA number 1");
}

#[test]
fn a_page_in_place_of_the_deployment() {
    let clinic = Clinic::healthy();
    clinic.stage.coder.set_answer_for("/api/v2/buildinfo", Answer::LOGIN_PAGE);
    clinic.look().fails_first("access_url", "build information", 16, "web page");
}

#[test]
fn a_deployment_that_is_too_old_is_a_warning() {
    let clinic = Clinic::healthy();
    clinic.stage.coder.set_version("v2.29.4+abc");
    let found = clinic.look();
    found.no_fault().has("warn", "access_url", "build information", "v2.29.4");
}

#[test]
fn a_token_that_has_ended() {
    let clinic = Clinic::healthy();
    let signed_out = Answer::EXPIRED_TOKEN;
    clinic.stage.coder.set_answer_for("/api/v2/users/me", signed_out);
    let found = clinic.look();
    found.fails_first("token", "token", 13, "the token is not accepted");
    found.has("skipped", "certificate_endpoint", "CA certificate", "the token is not accepted");
    found.has("pass", "interception", HOST, "intercepted");
    found.has("skipped", "interception", LEAF, "the token is not accepted");
}

#[test]
fn refusals_of_the_certificate_endpoint() {
    let clinic = Clinic::healthy();
    let refusals = [
        (Answer::NOT_LICENSED, 14, "not licensed"),
        (Answer::NOT_ENABLED, 15, "not enabled"),
        (Answer::ROUTE_NOT_FOUND, 15, "no AI Bridge Proxy"),
        (Answer::LOGIN_PAGE, 16, "cannot fetch"),
        (Answer::status(503), 11, "not available"),
        (Answer::Pem(TestCa::not_a_ca("leaf").pem()), 17, "not a CA certificate"),
    ];
    for (answer, code, summary) in refusals {
        clinic.stage.coder.set_answer(answer);
        let found = clinic.look();
        found.fails_first("certificate_endpoint", "CA certificate", code, summary);
    }
}

// === files ===

#[test]
fn nothing_is_set_up_yet() {
    let stage = Stage::new();
    let proxy = FakeProxy::start(&stage.ca);
    let clinic = Clinic { stage, proxy };
    let found = clinic.look();
    found.fails_first("files", "folder", 21, "there is no folder");
    found.has("pass", "interception", LEAF, "believed by the served CA");
    found.has("skipped", "trust", "runtimes", "no certificate");
}

#[test]
fn a_folder_that_others_may_write_to() {
    let clinic = Clinic::healthy();
    fs::set_permissions(clinic.stage.folder(), fs::Permissions::from_mode(0o777)).unwrap();
    clinic.look().fails_first("files", "folder", 18, "can be written by other users");
}

#[test]
fn files_that_are_missing_or_broken() {
    let clinic = Clinic::healthy();
    let folder = clinic.stage.folder();
    let good = fs::read(folder.join("ca-cert.pem")).unwrap();
    let bundle = fs::read(folder.join("ca-bundle.pem")).unwrap();
    fs::write(folder.join("ca-cert.pem"), "").unwrap();
    clinic.look().fails_first("files", "certificate", 17, "holds no certificate");
    fs::remove_file(folder.join("ca-cert.pem")).unwrap();
    clinic.look().fails_first("files", "certificate", 21, "there is no");
    fs::write(folder.join("ca-cert.pem"), &good).unwrap();
    fs::write(folder.join("ca-bundle.pem"), &good).unwrap();
    clinic.look().fails_first("files", "bundle", 21, "holds no root of the system");
    fs::write(folder.join("ca-bundle.pem"), &bundle[good.len()..]).unwrap();
    clinic.look().fails_first("files", "bundle", 21, "does not hold `CN=AI Bridge CA`");
    fs::write(folder.join("ca-bundle.pem"), &bundle).unwrap();
    fs::write(folder.join("status.json"), "{}").unwrap();
    clinic.look().no_fault().has("warn", "files", "status", "not of this helper's form");
}

#[test]
fn a_ca_that_was_replaced_since() {
    let clinic = Clinic::healthy();
    let next = TestCa::new("next CA");
    clinic.stage.coder.set_certificate(next.pem());
    clinic.proxy.set_ca(&next);
    let found = clinic.look();
    found.fails_first(
        "files",
        "certificate",
        17,
        "does not hold the CA that the deployment serves",
    );
    found.has("fail", "interception", LEAF, "older than the proxy's CA");
    run(clinic.command(["refresh"])).success();
    clinic.look().no_fault();
}

#[test]
fn the_last_set_up_and_what_became_of_it() {
    let mut clinic = Clinic::healthy();
    clinic.stage.coder.set_answer(Answer::NOT_ENABLED);
    run(clinic.command(["setup"])).exited(15);
    clinic.stage.coder.set_answer(Answer::Certificate);
    clinic.look().no_fault().has("warn", "files", "status", "stale at");
    clinic.set_up();
    clinic.stage.agent.restart();
    let found = clinic.look();
    found.no_fault().has("warn", "files", "status", "in an earlier start of the workspace");
    found.has("warn", "agent", "unit", "is not registered");
}

// === proxy ===

#[test]
fn a_proxy_that_cannot_be_reached() {
    let (clinic, port) = (Clinic::healthy(), RefusedPort::take());
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", port.url());
    });
    found.fails_first("proxy", "connection", 11, "refused");
    found.has("skipped", "interception", "hosts", "the proxy cannot be asked");
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", "http://proxy.invalid:8888");
    });
    found.fails_first("proxy", "name", 11, "`proxy.invalid`");
}

#[test]
fn a_tls_listener_is_believed_if_its_ca_is_in_the_bundle() {
    let found = Clinic::with_tls(true).look();
    found.no_fault().has("pass", "proxy", "TLS", "believed by the bundle");
    found.has("pass", "interception", LEAF, "believed");
    // Each runtime that has no way to be told is named.
    found.has("warn", "trust", "curl", "does not apply to the proxy's own listener");
    found.has("pass", "trust", "git, TLS to a proxy", "GIT_PROXY_SSL_CAINFO");
}

#[test]
fn a_tls_listener_of_an_unknown_ca_gets_no_token() {
    let clinic = Clinic::with_tls(false);
    let found = clinic.look();
    found.fails_first("proxy", "TLS", 12, "unknown CA");
    assert_eq!(clinic.proxy.attempts(), [], "something was said before the listener was believed");
}

#[test]
fn a_scheme_that_does_not_fit_the_listener() {
    let clinic = Clinic::healthy();
    let url = clinic.proxy.url().replace("http://", "https://");
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", url).args(["--timeout", "2s"]);
    });
    found.fails_first("proxy", "TLS", 10, "does not speak TLS");
    let clinic = Clinic::with_tls(true);
    let url = clinic.proxy.url().replace("https://", "http://");
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", url);
    });
    found.fails_first("proxy", "liveness", 10, "speaks TLS");
}

#[test]
fn a_load_balancer_in_front_is_a_warning() {
    let clinic = Clinic::healthy();
    clinic.proxy.set_origin_answer(200, "hello");
    clinic.look().no_fault().has("warn", "proxy", "liveness", "with status 200");
}

#[test]
fn something_else_listens_where_the_proxy_should() {
    let clinic = Clinic::healthy();
    let found = clinic.look_with(|it| {
        it.env("AIBRIDGE_PROXY_URL", clinic.stage.coder.url());
    });
    found.has("warn", "proxy", "liveness", "something else answers");
    assert_ne!(found.finished.code, Some(0));
    found.has("fail", "interception", "hosts", "not one of these hosts");
}

// === interception ===

/// Hosts of providers that nobody has configured end at a fake deployment.
fn tunnelled(clinic: &Clinic, host: &str) {
    clinic.proxy.map(&format!("{host}:443"), clinic.stage.coder.address());
}

#[test]
fn a_usual_host_that_is_not_intercepted_is_a_warning_about_the_token() {
    let clinic = Clinic::healthy();
    let hosts = [
        "chatgpt.com",
        "api.individual.githubcopilot.com",
        "api.business.githubcopilot.com",
        "api.enterprise.githubcopilot.com",
    ];
    hosts.iter().for_each(|it| tunnelled(&clinic, it));
    let found = Found::of(run(clinic.command(["doctor", "--json", "--no-tools"])));
    found.no_fault().has("warn", "interception", "chatgpt.com", "go to the vendor");
    found.has("pass", "interception", "api.anthropic.com leaf", "believed");
    // The token is never offered to a host that did not ask for it.
    let tries = |host: &str| {
        let target = format!("{host}:443");
        clinic.proxy.attempts().iter().filter(|it| it.0 == target).count()
    };
    assert_eq!((tries("chatgpt.com"), tries(HOST)), (1, 2));
}

#[test]
fn a_host_that_was_asked_for_and_is_not_intercepted_is_a_fault() {
    let clinic = Clinic::healthy();
    clinic.proxy.set_hosts(&["api.anthropic.com"]);
    tunnelled(&clinic, HOST);
    clinic.look().fails_first("interception", HOST, 15, "not intercepted");
}

#[test]
fn not_one_host_is_intercepted() {
    let clinic = Clinic::healthy();
    clinic.proxy.set_hosts(&[]);
    for host in [
        "api.openai.com",
        "api.anthropic.com",
        "chatgpt.com",
        "api.individual.githubcopilot.com",
        "api.business.githubcopilot.com",
        "api.enterprise.githubcopilot.com",
    ] {
        tunnelled(&clinic, host);
    }
    let found = Found::of(run(clinic.command(["doctor", "--json", "--no-tools"])));
    found.fails_first("interception", "hosts", 15, "not one of these hosts");
}

#[test]
fn tunnels_that_the_proxy_refuses() {
    let clinic = Clinic::healthy();
    clinic.proxy.set_hosts(&[]);
    tunnelled(&clinic, HOST);
    clinic.proxy.block_private(true);
    clinic.look().fails_first("interception", HOST, 15, "the tunnel fails with 403");
    clinic.proxy.block_private(false);
    clinic.proxy.map("api.openai.com:443", RefusedPort::take().address());
    clinic.look().fails_first("interception", HOST, 15, "the tunnel fails with 502");
}

#[test]
fn answers_to_connect_that_are_none() {
    let clinic = Clinic::healthy();
    let faults = [
        (ConnectFault::Close, HOST, 11, "without a word"),
        (ConnectFault::Garbage, HOST, 16, "not answered in HTTP"),
        (ConnectFault::Status(404), HOST, 16, "answered with 404"),
        (ConnectFault::RefuseCredentials, LEAF, 13, "does not take the token"),
        (ConnectFault::NoTls, LEAF, 12, "TLS behind the proxy fails"),
        (ConnectFault::OtherLeaf, LEAF, 17, "other.example"),
    ];
    for (fault, name, code, summary) in faults {
        clinic.proxy.set_fault(HOST, fault);
        clinic.look().fails_first("interception", name, code, summary);
    }
}

#[test]
fn another_proxy_asks_for_credentials_and_gets_none() {
    let clinic = Clinic::healthy();
    clinic.proxy.set_realm("squid");
    clinic.look().fails_first("interception", HOST, 16, "in the realm `squid`");
    let outcomes: Vec<Outcome> = clinic.proxy.attempts().into_iter().map(|it| it.1).collect();
    assert_eq!(outcomes, [Outcome::OriginForm, Outcome::Unauthenticated]);
    clinic.proxy.set_realm("Coder AI Bridge Proxy");
    clinic.look().no_fault();
}

#[test]
fn a_proxy_that_signs_with_another_ca_than_the_deployment_serves() {
    let clinic = Clinic::healthy();
    clinic.proxy.set_ca(&TestCa::new("AI Bridge CA"));
    let found = clinic.look();
    found.fails_first("interception", LEAF, 17, "not believed: it was issued by an unknown CA");
}

#[test]
fn an_exclusion_list_that_keeps_tools_from_the_proxy() {
    let clinic = Clinic::healthy();
    for list in ["*", "openai.com", ".openai.com"] {
        let found = clinic.look_with(|it| {
            it.env("NO_PROXY", list);
        });
        found.fails_first("interception", HOST, 10, list);
    }
}

// === trust and environment ===

#[test]
fn an_intermediate_ca_names_the_runtimes_that_want_its_root() {
    let stage = Stage::new();
    let root = TestCa::new("company root");
    let ca = root.intermediate("AI Bridge CA");
    stage.coder.set_certificate(ca.pem());
    let proxy = FakeProxy::start(&ca);
    let clinic = Clinic { stage, proxy };
    clinic.set_up();
    let found = clinic.look();
    found.no_fault().has("warn", "trust", "Node, Bun", "without its root `CN=company root`");
    found.has("warn", "trust", "Python requests", "REQUESTS_CA_BUNDLE");
    found.has("pass", "trust", "curl", "CURL_CA_BUNDLE");
}

#[test]
fn variables_that_somebody_exported_by_hand_are_named_with_their_runtime() {
    let clinic = Clinic::healthy();
    let url = clinic.proxy.url().replace("http://", "http://coder:x@");
    let found = clinic.look_with(|it| {
        it.env("HTTPS_PROXY", &url)
            .env("NODE_EXTRA_CA_CERTS", clinic.stage.cert_path())
            .env("REQUESTS_CA_BUNDLE", clinic.stage.cert_path())
            .env("CURL_CA_BUNDLE", "/nowhere/ca.pem");
    });
    found.fails_first("trust", "Python requests, inherited", 10, "holds none of them");
    found.has("fail", "trust", "curl, inherited", "cannot be read");
    found.has("warn", "trust", "inherited variables", "`SSL_CERT_FILE` (Go, Rust)");
}

#[test]
fn under_exec_everything_is_inherited_as_it_should_be() {
    let clinic = Clinic::healthy();
    let program = env!("CARGO_BIN_EXE_aibridge-agent");
    let mut command = clinic.command(["exec", "--", program]);
    command.args(["doctor", "--json", "--no-tools", "--host", HOST]);
    // `exec` takes the variable away; the file stays.
    let file = clinic.stage.temp.path().join("token");
    fs::write(&file, clinic.stage.coder.token()).unwrap();
    command.env("AIBRIDGE_SESSION_TOKEN_FILE", &file);
    let found = Found::of(run(command));
    found.no_fault().has("pass", "trust", "inherited variables", "all of them are right");
}

#[test]
fn a_variable_that_undoes_what_exec_sets_is_a_warning() {
    let clinic = Clinic::healthy();
    let found = clinic.look_with(|it| {
        it.env("HTTP_PROXY", clinic.proxy.url()).env("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    });
    found.no_fault().has("warn", "environment", "HTTP_PROXY", "answers plain HTTP with 407");
    found.has("warn", "environment", "NODE_TLS_REJECT_UNAUTHORIZED", "every certificate");
}

// === agent ===

#[test]
fn an_agent_without_a_socket() {
    let mut clinic = Clinic::healthy();
    clinic.stage.agent.stop();
    let look = |clinic: &Clinic, mode: &str| {
        clinic.look_with(|it| {
            it.env("AIBRIDGE_SYNC", mode);
        })
    };
    let found = look(&clinic, "auto");
    assert_eq!(found.no_fault().look("agent", "socket")["verdict"], "warn");
    look(&clinic, "required").fails_first("agent", "socket", 19, "agent.sock");
    look(&clinic, "off").has("skipped", "agent", "socket", "switched off");
}

#[test]
fn a_unit_that_nobody_completed() {
    let mut clinic = Clinic::healthy();
    clinic.stage.agent.restart();
    run(clinic.command(["sync", "start", crate::stage::UNIT])).success();
    clinic.look().no_fault().has("warn", "agent", "unit", "is started");
}

#[test]
fn what_machines_get_is_one_object_whatever_goes_wrong() {
    let clinic = Clinic::healthy();
    let found = clinic.look_with(|it| {
        it.args(["--log-format", "json"]);
    });
    assert_eq!(found.json["version"], 1);
    assert_eq!(found.json["helper_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(found.json["exit_code"], 0);
    assert!(matches!(found.json["checks"], Value::Array(_)));
    assert_eq!(found.finished.stderr, "");
}
