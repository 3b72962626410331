//! What data sources read, and what they report if they cannot.

use fakes::ca::TestCa;
use fakes::coder::{Answer, BUILDINFO_PATH, FakeCoder, Routes};
use fakes::gate::Gate;
use futures_util::future::join_all;
use provider::Aibridge;
use testkit::token;
use tfplugin::diag::Diagnostics;
use tfplugin::testing::Session;
use tfplugin::value::Value;

use crate::world::{NOT_FETCHED, block, deployment, messages, session, text};

const CERTIFICATE: &str = "aibridge_ca_certificate";
const DEPLOYMENT: &str = "aibridge_deployment";

async fn of(coder: &FakeCoder) -> Session<Aibridge> {
    session(&block(&coder.url(), &coder.token(), 0)).await
}

/// The detail of the one message, which must be at `path` with that summary.
#[track_caller]
fn one(diags: &Diagnostics, expected: &str) -> String {
    assert_eq!(messages(diags), [expected]);
    diags.iter().next().unwrap().detail.clone()
}

/// `available entitled enabled` of bridge and proxy, each `+`, `-` or `?`.
fn marks(data: &Value) -> [String; 2] {
    let mark = |service: &Value, name| match service.get(name).and_then(Value::as_bool) {
        Some(true) => '+',
        Some(false) => '-',
        None => '?',
    };
    ["bridge", "proxy"].map(|name| {
        let service = data.get(name).unwrap();
        ["available", "entitled", "enabled"].map(|it| mark(service, it)).iter().collect()
    })
}

#[tokio::test]
async fn ca_certificate_describes_the_fetched_certificate() {
    let (coder, ca) = deployment();
    let (data, diags) = of(&coder).await.read_data_source(CERTIFICATE, []).await;
    assert_eq!(messages(&diags), [""; 0]);
    assert_eq!(text(&data, "pem"), ca.pem());
    assert_eq!(text(&data, "sha256"), ca.sha256());
    assert!(text(&data, "subject").contains("AI Bridge Proxy CA"));
    assert_eq!(text(&data, "issuer"), text(&data, "subject"));
    assert_eq!(data.get("self_signed"), Some(&true.into()));
    assert!(text(&data, "not_before") < text(&data, "not_after"));
    assert!(text(&data, "not_after").ends_with('Z'));
    assert_eq!(text(&data, "deployment_version"), "v2.35.0+abcdef");
    assert!(text(&data, "url").ends_with("/api/v2/aibridge/proxy/ca-cert.pem"));
    assert_eq!(coder.requests().len(), 1);
}

