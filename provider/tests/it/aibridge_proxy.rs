//! The life cycle of `aibridge_proxy` against a fake deployment.

use std::time::Duration;

use fakes::ca::TestCa;
use fakes::coder::{Answer, CERTIFICATE_PATH, FakeCoder};
use fakes::gate::Gate;
use testkit::token;
use tfplugin::value::Value;

use crate::session::{Session, text, told};

const PROXY_URL: &str = "http://proxy.example.com:8888";
const NOT_FETCHED: &str = "Cannot fetch the CA certificate";

fn minimal() -> [(&'static str, Value); 1] {
    [("proxy_url", PROXY_URL.into())]
}

fn with(more: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    [&minimal()[..], more].concat()
}

fn coder() -> (FakeCoder, TestCa) {
    let ca = TestCa::new("AI Bridge Proxy CA");
    let coder = FakeCoder::start();
    coder.set_certificate(ca.pem());
    (coder, ca)
}

fn is_null(state: &Value, name: &str) -> bool {
    state.get(name).is_some_and(Value::is_null)
}

#[tokio::test]
async fn create_fetches_once_and_then_nothing_changes() {
    let (coder, ca) = coder();
    let session = Session::of(&coder).await;
    let state = session.apply_silently(&Value::Null, &minimal()).await;

    let requests = coder.requests();
    assert_eq!(requests.len(), 1, "{requests:#?}");
    assert_eq!(requests[0].path, CERTIFICATE_PATH);
    assert_eq!(text(&state, "ca_cert_pem"), ca.pem());
    assert_eq!(text(&state, "ca_cert_sha256"), ca.sha256());
    assert!(text(&state, "ca_cert_subject").contains("AI Bridge Proxy CA"));
    assert!(text(&state, "ca_cert_not_after").ends_with('Z'));
    let auth_url = format!("http://coder:{}@proxy.example.com:8888", coder.token());
    assert_eq!(text(&state, "proxy_auth_url"), auth_url);

    let (read, said) = session.read(&state).await;
    assert_eq!((&read, said.len()), (&state, 0));
    assert_eq!(session.plan(&read, &minimal()).await.planned, state);
    assert!(session.destroy(&state).await.is_null());
}

#[tokio::test]
async fn a_plan_touches_no_network() {
    let (coder, _) = coder();
    let session = Session::of(&coder).await;
    session.plan(&Value::Null, &minimal()).await;
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn a_new_token_is_an_update_that_leaves_id_and_scripts() {
    let (coder, ca) = coder();
    let before = Session::of(&coder).await.apply_silently(&Value::Null, &minimal()).await;
    coder.set_token(token::random());
    let session = Session::of(&coder).await;
    let after = session.apply_silently(&before, &minimal()).await;

    assert!(text(&after, "proxy_auth_url").contains(&coder.token()));
    assert_eq!(text(&after, "ca_cert_sha256"), ca.sha256());
    for name in ["id", "bootstrap_script", "setup_script", "refresh_script", "trust_env"] {
        assert_eq!(after.get(name), before.get(name), "{name}");
    }
    assert_eq!(session.plan(&after, &minimal()).await.planned, after);
}

#[tokio::test]
async fn a_rotated_certificate_is_drift_without_a_change() {
    let (coder, _) = coder();
    let session = Session::of(&coder).await;
    let state = session.apply_silently(&Value::Null, &minimal()).await;
    let next = TestCa::new("the next CA");
    coder.set_certificate(next.pem());
    let (read, said) = session.read(&state).await;
    assert_eq!(said, [""; 0]);
    assert_eq!(text(&read, "ca_cert_sha256"), next.sha256());
    assert_eq!(session.plan(&read, &minimal()).await.planned, read);
}

#[tokio::test]
async fn a_read_that_fails_keeps_the_state_after_one_attempt() {
    let (coder, _) = coder();
    let session = Session::of(&coder).await;
    let state = session.apply_silently(&Value::Null, &minimal()).await;
    for answer in [
        Answer::Status { status: 503, retry_after: None },
        Answer::NOT_MOUNTED,
        Answer::LOGIN_PAGE,
        Answer::Disconnect,
    ] {
        coder.clear_requests();
        coder.set_answer(answer.clone());
        let (read, said) = session.read(&state).await;
        assert_eq!(read, state, "{answer:?}");
        assert_eq!(said, [format!("warning access_url: {NOT_FETCHED}")], "{answer:?}");
        assert_eq!(coder.requests().len(), 1, "{answer:?}");
    }
    coder.set_answer(Answer::Certificate);
    coder.set_token(token::random());
    let (read, said) = session.read(&state).await;
    assert_eq!(read, state);
    assert_eq!(said, [format!("warning session_token: {NOT_FETCHED}")]);
}

#[tokio::test]
async fn a_read_tries_the_live_token_before_the_stored_one() {
    let (coder, _) = coder();
    let config =
        with(&[("access_url", coder.url().into()), ("session_token", coder.token().into())]);
    let state = Session::of(&coder).await.apply_silently(&Value::Null, &config).await;
    coder.set_token(token::random());
    let (_, said) = Session::of(&coder).await.read(&state).await;
    assert_eq!(said, [""; 0]);
}

#[tokio::test]
async fn failures_of_a_fetch_are_warnings_or_errors_as_configured() {
    let (coder, _) = coder();
    let session = Session::of(&coder).await;
    let required = with(&[("ca_fetch", "required".into())]);
    let pinned = [("ca_pin_sha256", "ab".repeat(32).into())];
    for (answer, config, path) in [
        (Answer::LOGIN_PAGE, &[][..], "access_url"),
        (Answer::NOT_ENABLED, &[], "access_url"),
        (Answer::NOT_LICENSED, &[], "access_url"),
        (Answer::Pem(TestCa::expired("old").pem()), &[], "access_url"),
        (Answer::Certificate, &pinned[..], "ca_pin_sha256"),
    ] {
        coder.set_answer(answer);
        let (state, said) = session.apply(&Value::Null, &with(config)).await;
        assert_eq!(said, [format!("warning {path}: {NOT_FETCHED}")]);
        assert!(is_null(&state, "ca_cert_pem"));
        assert!(!is_null(&state, "id"));

        let (state, said) = session.apply(&Value::Null, &[&required[..], config].concat()).await;
        assert_eq!(said, [format!("error {path}: {NOT_FETCHED}")]);
        assert!(state.is_null());
    }
}

#[tokio::test]
async fn a_failed_update_keeps_the_certificate_or_the_whole_state() {
    let (coder, ca) = coder();
    let session = Session::of(&coder).await;
    let state = session.apply_silently(&Value::Null, &minimal()).await;
    coder.set_answer(Answer::LOGIN_PAGE);
    let auto = with(&[("username", "other".into())]);
    let (after, said) = session.apply(&state, &auto).await;
    assert_eq!(said.len(), 1);
    assert_eq!(text(&after, "ca_cert_sha256"), ca.sha256());

    let required = with(&[("username", "other".into()), ("ca_fetch", "required".into())]);
    let (after, said) = session.apply(&state, &required).await;
    assert_eq!(said, [format!("error access_url: {NOT_FETCHED}")]);
    assert_eq!(after, state);
}

#[tokio::test]
async fn ca_fetch_off_never_asks() {
    let (coder, _) = coder();
    let session = Session::of(&coder).await;
    let config = with(&[("ca_fetch", "off".into())]);
    let state = session.apply_silently(&Value::Null, &config).await;
    let (read, _) = session.read(&state).await;
    assert_eq!(read, state);
    assert!(is_null(&read, "ca_cert_pem"));
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn without_a_token_it_warns_and_goes_on() {
    let (coder, ca) = coder();
    let session = Session::with_token(&coder, "").await;
    let (state, said) = session.apply(&Value::Null, &minimal()).await;
    assert_eq!(said, ["warning session_token: No session token"]);
    assert_eq!(text(&state, "proxy_auth_url"), "http://coder:@proxy.example.com:8888");
    assert!(is_null(&state, "ca_cert_pem"));
    assert!(coder.requests().is_empty());

    // A stop build: the certificate of the start build stays, `required` or not.
    let config = with(&[("ca_fetch", "required".into())]);
    let started = Session::of(&coder).await.apply_silently(&Value::Null, &config).await;
    coder.clear_requests();
    let (stopped, said) = session.apply(&started, &config).await;
    assert_eq!(said, ["warning session_token: No session token"]);
    assert_eq!(text(&stopped, "ca_cert_sha256"), ca.sha256());
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn a_build_that_stops_asks_nobody_and_warns_once() {
    let (coder, ca) = coder();
    let of =
        |token: &str| with(&[("access_url", coder.url().into()), ("session_token", token.into())]);
    let started = Session::of(&coder).await.apply_silently(&Value::Null, &of(&coder.token())).await;
    coder.clear_requests();
    let session = Session::in_build();
    let block = [("access_url", coder.url().into()), ("session_token", "".into())];
    assert_eq!(told(&session.configure(&block).await), [""; 0]);
    let (read, said) = session.read(&started).await;
    assert_eq!((&read, &said[..]), (&started, &[][..]));
    let (stopped, said) = session.apply(&read, &of("")).await;
    assert_eq!(said, ["warning session_token: No session token"]);
    assert_eq!(text(&stopped, "ca_cert_sha256"), ca.sha256());
    let (read, said) = session.read(&stopped).await;
    assert_eq!((&read, &said[..]), (&stopped, &[][..]));
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn imports_by_proxy_url_to_an_empty_plan() {
    let (coder, ca) = coder();
    let session = Session::of(&coder).await;
    let (state, said) = session.import(PROXY_URL).await;
    assert_eq!(said, [""; 0]);
    let (read, said) = session.read(&state.unwrap()).await;
    assert_eq!(said, [""; 0]);
    assert_eq!(text(&read, "ca_cert_sha256"), ca.sha256());
    assert_eq!(session.plan(&read, &minimal()).await.planned, read);

    let spelled_out = with(&[
        ("ca_fetch", "auto".into()),
        ("cert_path", "/tmp/aibridge-proxy/ca-cert.pem".into()),
        ("prebuild", false.into()),
        ("sync", "auto".into()),
        ("sync_unit", "aibridge-proxy-setup".into()),
        ("username", "coder".into()),
    ]);
    assert_eq!(session.plan(&read, &spelled_out).await.planned, read);

    let (state, said) = session.import("proxy.example.com").await;
    assert!(state.is_none());
    assert_eq!(said, ["error : Import ID is no proxy URL"]);
}

#[tokio::test]
async fn stop_shortens_a_fetch_and_loses_nothing() {
    let (coder, _) = coder();
    let gate = Gate::new();
    coder.set_answer(Answer::Held(gate.clone(), Box::new(Answer::Certificate)));
    let session = Session::of(&coder).await;
    let config = minimal();
    let apply = session.apply(&Value::Null, &config);
    let stop = async {
        gate.wait_arrivals_async(1).await;
        session.stop();
    };
    let ((state, said), ()) = tokio::join!(apply, stop);
    assert_eq!(said, [format!("warning access_url: {NOT_FETCHED}")]);
    assert!(!is_null(&state, "id"));
    gate.open();
}

#[tokio::test]
async fn a_silent_deployment_is_waited_for_as_long_as_timeouts_say() {
    let (coder, _) = coder();
    coder.set_answer(Answer::Hang);
    let session = Session::of(&coder).await;
    let timeouts = Value::object([
        ("create", "50ms".into()),
        ("read", "50ms".into()),
        ("update", Value::Null),
    ]);
    let config = with(&[("timeouts", timeouts)]);
    let started = std::time::Instant::now();
    let (state, said) = session.apply(&Value::Null, &config).await;
    assert_eq!(said, [format!("warning access_url: {NOT_FETCHED}")]);
    let (_, said) = session.read(&state).await;
    assert_eq!(said, [format!("warning access_url: {NOT_FETCHED}")]);
    // Far from the defaults of 10 and 5 seconds, on a busy machine too.
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_intermediate_and_a_near_expiry_are_told() {
    let (coder, root) = coder();
    let session = Session::of(&coder).await;
    coder.set_certificate(root.intermediate("intermediate").pem());
    let (_, said) = session.apply(&Value::Null, &minimal()).await;
    assert_eq!(said, ["warning extra_ca_certificates: CA certificate is an intermediate"]);
    let config = with(&[("extra_ca_certificates", TestCa::new("listener").pem().into())]);
    let (_, said) = session.apply(&Value::Null, &config).await;
    assert_eq!(said, ["warning extra_ca_certificates: CA certificate is an intermediate"]);
    let config = with(&[("extra_ca_certificates", root.pem().into())]);
    session.apply_silently(&Value::Null, &config).await;

    coder.set_certificate(TestCa::near_expiry("old", 3).pem());
    let (_, said) = session.apply(&Value::Null, &minimal()).await;
    assert_eq!(said, ["warning ca_cert_not_after: CA certificate expires soon"]);
}

#[tokio::test]
async fn tls_needs_the_roots_of_the_block() {
    let ca = TestCa::new("private root");
    let coder = FakeCoder::start_tls(&ca);
    coder.set_certificate(TestCa::new("AI Bridge Proxy CA").pem());
    let session = Session::of(&coder).await;
    let (_, said) = session.apply(&Value::Null, &minimal()).await;
    assert_eq!(said, [format!("warning access_url: {NOT_FETCHED}")]);

    let session = Session::new();
    let block = [
        ("access_url", coder.url().into()),
        ("session_token", coder.token().into()),
        ("ca_certificates", ca.pem().into()),
    ];
    assert_eq!(told(&session.configure(&block).await), [""; 0]);
    session.apply_silently(&Value::Null, &minimal()).await;
}

#[tokio::test]
async fn an_unconfigured_or_unknown_provider_can_plan() {
    let config = minimal();
    let check = async |session: &Session| {
        let plan = session.plan(&Value::Null, &config).await;
        assert_eq!(told(&plan.diagnostics), [""; 0]);
        assert!(plan.planned.get("proxy_auth_url").unwrap().is_unknown());
        assert_eq!(text(&plan.planned, "cert_path"), "/tmp/aibridge-proxy/ca-cert.pem");
    };
    let session = Session::new();
    check(&session).await;
    let unknown = [("access_url", Value::unknown()), ("session_token", Value::unknown())];
    assert_eq!(told(&session.configure(&unknown).await), [""; 0]);
    check(&session).await;
}

#[tokio::test]
async fn while_the_roots_of_the_block_are_unknown_nobody_is_asked() {
    let (coder, _) = coder();
    let state = Session::of(&coder).await.apply_silently(&Value::Null, &minimal()).await;
    coder.clear_requests();
    let session = Session::new();
    let block = [
        ("access_url", coder.url().into()),
        ("session_token", coder.token().into()),
        ("ca_certificates", Value::unknown()),
    ];
    assert_eq!(told(&session.configure(&block).await), [""; 0]);
    let (read, said) = session.read(&state).await;
    assert_eq!((&read, said.len()), (&state, 0));
    let (updated, said) = session.apply(&read, &with(&[("username", "other".into())])).await;
    assert_eq!(said, [""; 0]);
    assert_eq!(updated.get("ca_cert_pem"), state.get("ca_cert_pem"));
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn every_attribute_may_be_unknown() {
    let (coder, _) = coder();
    let session = Session::of(&coder).await;
    for name in [
        "access_url",
        "agent_id",
        "ca_fetch",
        "ca_pin_sha256",
        "cert_path",
        "extra_ca_certificates",
        "helper",
        "no_proxy",
        "prebuild",
        "proxy_url",
        "session_token",
        "sync",
        "sync_unit",
        "timeouts",
        "username",
    ] {
        let config: Vec<_> = minimal()
            .into_iter()
            .filter(|(it, _)| *it != name)
            .chain([(name, Value::unknown())])
            .collect();
        assert_eq!(told(&session.validate(&config).await), [""; 0], "{name}");
        let plan = session.plan(&Value::Null, &config).await;
        assert_eq!(told(&plan.diagnostics), [""; 0], "{name}");
        assert!(plan.planned.get(name).unwrap().is_unknown(), "{name}");
    }
}
