//! The certificate endpoint: each row of its contract over a real connection,
//! and the form of the request.

use coder_client::api::ca_certificate::{FaultClass, FetchError, FetchFault, fetch};
use coder_client::http::AnswerError;
use fakes::ca::TestCa;
use fakes::coder::{Answer, CERTIFICATE_ALIAS, CERTIFICATE_PATH, FakeCoder, Routes};
use fakes::contract::certificate_endpoint::{Meaning, ROWS, Retry, Row};
use pki::certificate::{CertificateError, Pin};
use settings::Secret;
use tokio::task::JoinSet;

use crate::world::{ONCE, THRICE, World, client};

#[tokio::test]
async fn certificate_is_fetched_from_a_sound_deployment() {
    let world = World::new();
    let fetched = world.fetch(ONCE).await.expect("a certificate");
    assert_eq!(fetched.certificate.sha256(), world.ca.sha256());
    assert_eq!(fetched.certificate.pem(), world.ca.pem());
    assert_eq!(fetched.source, format!("{}{CERTIFICATE_PATH}", world.coder.url()));
    assert_eq!(fetched.deployment_version.as_deref(), Some("v2.35.0+abcdef"));
}

#[tokio::test]
async fn fetch_is_one_get_with_the_token_in_its_header() {
    let world = World::new();
    world.fetch(THRICE).await.expect("a certificate");
    let requests = world.coder.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str(), request.query.as_str()),
        ("GET", CERTIFICATE_PATH, "")
    );
    request.assert_token_in_header_only();
    assert_eq!(request.token(), Some(world.coder.token().as_str()));
    assert_eq!(request.header("user-agent"), Some("aibridge-test/1.0"));
    for name in ["cookie", "referer", "authorization", "proxy-authorization"] {
        assert_eq!(request.header(name), None, "{name}");
    }
}

/// The number of requests that [`THRICE`] leads to.
fn requests(retry: Retry) -> usize {
    match retry {
        Retry::No => 1,
        Retry::Once | Retry::OtherPath => 2,
        Retry::Allowed => 4,
    }
}

/// The word of the contract for a fault of ours.
fn meaning(fault: &FetchFault) -> Meaning {
    match fault {
        FetchFault::Answer(AnswerError::AccessUrlMismatch { .. }) => Meaning::AccessUrlMismatch,
        FetchFault::Answer(AnswerError::Forbidden { .. }) => Meaning::AccessDenied,
        FetchFault::Answer(AnswerError::Markup { .. }) => Meaning::WebPage,
        FetchFault::Answer(AnswerError::Redirected { .. }) => Meaning::Redirected,
        FetchFault::Answer(AnswerError::SignedOut { .. }) => Meaning::SignedOut,
        FetchFault::Answer(AnswerError::Unavailable { .. }) => Meaning::Unavailable,
        FetchFault::Answer(
            AnswerError::BadToken
            | AnswerError::Malformed { .. }
            | AnswerError::TooLarge { .. }
            | AnswerError::Transport(_)
            | AnswerError::Unexpected { .. },
        ) => panic!("no row of the contract leads to {fault:?}"),
        FetchFault::Certificate(_) => Meaning::BadCertificate,
        FetchFault::Empty => Meaning::EmptyBody,
        FetchFault::MethodRefused => Meaning::WrongMethod,
        FetchFault::NoCertificate { .. } => Meaning::NoCertificateLoaded,
        FetchFault::NotEnabled { .. } => Meaning::ProxyDisabled,
        FetchFault::NotFound { .. } => Meaning::EndpointMissing,
        FetchFault::NotLicensed { .. } => Meaning::LicenceMissing,
        FetchFault::NotMounted { .. } => Meaning::ProxyNotRunning,
        FetchFault::OtherContent { .. } => Meaning::NotACertificate,
        FetchFault::RouteMissing { .. } => Meaning::RouteMissing,
    }
}