#[tokio::test]
async fn arguments_take_precedence_over_the_provider() {
    let (coder, ca) = deployment();
    let elsewhere = FakeCoder::start();
    let session = of(&elsewhere).await;
    let own = [
        ("access_url", coder.url().into()),
        ("session_token", coder.token().into()),
        ("ca_pin_sha256", ca.sha256().to_uppercase().into()),
        ("timeouts", Value::object([("read", "30s".into())])),
    ];
    let (data, diags) = session.read_data_source(CERTIFICATE, own).await;
    assert_eq!(messages(&diags), [""; 0]);
    assert_eq!(text(&data, "sha256"), ca.sha256());
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn intermediate_sets_self_signed_and_near_expiry_warns() {
    let (coder, root) = deployment();
    let session = of(&coder).await;
    coder.set_certificate(root.intermediate("intermediate").pem());
    let (data, diags) = session.read_data_source(CERTIFICATE, []).await;
    assert_eq!(messages(&diags), [""; 0]);
    assert_eq!(data.get("self_signed"), Some(&false.into()));
    assert!(text(&data, "issuer").contains("AI Bridge Proxy CA"));
    coder.set_certificate(TestCa::near_expiry("old", 3).pem());
    let (_, diags) = session.read_data_source(CERTIFICATE, []).await;
    one(&diags, "warning not_after: CA certificate expires soon");
}

#[tokio::test]
async fn failed_fetch_is_an_error_with_its_reason() {
    let (coder, ca) = deployment();
    let session = of(&coder).await;
    for (answer, path, words) in [
        (Answer::NOT_ENABLED, "access_url", "CODER_AI_GATEWAY_PROXY_ENABLED"),
        (Answer::NOT_LICENSED, "access_url", "not licensed"),
        (Answer::ROUTE_NOT_FOUND, "access_url", "Coder 2.30 or newer"),
        (Answer::LOGIN_PAGE, "access_url", "web page"),
        (Answer::status(503), "access_url", "status 503"),
        (Answer::Pem(format!("{0}{0}", ca.pem())), "access_url", "2"),
        (Answer::Pem(TestCa::expired("old").pem()), "access_url", "expired"),
    ] {
        coder.set_answer(answer.clone());
        let (data, diags) = session.read_data_source(CERTIFICATE, []).await;
        let detail = one(&diags, &format!("error {path}: {NOT_FETCHED}"));
        assert!(detail.contains(words), "{answer:?}: {detail}");
        assert!(detail.ends_with('.') && !detail.contains("ca_fetch"), "{detail}");
        assert!(data.is_null());
    }
    coder.set_answer(Answer::Certificate);
    let other = [("ca_pin_sha256", "ab".repeat(32).into())];
    let (_, diags) = session.read_data_source(CERTIFICATE, other).await;
    one(&diags, &format!("error ca_pin_sha256: {NOT_FETCHED}"));
    coder.set_token(token::random());
    let (_, diags) = session.read_data_source(CERTIFICATE, []).await;
    let detail = one(&diags, &format!("error session_token: {NOT_FETCHED}"));
    assert!(detail.contains("not accepted"), "{detail}");
}

#[tokio::test]
async fn ca_certificate_without_a_token_is_null_and_warns() {
    let (coder, _) = deployment();
    let session = session(&[("access_url", coder.url().into())]).await;
    let (data, diags) = session.read_data_source(CERTIFICATE, []).await;
    let detail = one(&diags, "warning session_token: No session token");
    assert!(detail.contains("AIBRIDGE_SESSION_TOKEN"), "{detail}");
    assert!(data.as_object().unwrap().values().all(Value::is_null));
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn missing_access_url_is_an_error() {
    let session = session(&[("session_token", token::random().into())]).await;
    for name in [CERTIFICATE, DEPLOYMENT] {
        let (_, diags) = session.read_data_source(name, []).await;
        one(&diags, "error access_url: No access URL");
    }
}

#[tokio::test]
async fn unknown_provider_argument_is_named_in_the_error() {
    let (coder, ca) = deployment();
    let block = [("access_url", Value::unknown()), ("session_token", Value::unknown())];
    let session = session(&block).await;
    let own = [("access_url", coder.url().into())];
    for (config, path) in [(&[][..], "access_url"), (&own[..], "session_token")] {
        for name in [CERTIFICATE, DEPLOYMENT] {
            let (_, diags) = session.read_data_source(name, config.iter().cloned()).await;
            one(&diags, &format!("error {path}: Provider is not configured yet"));
        }
    }
    let own = [own[0].clone(), ("session_token", coder.token().into())];
    let (data, _) = session.read_data_source(CERTIFICATE, own).await;
    assert_eq!(text(&data, "sha256"), ca.sha256());
}

#[tokio::test]
async fn unknown_ca_certificates_are_an_error_without_a_request() {
    let (coder, _) = deployment();
    let session = session(&[("ca_certificates", Value::unknown())]).await;
    let own = || [("access_url", coder.url().into()), ("session_token", coder.token().into())];
    for name in [CERTIFICATE, DEPLOYMENT] {
        let (_, diags) = session.read_data_source(name, own()).await;
        let detail = one(&diags, "error : Provider is not configured yet");
        assert!(
            detail.contains("provider's ca_certificates is not known before apply"),
            "{detail}"
        );
        // No argument of a data source can stand in for it.
        assert!(!detail.contains("Set ca_certificates"), "{detail}");
    }
    assert!(coder.requests().is_empty());
}

#[tokio::test]
async fn invalid_arguments_are_refused_at_their_path() {
    let session = Session::open(Aibridge::new(|_| None)).await;
    for (name, argument, value) in [
        (CERTIFICATE, "access_url", "coder.example.com".into()),
        (CERTIFICATE, "session_token", "a b".into()),
        (CERTIFICATE, "ca_pin_sha256", "abc".into()),
        (CERTIFICATE, "timeouts", Value::object([("read", "0s".into())])),
        (DEPLOYMENT, "access_url", "ftp://coder.example.com".into()),
        (DEPLOYMENT, "session_token", "a\n".into()),
    ] {
        let (_, diags) = session.read_data_source(name, [(argument, value)]).await;
        assert_eq!(diags.iter().count(), 1, "{argument}: {diags:#?}");
        let path = diags.iter().next().unwrap().path.to_string();
        assert!(path.starts_with(argument), "{argument}: {diags:#?}");
    }
}

#[tokio::test]
async fn deployment_reports_version_services_and_base_urls() {
    let (coder, _) = deployment();
    let session = of(&coder).await;
    let (data, diags) = session.read_data_source(DEPLOYMENT, []).await;
    assert_eq!(messages(&diags), [""; 0]);
    assert_eq!(text(&data, "version"), "v2.35.0+abcdef");
    assert!(!text(&data, "deployment_id").is_empty());
    assert_eq!(marks(&data), ["+++", "+++"]);
    let url = coder.url();
    assert_eq!(text(&data, "openai_base_url"), format!("{url}/api/v2/ai-gateway/openai/v1"));
    assert_eq!(text(&data, "anthropic_base_url"), format!("{url}/api/v2/ai-gateway/anthropic"));

    coder.set_version("v2.34.1+abcdef");
    coder.set_answer(Answer::NOT_ENABLED);
    let (data, diags) = session.read_data_source(DEPLOYMENT, []).await;
    assert_eq!(messages(&diags), [""; 0]);
    assert_eq!(marks(&data), ["+++", "++-"]);
    assert_eq!(text(&data, "openai_base_url"), format!("{url}/api/v2/aibridge/openai/v1"));

    coder.set_licence("not_entitled", false);
    coder.set_answer(Answer::NOT_LICENSED);
    let (data, diags) = session.read_data_source(DEPLOYMENT, []).await;
    assert_eq!((messages(&diags).len(), marks(&data)), (0, ["+--".into(), "+-?".into()]));

    coder.set_routes(Routes::Neither);
    let (data, diags) = session.read_data_source(DEPLOYMENT, []).await;
    assert_eq!((messages(&diags).len(), marks(&data)), (0, ["-?-".into(), "-?-".into()]));
}

#[tokio::test]
async fn deployment_without_an_answer_has_null_attributes() {
    let (coder, _) = deployment();
    let without_token = session(&[("access_url", coder.url().into())]).await;
    let (data, diags) = without_token.read_data_source(DEPLOYMENT, []).await;
    assert_eq!((messages(&diags).len(), marks(&data)), (0, ["+++".into(), "++?".into()]));

    let session = of(&coder).await;
    coder.set_token(token::random());
    let (data, diags) = session.read_data_source(DEPLOYMENT, []).await;
    let detail =
        one(&diags, "warning session_token: Cannot determine whether the proxy is enabled");
    assert!(detail.ends_with("What is not known is null."), "{detail}");
    assert_eq!(marks(&data), ["+++", "++?"]);

    coder.set_answer_for(BUILDINFO_PATH, Answer::LOGIN_PAGE);
    let (data, diags) = session.read_data_source(DEPLOYMENT, []).await;
    let detail = one(&diags, "error access_url: Cannot query the deployment");
    assert!(detail.contains(&coder.url()) && data.is_null(), "{detail}");
}

#[tokio::test]
async fn interrupt_ends_a_request() {
    let (coder, _) = deployment();
    let gate = Gate::new();
    coder.set_answer(Answer::Held(gate.clone(), Box::new(Answer::Certificate)));
    let session = of(&coder).await;
    let read = session.read_data_source(CERTIFICATE, []);
    let stop = async {
        gate.wait_arrivals_async(1).await;
        session.stop().await;
    };
    let ((data, diags), ()) = tokio::join!(read, stop);
    let detail = one(&diags, &format!("error access_url: {NOT_FETCHED}"));
    assert!(detail.contains("Interrupted") && data.is_null(), "{detail}");
    gate.open();
}

#[tokio::test]
async fn interrupt_ends_the_wait_for_a_turn() {
    let (coder, _) = deployment();
    let gate = Gate::new();
    coder.set_answer(Answer::Held(gate.clone(), Box::new(Answer::Certificate)));
    let session = of(&coder).await;
    let reads = join_all((0..40).map(|_| session.read_data_source(CERTIFICATE, [])));
    let stop = async {
        gate.wait_arrivals_async(10).await;
        session.stop().await;
    };
    let (answers, ()) = tokio::join!(reads, stop);
    for (data, diags) in answers {
        let detail = one(&diags, &format!("error access_url: {NOT_FETCHED}"));
        assert!(detail.contains("Interrupted") && data.is_null(), "{detail}");
    }
    assert!(coder.requests().len() < 40, "some never had a turn");
    gate.open();
}
