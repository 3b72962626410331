//! What is found out about a deployment, from the requests to the result.

use coder_client::api::deployment::{Deployment, InspectError, Service, inspect};
use coder_client::api::entitlements;
use coder_client::base_urls::Version;
use fakes::coder::{Answer, BUILDINFO_PATH, CERTIFICATE_PATH, ENTITLEMENTS_PATH, Routes, Wording};
use settings::Secret;

use crate::rig::{ONCE, Rig, THRICE, client};

const WHOLE: Service =
    Service { is_available: Some(true), is_entitled: Some(true), is_enabled: Some(true) };

async fn look(rig: &Rig, token: &str) -> Result<Deployment, InspectError> {
    inspect(&client(&rig.coder.url()), &Secret::new(token), &ONCE).await
}

#[tokio::test]
async fn three_requests_tell_all_and_only_one_carries_the_token() {
    let rig = Rig::new();
    let found = look(&rig, &rig.coder.token()).await.expect("a deployment");
    assert_eq!(found.build.version, "v2.35.0+abcdef");
    assert_eq!(found.version, Version::parse("2.35"));
    assert_eq!((found.services.bridge, found.services.proxy), (WHOLE, WHOLE));
    assert!(found.unclear.is_none());
    let requests = rig.coder.requests();
    let paths: Vec<&str> = requests.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, [BUILDINFO_PATH, ENTITLEMENTS_PATH, CERTIFICATE_PATH]);
    assert!(requests[0].tokens.is_empty() && requests[1].tokens.is_empty());
    requests[2].assert_token_in_header_only();
}

#[tokio::test]
async fn without_a_token_the_proxy_may_be_there_or_not() {
    let rig = Rig::new();
    let found = look(&rig, "").await.expect("a deployment");
    let proxy = Service { is_enabled: None, ..WHOLE };
    assert_eq!((found.services.bridge, found.services.proxy), (WHOLE, proxy));
    assert!(found.unclear.is_none(), "nobody expects more without a token");
}

#[tokio::test]
async fn a_token_that_is_refused_is_told() {
    let rig = Rig::new();
    let found = look(&rig, "abcdefghij-0123456789012345678901").await.expect("a deployment");
    assert_eq!(found.services.proxy.is_enabled, None);
    assert!(found.unclear.expect("a reason").to_string().contains("token is not accepted"));
}

#[tokio::test]
async fn an_edition_without_licences_has_neither() {
    let rig = Rig::new();
    rig.coder.set_routes(Routes::Neither);
    let found = look(&rig, &rig.coder.token()).await.expect("a deployment");
    assert_eq!(found.services.bridge.is_available, Some(false));
    assert_eq!(found.services.proxy.is_available, Some(false));
}

#[tokio::test]
async fn a_missing_licence_is_told_by_both_endpoints() {
    let rig = Rig::answering(Answer::NotLicensed(Wording::New));
    rig.coder.set_licence("not_entitled", false);
    let found = look(&rig, &rig.coder.token()).await.expect("a deployment");
    let bridge =
        Service { is_available: Some(true), is_entitled: Some(false), is_enabled: Some(false) };
    assert_eq!(found.services.bridge, bridge);
    assert_eq!(found.services.proxy.is_entitled, Some(false));
}

#[tokio::test]
async fn a_licence_that_cannot_be_read_is_no_error() {
    let rig = Rig::new();
    rig.coder.set_answer_for(ENTITLEMENTS_PATH, Answer::Html);
    let found = look(&rig, &rig.coder.token()).await.expect("a deployment");
    assert_eq!(found.services.bridge, WHOLE, "who serves a certificate is licensed and on");
    assert!(found.unread_licence.is_none(), "nothing is missing");
    let error = entitlements::fetch(&client(&rig.coder.url())).await.expect_err("a page");
    assert!(error.to_string().contains("web page"), "{error}");
}

#[tokio::test]
async fn a_licence_that_cannot_be_read_is_told_where_it_is_missed() {
    let rig = Rig::answering(Answer::NotEnabled(Wording::New));
    rig.coder.set_answer_for(ENTITLEMENTS_PATH, Answer::status(503));
    let found = look(&rig, &rig.coder.token()).await.expect("a deployment");
    assert_eq!(found.services.bridge, Service { is_enabled: None, ..WHOLE });
    let error = found.unread_licence.expect("a reason");
    let text = error.to_string();
    assert!(text.contains(&rig.coder.url()) && text.contains("503"), "{text}");
    assert!(error.hint().is_some());

    rig.coder.set_routes(Routes::Neither);
    rig.coder.set_answer_for(ENTITLEMENTS_PATH, Answer::RouteNotFound);
    let found = look(&rig, &rig.coder.token()).await.expect("a deployment");
    assert!(found.unread_licence.is_none(), "an edition without licences has none to read");
}

#[tokio::test]
async fn transient_faults_pass_and_lasting_ones_name_the_deployment() {
    let rig = Rig::new();
    rig.coder.set_answer_for(BUILDINFO_PATH, Answer::status(503));
    let outcome = inspect(&client(&rig.coder.url()), &Secret::new(""), &THRICE).await;
    let error = outcome.expect_err("503 for ever");
    assert!(error.to_string().contains(&rig.coder.url()), "{error}");
    assert!(error.hint().is_some());
    assert_eq!(rig.coder.requests().len(), 4, "one attempt and three retries");

    let rig = Rig::new();
    rig.coder.script(vec![Answer::status(503)]);
    let token = Secret::new(rig.coder.token());
    let found = inspect(&client(&rig.coder.url()), &token, &THRICE).await.expect("a deployment");
    assert_eq!(found.services.proxy, WHOLE);
}