/// Fetches from a deployment with this answer, and checks what holds for every
/// failed fetch: the requests, and a report that names the URL and hides the token.
async fn fetch_failing(answer: Answer, count: usize) -> FetchError {
    let world = World::answering(answer);
    let error = world.fetch(THRICE).await.expect_err("a fault");
    let shown = error.to_string();
    assert!(shown.contains(&world.coder.url()), "{shown}");
    assert!(!shown.contains(&world.coder.token()), "{shown}");
    assert!(error.hint().is_some_and(|it| !it.is_empty()), "{error}");
    assert_eq!(world.coder.certificate_requests().len(), count, "{error}");
    assert_eq!(error.attempts() as usize, count, "{error}");
    error
}

/// The same, for the class and a part of the report.
async fn check(answer: Answer, class: FaultClass, text: &str, count: usize) -> FetchError {
    let error = fetch_failing(answer, count).await;
    assert_eq!(error.class(), class, "{error}");
    assert!(error.to_string().contains(text), "`{text}` is not in {error}");
    error
}

#[tokio::test]
async fn each_row_of_the_contract_has_its_fault_and_its_retry_rule() {
    let rows = ROWS.iter().filter(|it| it.meaning != Meaning::Accepted);
    // At once, since most of the time is spent in waits between attempts.
    let mut checks: JoinSet<()> = rows.map(|row| check_row(*row)).collect();
    while let Some(checked) = checks.join_next().await {
        checked.expect("the row holds");
    }
}

async fn check_row(row: Row) {
    let error = fetch_failing(Answer::Row(row), requests(row.retry())).await;
    assert_eq!(meaning(error.fault()), row.meaning, "{}: {error}", row.name);
    assert_eq!(error.class().as_str(), row.meaning.class().word(), "{}: {error}", row.name);
    if let Some(words) = row.words() {
        assert!(error.to_string().contains(&words), "{}: `{words}`, {error}", row.name);
    }
}

#[tokio::test]
async fn fetch_succeeds_once_what_is_retried_has_passed() {
    let rows = ROWS.iter().filter(|it| matches!(it.retry(), Retry::Allowed | Retry::Once));
    let mut checks: JoinSet<()> = rows.map(|row| check_recovery(*row)).collect();
    while let Some(checked) = checks.join_next().await {
        checked.expect("the row holds");
    }
}

async fn check_recovery(row: Row) {
    let world = World::new();
    world.coder.script(vec![Answer::Row(row)]);
    world.fetch(THRICE).await.unwrap_or_else(|err| panic!("{}: {err}", row.name));
    assert_eq!(world.coder.requests().len(), 2, "{}", row.name);
}

#[tokio::test]
async fn fetch_retries_an_unavailable_deployment_and_then_its_login_page() {
    let world = World::new();
    world.coder.script(vec![Answer::status(503), Answer::LOGIN_PAGE]);
    world.fetch(THRICE).await.expect("each has its own rule");
}

#[tokio::test]
async fn missing_route_is_requested_once_under_the_alias() {
    let world = World::new();
    world.coder.set_routes(Routes::Neither);
    let error = world.fetch(THRICE).await.expect_err("no such route");
    assert!(matches!(error.fault(), FetchFault::RouteMissing { .. }));
    assert!(error.url().ends_with(CERTIFICATE_ALIAS), "{}", error.url());
    assert_eq!(error.deployment_version(), Some("v2.35.0+abcdef"));
    let paths: Vec<String> = world.coder.requests().into_iter().map(|it| it.path).collect();
    assert_eq!(paths, [CERTIFICATE_PATH, CERTIFICATE_ALIAS]);

    world.coder.set_routes(Routes::Alias);
    let fetched = world.fetch(ONCE).await.expect("the alias is no retry");
    assert_eq!(fetched.source, format!("{}{CERTIFICATE_ALIAS}", world.coder.url()));

    world.coder.set_routes(Routes::Old);
    world.coder.clear_requests();
    world.fetch(ONCE).await.expect("older versions know only the old path");
    assert_eq!(world.coder.requests().len(), 1);
}

#[tokio::test]
async fn response_that_is_too_large_gets_one_more_attempt() {
    let class = FaultClass::NotCoder;
    check(Answer::EndlessBody, class, "larger than 65536 bytes", 2).await;
    check(Answer::Pem("x".repeat(70_000)), class, "larger than 65536 bytes", 2).await;
}

