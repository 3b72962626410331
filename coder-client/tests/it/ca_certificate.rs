//! The certificate endpoint: each row of its status table over a real
//! connection, and what the request looks like.

use bytes::Bytes;
use coder_client::api::ca_certificate::{FaultClass, FetchError, FetchFault, fetch};
use coder_client::http::AnswerError;
use fakes::ca::TestCa;
use fakes::coder::{
    Answer, CERTIFICATE_ALIAS, CERTIFICATE_PATH, FakeCoder, Routes, SignedOut, Wording,
};
use pki::certificate::{CertificateError, Pin};
use settings::Secret;

use crate::rig::{ONCE, Rig, THRICE, client};

#[tokio::test]
async fn a_200_with_one_certificate_is_fetched() {
    let rig = Rig::new();
    let fetched = rig.fetch(ONCE).await.expect("a certificate");
    assert_eq!(fetched.certificate.sha256(), rig.ca.sha256());
    assert_eq!(fetched.certificate.pem(), rig.ca.pem());
    assert_eq!(fetched.source, format!("{}{CERTIFICATE_PATH}", rig.coder.url()));
    assert_eq!(fetched.deployment_version.as_deref(), Some("v2.35.0+abcdef"));
}

#[tokio::test]
async fn the_request_is_one_get_with_the_token_in_its_header() {
    let rig = Rig::new();
    rig.fetch(THRICE).await.expect("a certificate");
    let requests = rig.coder.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str(), request.query.as_str()),
        ("GET", CERTIFICATE_PATH, "")
    );
    request.assert_token_in_header_only();
    assert_eq!(request.token(), Some(rig.coder.token().as_str()));
    assert_eq!(request.header("user-agent"), Some("aibridge-test/1.0"));
    for name in ["cookie", "referer", "authorization", "proxy-authorization"] {
        assert_eq!(request.header(name), None, "{name}");
    }
}

/// What an answer comes to: its class, its text, and whether the server's own
/// words are in it. Permanent faults are asked for once, whatever the policy.
async fn check(answer: Answer, class: FaultClass, text: &str, requests: usize) -> FetchError {
    let rig = Rig::answering(answer);
    let error = rig.fetch(THRICE).await.expect_err("a fault");
    assert_eq!(error.class(), class, "{error}");
    let shown = error.to_string();
    assert!(shown.contains(text), "{text:?} in {shown:?}");
    assert!(shown.contains(&rig.coder.url()), "{shown}");
    assert!(!shown.contains(&rig.coder.token()), "{shown}");
    assert!(error.hint().is_some_and(|it| !it.is_empty()), "{error}");
    assert_eq!(rig.coder.certificate_requests().len(), requests, "{error}");
    assert_eq!(error.attempts() as usize, requests, "{error}");
    error
}

#[tokio::test]
async fn a_401_is_not_signed_in() {
    let class = FaultClass::NotSignedIn;
    check(
        Answer::NotSignedIn(SignedOut::NoToken),
        class,
        "You are signed out or your session has expired",
        1,
    )
    .await;
    check(Answer::NotSignedIn(SignedOut::WrongFormat), class, "Invalid API key format", 1).await;
    check(Answer::NotSignedIn(SignedOut::Unknown), class, "API key is invalid", 1).await;
    check(Answer::NotSignedIn(SignedOut::Expired), class, "API key expired at", 1).await;
    check(Answer::NotSignedIn(SignedOut::UserNotActive), class, "User is not active", 1).await;
}

#[tokio::test]
async fn a_403_is_not_licensed() {
    for (wording, text) in [
        (Wording::Old, "`AI Bridge is a Premium feature. Contact sales!`"),
        (Wording::New, "`AI Gateway is a Premium feature. Contact sales!`"),
    ] {
        let error = check(Answer::NotLicensed(wording), FaultClass::NotLicensed, text, 1).await;
        assert!(matches!(error.fault(), FetchFault::NotLicensed { .. }));
    }
    let error = check(Answer::status(403), FaultClass::NotLicensed, "access is denied", 1).await;
    assert!(matches!(error.fault(), FetchFault::Answer(AnswerError::Forbidden { .. })));
}

