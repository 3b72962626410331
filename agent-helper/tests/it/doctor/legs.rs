//! One fault after the other, from the settings to the files.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder, RefusedPort};
use fakes::intercept::{FakeProxy, Outcome};
use testkit::process::run;
use testkit::redact::Redactor;

use super::{Diagnosis, DoctorWorld};
use crate::world::World;

const HOST: &str = "api.openai.com";
const LEAF: &str = "api.openai.com leaf";

// === all is well ===

#[test]
fn doctor_passes_every_leg_in_a_healthy_workspace() {
    let world = DoctorWorld::healthy();
    let found = world.diagnose();
    found.no_fault();
    assert_eq!(found.json["verdict"], "pass", "{:#}", found.json);
    found.has("pass", "token", "token", "signed in as");
    found.has("pass", "certificate_endpoint", "CA certificate", &world.base.ca.sha256());
    found.has("pass", "proxy", "liveness", "it answers as AI Bridge Proxy does");
    found.has("pass", "interception", HOST, "intercepted");
    found.has("pass", "interception", LEAF, "trusted by the certificate file");
    found.has("pass", "trust", "Node, Bun", "NODE_EXTRA_CA_CERTS");
    found.has("pass", "agent", "unit", "is completed");
    for check in found.json["checks"].as_array().unwrap() {
        assert!(check["duration_ms"].as_f64().is_some(), "{check:#}");
    }
}

#[test]
fn doctor_sends_no_request_and_no_token_into_a_tunnel() {
    let world = DoctorWorld::healthy();
    world.diagnose().no_fault();
    assert_eq!(world.proxy.interceptions().len(), 0, "a request went into the tunnel");
    let target = format!("{HOST}:443");
    let expected = [
        ("/".to_owned(), Outcome::OriginForm),
        (target.clone(), Outcome::Unauthenticated),
        (target, Outcome::Intercepted),
    ];
    assert_eq!(world.proxy.attempts(), expected);
}

#[test]
fn doctor_prints_each_check_and_the_first_fault_at_the_end() {
    let world = DoctorWorld::healthy();
    world.base.coder.set_answer(Answer::NOT_ENABLED);
    let mut command = world.command(["doctor", "--no-tools", "--host", HOST]);
    command.env("HOME", "/nowhere");
    let text = run(command).exited(15).stdout;
    let redacted = Redactor::new()
        .literal(world.base.temp.path().display().to_string(), "TEMP")
        .literal(world.base.coder.url(), "CODER")
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
fn doctor_reports_missing_settings_first_and_checks_the_other_legs() {
    let base = World::new();
    let mut command = base.command(["doctor", "--json"]);
    command.env("AIBRIDGE_SESSION_TOKEN", "").env("AIBRIDGE_PROXY_URL", "ftp://x");
    let found = Diagnosis::of(run(command));
    found.fails_first("settings", "settings", 10, "`AIBRIDGE_PROXY_URL`");
    let settings =
        found.json["checks"].as_array().unwrap().iter().filter(|it| it["leg"] == "settings");
    assert_eq!(settings.count(), 2, "{:#}", found.json);
    found.has("pass", "access_url", "build information", "version");
    found.has("skipped", "token", "token", "there is no token");
    found.has("skipped", "proxy", "listener", "there is no proxy URL");
}

#[test]
fn doctor_fails_when_the_token_file_is_missing() {
    let world = DoctorWorld::healthy();
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_SESSION_TOKEN", "").env("AIBRIDGE_SESSION_TOKEN_FILE", "/nowhere/token");
    });
    found.fails_first("settings", "token", 10, "cannot be read");
}

#[test]
fn doctor_refuses_wrong_flags() {
    let world = DoctorWorld::healthy();
    run(world.command(["doctor", "--host", "https://api.openai.com/v1"])).exited(10);
    run(world.command(["doctor", "--host", "api.openai.com:8443"])).exited(10);
    run(world.command(["doctor", "--timeout", "0s"])).exited(10);
    run(world.command(["doctor", "--bogus"])).exited(2);
}