#[tokio::test]
async fn status_without_a_row_is_not_coders() {
    for status in [201, 204, 206, 400, 402, 406, 410, 418] {
        let body = if status == 204 { "" } else { "x" };
        let answer = Answer::Raw { status, content_type: "text/plain", body: body.into() };
        check(answer, FaultClass::NotCoder, &format!("unexpected status {status}"), 1).await;
    }
}

#[tokio::test]
async fn refused_certificate_is_not_requested_again() {
    let certificate = |it: &TestCa| Answer::Pem(it.pem());
    let other = TestCa::new("another");
    let good = TestCa::new("good");
    for (answer, expected) in [
        (certificate(&TestCa::expired("x")), "the certificate expired at"),
        (certificate(&TestCa::not_yet_valid("x")), "the certificate is not valid before"),
        (certificate(&TestCa::not_a_ca("x")), "not a CA certificate"),
        (certificate(&TestCa::no_basic_constraints("x")), "not a CA certificate"),
        (certificate(&TestCa::no_cert_sign("x")), "key usage"),
        (Answer::Pem(format!("{}{}", good.pem(), other.pem())), "there are 2 certificates"),
        (
            Answer::Pem(format!("{}{}", good.pem(), good.key_pem())),
            "the input contains a private key",
        ),
        (Answer::Pem(good.pem().replace("-----END CERTIFICATE-----", "")), "malformed PEM block"),
    ] {
        let error = check(answer, FaultClass::Certificate, expected, 1).await;
        assert!(matches!(error.fault(), FetchFault::Certificate(_)));
    }
    for good in
        [TestCa::ed25519("x"), TestCa::no_key_usage("x"), TestCa::new("root").intermediate("x")]
    {
        World::answering(certificate(&good)).fetch(ONCE).await.expect("a good CA");
    }
}

#[tokio::test]
async fn only_the_pinned_certificate_is_accepted() {
    let world = World::new();
    let other = TestCa::new("another");
    let pin = |ca: &TestCa| Pin::parse(&ca.sha256()).expect("a good pin");
    let client = client(&world.coder.url());
    let token = Secret::new(world.coder.token());
    fetch(&client, &token, Some(&pin(&world.ca)), &ONCE).await.expect("the pinned one");
    let error = fetch(&client, &token, Some(&pin(&other)), &ONCE).await.expect_err("another one");
    let expected =
        CertificateError::PinMismatch { expected: other.sha256(), actual: world.ca.sha256() };
    assert_eq!(error.fault(), &FetchFault::Certificate(expected));
}

#[tokio::test]
async fn fetch_without_a_token_sends_no_header() {
    let world = World::new();
    let error = fetch(&client(&world.coder.url()), &Secret::new(""), None, &ONCE)
        .await
        .expect_err("signed out");
    assert_eq!(error.class(), FaultClass::NotSignedIn);
    assert_eq!(world.coder.requests()[0].header("coder-session-token"), None);
}

#[tokio::test]
async fn token_that_no_header_can_carry_is_never_sent() {
    let world = World::new();
    let token = Secret::new("abc\r\nX-Evil: 1");
    let error =
        fetch(&client(&world.coder.url()), &token, None, &THRICE).await.expect_err("a bad token");
    assert_eq!((error.class(), world.coder.requests().len()), (FaultClass::NotSignedIn, 0));
    assert!(!error.to_string().contains("Evil"), "{error}");
}

#[tokio::test]
async fn token_in_a_servers_message_is_redacted() {
    let world = World::new();
    let body = format!(r#"{{"message":"unknown key {}"}}"#, world.coder.token());
    world.coder.set_answer(Answer::Raw {
        status: 401,
        content_type: "application/json",
        body: body.into(),
    });
    let error = world.fetch(ONCE).await.expect_err("signed out");
    assert!(error.to_string().contains("unknown key [redacted]"), "{error}");
    assert!(!format!("{error:?}").contains(&world.coder.token()), "{error:?}");
}

#[tokio::test]
async fn base_path_of_the_access_url_is_kept() {
    let coder = FakeCoder::start();
    let token = Secret::new(coder.token());
    fetch(&client(&format!("{}/base/", coder.url())), &token, None, &ONCE)
        .await
        .expect_err("the fake has no base path");
    assert_eq!(coder.requests()[0].path, format!("/base{CERTIFICATE_PATH}"));
}