#[tokio::test]
async fn a_404_of_a_proxy_that_is_off_is_not_enabled() {
    for (wording, text) in [
        (Wording::Old, "`AI Bridge Proxy is not enabled.`"),
        (Wording::New, "`AI Gateway Proxy is not enabled.`"),
    ] {
        let error = check(Answer::NotEnabled(wording), FaultClass::NotEnabled, text, 1).await;
        assert!(matches!(error.fault(), FetchFault::NotEnabled { .. }));
    }
}

#[tokio::test]
async fn a_404_of_a_proxy_that_is_not_up_is_tried_again() {
    for (wording, text) in [
        (Wording::Old, "`AI Bridge Proxy handler not mounted.`"),
        (Wording::New, "`AI Gateway Proxy handler not mounted.`"),
    ] {
        let error = check(Answer::NotMounted(wording), FaultClass::NotEnabled, text, 4).await;
        assert!(matches!(error.fault(), FetchFault::NotMounted { .. }));
    }
    let rig = Rig::new();
    rig.coder.script(vec![Answer::NotMounted(Wording::New)]);
    rig.fetch(THRICE).await.expect("it came up");
}

#[tokio::test]
async fn a_404_without_the_route_asks_the_alias_once() {
    let error = check(Answer::RouteNotFound, FaultClass::NotEnabled, "`Route not found.`", 2).await;
    assert!(matches!(error.fault(), FetchFault::RouteMissing { .. }));
    assert!(error.url().ends_with(CERTIFICATE_ALIAS), "{}", error.url());
    assert_eq!(error.deployment_version(), Some("v2.35.0+abcdef"));

    let rig = Rig::new();
    rig.coder.set_routes(Routes::Neither);
    let error = rig.fetch(THRICE).await.expect_err("no such route");
    assert!(matches!(error.fault(), FetchFault::RouteMissing { .. }));
    let paths: Vec<String> = rig.coder.requests().into_iter().map(|it| it.path).collect();
    assert_eq!(paths, [CERTIFICATE_PATH, CERTIFICATE_ALIAS]);

    rig.coder.set_routes(Routes::Alias);
    let fetched = rig.fetch(ONCE).await.expect("the alias answers, and is no retry");
    assert_eq!(fetched.source, format!("{}{CERTIFICATE_ALIAS}", rig.coder.url()));

    rig.coder.set_routes(Routes::Old);
    rig.coder.forget_requests();
    rig.fetch(ONCE).await.expect("older versions know only the old path");
    assert_eq!(rig.coder.requests().len(), 1);
}

#[tokio::test]
async fn a_404_without_a_certificate_is_not_enabled() {
    for (wording, text) in [
        (Wording::Old, "`CA certificate not configured`"),
        (Wording::New, "`MITM CA certificate not configured`"),
    ] {
        let error = check(Answer::NoCertificate(wording), FaultClass::NotEnabled, text, 1).await;
        assert!(matches!(error.fault(), FetchFault::NoCertificate { .. }));
    }
}

#[tokio::test]
async fn any_other_404_is_told_as_it_came() {
    let error =
        check(Answer::status(404), FaultClass::NotEnabled, "`Answered with status 404.`", 1).await;
    assert!(matches!(error.fault(), FetchFault::NotFound { message: Some(_) }));
    let page = Answer::Raw {
        status: 404,
        content_type: "text/html",
        body: Bytes::from_static(b"<html>nginx</html>"),
    };
    check(page, FaultClass::NotCoder, "a web page answers with status 404", 1).await;
}

#[tokio::test]
async fn a_405_is_not_coder() {
    let answer = Answer::Raw { status: 405, content_type: "text/plain", body: Bytes::new() };
    let error = check(answer, FaultClass::NotCoder, "the method is refused", 1).await;
    assert!(matches!(error.fault(), FetchFault::MethodRefused));
}

#[tokio::test]
async fn a_200_that_is_no_certificate_gets_one_more_try() {
    let raw = |content_type, body: &'static str| Answer::Raw {
        status: 200,
        content_type,
        body: body.into(),
    };
    let class = FaultClass::NotCoder;
    check(Answer::Html, class, "a web page answers with status 200", 2).await;
    check(raw("application/x-pem-file", "<html>"), class, "a web page", 2).await;
    check(
        raw("application/json", r#"{"message":"hello"}"#),
        class,
        "no certificate but application/json",
        2,
    )
    .await;
    check(raw("text/plain", "hello"), class, "no certificate but text/plain", 2).await;
    check(Answer::EmptyBody, class, "the downloaded certificate is empty", 2).await;
    check(Answer::EndlessBody, class, "larger than 65536 bytes", 2).await;
    check(Answer::Pem("x".repeat(70_000)), class, "larger than 65536 bytes", 2).await;
    let rig = Rig::new();
    rig.coder.script(vec![Answer::Html]);
    rig.fetch(THRICE).await.expect("a page that some box showed once");
    let rig = Rig::new();
    rig.coder.script(vec![Answer::status(503), Answer::Html]);
    rig.fetch(THRICE).await.expect("the same after the deployment was down");
}