#[test]
fn doctor_json_has_wrong_flags_as_faults() {
    let base = World::new();
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
        let found = Diagnosis::of(base.run(["doctor", "--json", flag, value]));
        found.fails_first("settings", "settings", 10, summary);
        assert_eq!(found.json["verdict"], "fail", "{flag} {value}");
        // Without `--json` it is an error like any other.
        let finished = base.run(["doctor", flag, value]).exited(10);
        assert!(finished.stderr.starts_with(&format!("error: {summary}")), "{finished:?}");
        assert_eq!(finished.stdout, "", "{flag} {value}");
    }
}

// === access URL, token, certificate endpoint ===

#[test]
fn doctor_fails_when_the_deployments_name_has_no_address() {
    let world = DoctorWorld::healthy();
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_ACCESS_URL", "http://coder.invalid:3000");
    });
    found.fails_first("access_url", "name", 11, "`coder.invalid`");
    found.has("skipped", "token", "token", "does not answer");
    // The other legs do not depend on it.
    found.has("pass", "interception", LEAF, "trusted");
}

#[test]
fn doctor_fails_when_the_deployment_refuses_connections() {
    let (world, port) = (DoctorWorld::healthy(), RefusedPort::take());
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_ACCESS_URL", port.url());
    });
    found.fails_first("access_url", "connection", 11, "refused");
}

#[test]
fn doctor_fails_when_the_deployments_ca_is_unknown() {
    let world = DoctorWorld::healthy();
    let coder = FakeCoder::start_tls(&TestCa::new("company"));
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_ACCESS_URL", coder.url());
    });
    found.fails_first("access_url", "TLS", 12, "unknown CA");
}

#[test]
fn doctor_trusts_a_deployment_whose_ca_is_among_the_extra_cas() {
    let world = DoctorWorld::healthy();
    let company = TestCa::new("company");
    let coder = FakeCoder::start_tls(&company);
    coder.set_token(world.base.coder.token());
    coder.set_certificate(world.base.ca.pem());
    let extra = world.base.temp.path().join("company.pem");
    fs::write(&extra, company.pem()).unwrap();
    let found = world.diagnose_with(|it| {
        it.env("AIBRIDGE_ACCESS_URL", coder.url()).env("AIBRIDGE_EXTRA_CA_FILE", &extra);
    });
    found.has(
        "pass",
        "access_url",
        "TLS",
        "TLSv1_3, trusted by the system's roots and the extra CAs",
    );
    found.fails_first("files", "bundle", 21, "does not hold the extra CA number 1");
}

#[test]
fn doctor_fails_when_the_deployment_returns_a_web_page() {
    let world = DoctorWorld::healthy();
    world.base.coder.set_answer_for("/api/v2/buildinfo", Answer::LOGIN_PAGE);
    world.diagnose().fails_first("access_url", "build information", 16, "web page");
}

#[test]
fn doctor_warns_when_the_deployment_is_older_than_2_30() {
    let world = DoctorWorld::healthy();
    world.base.coder.set_version("v2.29.4+abc");
    let found = world.diagnose();
    found.no_fault().has("warn", "access_url", "build information", "v2.29.4");
}

#[test]
fn doctor_fails_when_the_token_has_expired() {
    let world = DoctorWorld::healthy();
    let signed_out = Answer::EXPIRED_TOKEN;
    world.base.coder.set_answer_for("/api/v2/users/me", signed_out);
    let found = world.diagnose();
    found.fails_first("token", "token", 13, "the token is not accepted");
    found.has("skipped", "certificate_endpoint", "CA certificate", "the token is not accepted");
    found.has("pass", "interception", HOST, "intercepted");
    found.has("skipped", "interception", LEAF, "the token is not accepted");
}

