//! The life cycle of `aibridge_proxy` against a fake deployment.

use fakes::ca::TestCa;
use fakes::coder::{Answer, CERTIFICATE_PATH, FakeCoder};
use fakes::gate::Gate;
use testkit::token;
use tfplugin::value::Value;

use crate::world::{NOT_FETCHED, World, deployment, messages, text};

const PROXY_URL: &str = "http://proxy.example.com:8888";

fn minimal() -> [(&'static str, Value); 1] {
    [("proxy_url", PROXY_URL.into())]
}

fn with(more: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    [&minimal()[..], more].concat()
}

fn is_null(state: &Value, name: &str) -> bool {
    state.get(name).is_some_and(Value::is_null)
}

#[tokio::test]
async fn create_fetches_once_and_the_next_plan_is_empty() {
    let (coder, ca) = deployment();
    let world = World::of(&coder).await;
    let state = world.apply_silently(&Value::Null, &minimal()).await;

    let requests = coder.requests();
    assert_eq!(requests.len(), 1, "{requests:#?}");
    assert_eq!(requests[0].path, CERTIFICATE_PATH);
    assert_eq!(text(&state, "ca_cert_pem"), ca.pem());
    assert_eq!(text(&state, "ca_cert_sha256"), ca.sha256());
    assert!(text(&state, "ca_cert_subject").contains("AI Bridge Proxy CA"));
    assert!(text(&state, "ca_cert_not_after").ends_with('Z'));
    let auth_url = format!("http://coder:{}@proxy.example.com:8888", coder.token());
    assert_eq!(text(&state, "proxy_auth_url"), auth_url);

    let (read, found) = world.read(&state).await;
    assert_eq!((&read, found.len()), (&state, 0));
    assert_eq!(world.plan(&read, &minimal()).await.state, state);
    assert!(world.destroy(&state).await.is_null());
}

#[tokio::test]
async fn plan_makes_no_request() {
    let (coder, _) = deployment();
    let world = World::of(&coder).await;
    world.plan(&Value::Null, &minimal()).await;
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn update_with_a_new_token_keeps_id_and_scripts() {
    let (coder, ca) = deployment();
    let before = World::of(&coder).await.apply_silently(&Value::Null, &minimal()).await;
    coder.set_token(token::random());
    let world = World::of(&coder).await;
    let after = world.apply_silently(&before, &minimal()).await;

    assert!(text(&after, "proxy_auth_url").contains(&coder.token()));
    assert_eq!(text(&after, "ca_cert_sha256"), ca.sha256());
    for name in ["id", "bootstrap_script", "setup_script", "refresh_script", "trust_env"] {
        assert_eq!(after.get(name), before.get(name), "{name}");
    }
    assert_eq!(world.plan(&after, &minimal()).await.state, after);
}

#[tokio::test]
async fn read_stores_a_rotated_certificate_and_no_change_is_planned() {
    let (coder, _) = deployment();
    let world = World::of(&coder).await;
    let state = world.apply_silently(&Value::Null, &minimal()).await;
    let next = TestCa::new("the next CA");
    coder.set_certificate(next.pem());
    let (read, found) = world.read(&state).await;
    assert_eq!(found, [""; 0]);
    assert_eq!(text(&read, "ca_cert_sha256"), next.sha256());
    assert_eq!(world.plan(&read, &minimal()).await.state, read);
}

#[tokio::test]
async fn failed_read_keeps_the_state_after_one_attempt() {
    let (coder, _) = deployment();
    let world = World::of(&coder).await;
    let state = world.apply_silently(&Value::Null, &minimal()).await;
    for answer in [
        Answer::Status { status: 503, retry_after: None },
        Answer::NOT_MOUNTED,
        Answer::LOGIN_PAGE,
        Answer::Disconnect,
    ] {
        coder.clear_requests();
        coder.set_answer(answer.clone());
        let (read, found) = world.read(&state).await;
        assert_eq!(read, state, "{answer:?}");
        assert_eq!(found, [format!("warning access_url: {NOT_FETCHED}")], "{answer:?}");
        assert_eq!(coder.requests().len(), 1, "{answer:?}");
    }
    coder.set_answer(Answer::Certificate);
    coder.set_token(token::random());
    let (read, found) = world.read(&state).await;
    assert_eq!(read, state);
    assert_eq!(found, [format!("warning session_token: {NOT_FETCHED}")]);
}

#[tokio::test]
async fn create_warns_of_a_failed_fetch_and_fails_if_ca_fetch_is_required() {
    let (coder, _) = deployment();
    let world = World::of(&coder).await;
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
        let (state, found) = world.apply(&Value::Null, &with(config)).await;
        assert_eq!(found, [format!("warning {path}: {NOT_FETCHED}")]);
        assert!(is_null(&state, "ca_cert_pem"));
        assert!(!is_null(&state, "id"));

        let (state, found) = world.apply(&Value::Null, &[&required[..], config].concat()).await;
        assert_eq!(found, [format!("error {path}: {NOT_FETCHED}")]);
        assert!(state.is_null());
    }
}

#[tokio::test]
async fn failed_fetch_at_update_keeps_certificate_or_state() {
    let (coder, ca) = deployment();
    let world = World::of(&coder).await;
    let state = world.apply_silently(&Value::Null, &minimal()).await;
    coder.set_answer(Answer::LOGIN_PAGE);
    let auto = with(&[("username", "other".into())]);
    let (after, found) = world.apply(&state, &auto).await;
    assert_eq!(found.len(), 1);
    assert_eq!(text(&after, "ca_cert_sha256"), ca.sha256());

    let required = with(&[("username", "other".into()), ("ca_fetch", "required".into())]);
    let (after, found) = world.apply(&state, &required).await;
    assert_eq!(found, [format!("error access_url: {NOT_FETCHED}")]);
    assert_eq!(after, state);
}

#[tokio::test]
async fn ca_fetch_off_makes_no_request() {
    let (coder, _) = deployment();
    let world = World::of(&coder).await;
    let config = with(&[("ca_fetch", "off".into())]);
    let state = world.apply_silently(&Value::Null, &config).await;
    let (read, _) = world.read(&state).await;
    assert_eq!(read, state);
    assert!(is_null(&read, "ca_cert_pem"));
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn apply_without_a_token_warns_and_makes_no_request() {
    let (coder, ca) = deployment();
    let world = World::with_token(&coder, "").await;
    let (state, found) = world.apply(&Value::Null, &minimal()).await;
    assert_eq!(found, ["warning session_token: No session token"]);
    assert_eq!(text(&state, "proxy_auth_url"), "http://coder:@proxy.example.com:8888");
    assert!(is_null(&state, "ca_cert_pem"));
    assert!(coder.requests().is_empty());

    // A stop build: the certificate of the start build stays, `required` or not.
    let config = with(&[("ca_fetch", "required".into())]);
    let started = World::of(&coder).await.apply_silently(&Value::Null, &config).await;
    coder.clear_requests();
    let (stopped, found) = world.apply(&started, &config).await;
    assert_eq!(found, ["warning session_token: No session token"]);
    assert_eq!(text(&stopped, "ca_cert_sha256"), ca.sha256());
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn stop_build_makes_no_request_and_warns_once() {
    let (coder, ca) = deployment();
    let of =
        |token: &str| with(&[("access_url", coder.url().into()), ("session_token", token.into())]);
    let started = World::of(&coder).await.apply_silently(&Value::Null, &of(&coder.token())).await;
    coder.clear_requests();
    let world = World::in_build().await;
    let block = [("access_url", coder.url().into()), ("session_token", "".into())];
    assert_eq!(messages(&world.configure(&block).await), [""; 0]);
    let (read, found) = world.read(&started).await;
    assert_eq!((&read, &found[..]), (&started, &[][..]));
    let (stopped, found) = world.apply(&read, &of("")).await;
    assert_eq!(found, ["warning session_token: No session token"]);
    assert_eq!(text(&stopped, "ca_cert_sha256"), ca.sha256());
    let (read, found) = world.read(&stopped).await;
    assert_eq!((&read, &found[..]), (&stopped, &[][..]));
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn import_by_proxy_url_leads_to_an_empty_plan() {
    let (coder, ca) = deployment();
    let world = World::of(&coder).await;
    let (state, found) = world.import(PROXY_URL).await;
    assert_eq!(found, [""; 0]);
    let (read, found) = world.read(&state).await;
    assert_eq!(found, [""; 0]);
    assert_eq!(text(&read, "ca_cert_sha256"), ca.sha256());
    assert_eq!(world.plan(&read, &minimal()).await.state, read);

    let spelled_out = with(&[
        ("ca_fetch", "auto".into()),
        ("cert_path", "/tmp/aibridge-proxy/ca-cert.pem".into()),
        ("prebuild", false.into()),
        ("sync", "auto".into()),
        ("sync_unit", "aibridge-proxy-setup".into()),
        ("username", "coder".into()),
    ]);
    assert_eq!(world.plan(&read, &spelled_out).await.state, read);

    let (state, found) = world.import("proxy.example.com").await;
    assert!(state.is_null());
    assert_eq!(found, ["error : Invalid import ID"]);
}

#[tokio::test]
async fn interrupt_ends_a_fetch_and_keeps_the_object() {
    let (coder, _) = deployment();
    let gate = Gate::new();
    coder.set_answer(Answer::Held(gate.clone(), Box::new(Answer::Certificate)));
    let world = World::of(&coder).await;
    let config = minimal();
    let apply = world.apply(&Value::Null, &config);
    let stop = async {
        gate.wait_arrivals_async(1).await;
        world.stop().await;
    };
    let ((state, found), ()) = tokio::join!(apply, stop);
    assert_eq!(found, [format!("warning access_url: {NOT_FETCHED}")]);
    assert!(!is_null(&state, "id"));
    gate.open();
}

#[tokio::test]
async fn apply_warns_of_an_intermediate_and_of_a_near_expiry() {
    let (coder, root) = deployment();
    let world = World::of(&coder).await;
    coder.set_certificate(root.intermediate("intermediate").pem());
    let (_, found) = world.apply(&Value::Null, &minimal()).await;
    assert_eq!(found, ["warning extra_ca_certificates: CA certificate is an intermediate"]);
    let config = with(&[("extra_ca_certificates", TestCa::new("listener").pem().into())]);
    let (_, found) = world.apply(&Value::Null, &config).await;
    assert_eq!(found, ["warning extra_ca_certificates: CA certificate is an intermediate"]);
    let config = with(&[("extra_ca_certificates", root.pem().into())]);
    world.apply_silently(&Value::Null, &config).await;

    coder.set_certificate(TestCa::near_expiry("old", 3).pem());
    let (_, found) = world.apply(&Value::Null, &minimal()).await;
    assert_eq!(found, ["warning ca_cert_not_after: CA certificate expires soon"]);
}

#[tokio::test]
async fn deployment_with_a_private_ca_needs_ca_certificates() {
    let ca = TestCa::new("private root");
    let coder = FakeCoder::start_tls(&ca);
    coder.set_certificate(TestCa::new("AI Bridge Proxy CA").pem());
    let world = World::of(&coder).await;
    let (_, found) = world.apply(&Value::Null, &minimal()).await;
    assert_eq!(found, [format!("warning access_url: {NOT_FETCHED}")]);

    let world = World::new().await;
    let block = [
        ("access_url", coder.url().into()),
        ("session_token", coder.token().into()),
        ("ca_certificates", ca.pem().into()),
    ];
    assert_eq!(messages(&world.configure(&block).await), [""; 0]);
    world.apply_silently(&Value::Null, &minimal()).await;
}

#[tokio::test]
async fn plan_needs_no_configured_provider() {
    let config = minimal();
    let check = async |world: &World| {
        let plan = world.plan(&Value::Null, &config).await;
        assert_eq!(messages(&plan.diagnostics), [""; 0]);
        assert!(plan.state.get("proxy_auth_url").unwrap().is_unknown());
        assert_eq!(text(&plan.state, "cert_path"), "/tmp/aibridge-proxy/ca-cert.pem");
    };
    let world = World::new().await;
    check(&world).await;
    let unknown = [("access_url", Value::unknown()), ("session_token", Value::unknown())];
    assert_eq!(messages(&world.configure(&unknown).await), [""; 0]);
    check(&world).await;
}

#[tokio::test]
async fn unknown_ca_certificates_prevent_requests_and_keep_the_state() {
    let (coder, _) = deployment();
    let state = World::of(&coder).await.apply_silently(&Value::Null, &minimal()).await;
    coder.clear_requests();
    let world = World::new().await;
    let block = [
        ("access_url", coder.url().into()),
        ("session_token", coder.token().into()),
        ("ca_certificates", Value::unknown()),
    ];
    assert_eq!(messages(&world.configure(&block).await), [""; 0]);
    let (read, found) = world.read(&state).await;
    assert_eq!((&read, found.len()), (&state, 0));
    let (updated, found) = world.apply(&read, &with(&[("username", "other".into())])).await;
    assert_eq!(found, [""; 0]);
    assert_eq!(updated.get("ca_cert_pem"), state.get("ca_cert_pem"));
    assert!(coder.requests().is_empty());
}