#[tokio::test]
async fn other_statuses_are_not_coder() {
    for status in [201, 204, 206, 400, 402, 406, 410, 418] {
        let body = if status == 204 { "" } else { "x" };
        let answer = Answer::Raw { status, content_type: "text/plain", body: body.into() };
        check(answer, FaultClass::NotCoder, &format!("the unexpected status {status}"), 1).await;
    }
}

#[tokio::test]
async fn a_certificate_that_is_refused_is_not_asked_for_again() {
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
        (Answer::Pem(format!("{}{}", good.pem(), good.key_pem())), "a private key stands"),
        (Answer::Pem(good.pem().replace("-----END CERTIFICATE-----", "")), "malformed PEM block"),
        (
            Answer::Pem(
                "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n".into(),
            ),
            "malformed certificate",
        ),
    ] {
        let error = check(answer, FaultClass::Certificate, expected, 1).await;
        assert!(matches!(error.fault(), FetchFault::Certificate(_)));
    }
    for good in
        [TestCa::ed25519("x"), TestCa::no_key_usage("x"), TestCa::new("root").intermediate("x")]
    {
        Rig::answering(certificate(&good)).fetch(ONCE).await.expect("a good CA");
    }
}

#[tokio::test]
async fn only_the_pinned_certificate_is_accepted() {
    let rig = Rig::new();
    let other = TestCa::new("another");
    let pin = |ca: &TestCa| Pin::parse(&ca.sha256()).expect("a good pin");
    let client = client(&rig.coder.url());
    let token = Secret::new(rig.coder.token());
    fetch(&client, &token, Some(&pin(&rig.ca)), &ONCE).await.expect("the pinned one");
    let error = fetch(&client, &token, Some(&pin(&other)), &ONCE).await.expect_err("another one");
    let expected =
        CertificateError::PinMismatch { expected: other.sha256(), actual: rig.ca.sha256() };
    assert_eq!(error.fault(), &FetchFault::Certificate(expected));
}

#[tokio::test]
async fn without_a_token_no_header_is_sent() {
    let rig = Rig::new();
    let error = fetch(&client(&rig.coder.url()), &Secret::new(""), None, &ONCE)
        .await
        .expect_err("signed out");
    assert_eq!(error.class(), FaultClass::NotSignedIn);
    assert_eq!(rig.coder.requests()[0].header("coder-session-token"), None);
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_never_sent() {
    let rig = Rig::new();
    let token = Secret::new("abc\r\nX-Evil: 1");
    let error =
        fetch(&client(&rig.coder.url()), &token, None, &THRICE).await.expect_err("a bad token");
    assert_eq!((error.class(), rig.coder.requests().len()), (FaultClass::NotSignedIn, 0));
    assert!(!error.to_string().contains("Evil"), "{error}");
}

#[tokio::test]
async fn a_server_that_repeats_the_token_does_not_make_us_repeat_it() {
    let rig = Rig::new();
    let body = format!(r#"{{"message":"unknown key {}"}}"#, rig.coder.token());
    rig.coder.set_answer(Answer::Raw {
        status: 401,
        content_type: "application/json",
        body: body.into(),
    });
    let error = rig.fetch(ONCE).await.expect_err("signed out");
    assert!(error.to_string().contains("unknown key [redacted]"), "{error}");
    assert!(!format!("{error:?}").contains(&rig.coder.token()), "{error:?}");
}

#[tokio::test]
async fn the_base_path_of_an_access_url_is_kept() {
    let coder = FakeCoder::start();
    let token = Secret::new(coder.token());
    fetch(&client(&format!("{}/base/", coder.url())), &token, None, &ONCE)
        .await
        .expect_err("the fake has no base path");
    assert_eq!(coder.requests()[0].path, format!("/base{CERTIFICATE_PATH}"));
}