#[test]
fn doctor_reports_each_refusal_of_the_certificate_endpoint() {
    let world = DoctorWorld::healthy();
    let refusals = [
        (Answer::NOT_LICENSED, 14, "not licensed"),
        (Answer::NOT_ENABLED, 15, "not enabled"),
        (Answer::ROUTE_NOT_FOUND, 15, "no AI Bridge Proxy"),
        (Answer::LOGIN_PAGE, 16, "cannot fetch"),
        (Answer::status(503), 11, "not available"),
        (Answer::Pem(TestCa::not_a_ca("leaf").pem()), 17, "not a CA certificate"),
    ];
    for (answer, code, summary) in refusals {
        world.base.coder.set_answer(answer);
        let found = world.diagnose();
        found.fails_first("certificate_endpoint", "CA certificate", code, summary);
    }
}

// === files ===

#[test]
fn doctor_fails_before_the_first_setup() {
    let base = World::new();
    let proxy = FakeProxy::start(&base.ca);
    let world = DoctorWorld { base, proxy };
    let found = world.diagnose();
    found.fails_first("files", "folder", 21, "there is no folder");
    found.has("pass", "interception", LEAF, "trusted by the served CA");
    found.has("skipped", "trust", "runtimes", "no certificate");
}

#[test]
fn doctor_fails_when_other_users_may_write_to_the_folder() {
    let world = DoctorWorld::healthy();
    fs::set_permissions(world.base.folder(), fs::Permissions::from_mode(0o777)).unwrap();
    world.diagnose().fails_first("files", "folder", 18, "can be written by other users");
}

#[test]
fn doctor_fails_when_files_are_missing_or_broken() {
    let world = DoctorWorld::healthy();
    let folder = world.base.folder();
    let good = fs::read(folder.join("ca-cert.pem")).unwrap();
    let bundle = fs::read(folder.join("ca-bundle.pem")).unwrap();
    fs::write(folder.join("ca-cert.pem"), "").unwrap();
    world.diagnose().fails_first("files", "certificate", 17, "holds no certificate");
    fs::remove_file(folder.join("ca-cert.pem")).unwrap();
    world.diagnose().fails_first("files", "certificate", 21, "there is no");
    fs::write(folder.join("ca-cert.pem"), &good).unwrap();
    fs::write(folder.join("ca-bundle.pem"), &good).unwrap();
    world.diagnose().fails_first("files", "bundle", 21, "holds no root of the system");
    fs::write(folder.join("ca-bundle.pem"), &bundle[good.len()..]).unwrap();
    world.diagnose().fails_first("files", "bundle", 21, "does not hold `CN=AI Bridge CA`");
    fs::write(folder.join("ca-bundle.pem"), &bundle).unwrap();
    fs::write(folder.join("status.json"), "{}").unwrap();
    world.diagnose().no_fault().has(
        "warn",
        "files",
        "status",
        "has a form that this helper does not read",
    );
}

#[test]
fn doctor_fails_when_the_deployment_serves_another_ca_than_the_file_holds() {
    let world = DoctorWorld::healthy();
    let next = TestCa::new("next CA");
    world.base.coder.set_certificate(next.pem());
    world.proxy.set_ca(&next);
    let found = world.diagnose();
    found.fails_first(
        "files",
        "certificate",
        17,
        "does not hold the CA that the deployment serves",
    );
    found.has("fail", "interception", LEAF, "older than the proxy's CA");
    run(world.command(["refresh"])).success();
    world.diagnose().no_fault();
}

#[test]
fn doctor_judges_the_status_of_the_last_setup() {
    let mut world = DoctorWorld::healthy();
    world.base.coder.set_answer(Answer::NOT_ENABLED);
    run(world.command(["setup"])).exited(15);
    world.base.coder.set_answer(Answer::Certificate);
    world.diagnose().no_fault().has("warn", "files", "status", "stale at");
    world.set_up();
    world.base.agent.restart();
    let found = world.diagnose();
    found.no_fault().has("warn", "files", "status", "in an earlier start of the workspace");
    found.has("warn", "agent", "unit", "is not registered");
}
