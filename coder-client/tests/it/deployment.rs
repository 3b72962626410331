//! What is found out about a deployment, from the requests to the result.

use coder_client::api::deployment::{Deployment, InspectError, Service, inspect};
use coder_client::api::entitlements;
use coder_client::base_urls::Version;
use fakes::coder::{Answer, BUILDINFO_PATH, CERTIFICATE_PATH, ENTITLEMENTS_PATH, Routes};
use settings::Secret;

use crate::world::{ONCE, THRICE, World, client};

const WHOLE: Service =
    Service { is_available: Some(true), is_entitled: Some(true), is_enabled: Some(true) };

async fn inspected(world: &World, token: &str) -> Result<Deployment, InspectError> {
    inspect(&client(&world.coder.url()), &Secret::new(token), &ONCE).await
}

#[tokio::test]
async fn inspection_makes_three_requests_and_one_carries_the_token() {
    let world = World::new();
    let found = inspected(&world, &world.coder.token()).await.expect("a deployment");
    assert_eq!(found.build.version, "v2.35.0+abcdef");
    assert_eq!(found.version, Version::parse("2.35"));
    assert_eq!((found.services.bridge, found.services.proxy), (WHOLE, WHOLE));
    assert!(found.unclear.is_none());
    let requests = world.coder.requests();
    let paths: Vec<&str> = requests.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, [BUILDINFO_PATH, ENTITLEMENTS_PATH, CERTIFICATE_PATH]);
    assert!(requests[0].tokens.is_empty() && requests[1].tokens.is_empty());
    requests[2].assert_token_in_header_only();
}

#[tokio::test]
async fn proxy_is_unclear_without_a_token() {
    let world = World::new();
    let found = inspected(&world, "").await.expect("a deployment");
    let proxy = Service { is_enabled: None, ..WHOLE };
    assert_eq!((found.services.bridge, found.services.proxy), (WHOLE, proxy));
    assert!(found.unclear.is_none(), "no more is known without a token");
}

#[tokio::test]
async fn refused_token_is_reported() {
    let world = World::new();
    let found = inspected(&world, "abcdefghij-0123456789012345678901").await.expect("a deployment");
    assert_eq!(found.services.proxy.is_enabled, None);
    assert!(found.unclear.expect("a reason").to_string().contains("token is not accepted"));
}

#[tokio::test]
async fn open_source_build_has_neither_bridge_nor_proxy() {
    let world = World::new();
    world.coder.set_routes(Routes::Neither);
    let found = inspected(&world, &world.coder.token()).await.expect("a deployment");
    assert_eq!(found.services.bridge.is_available, Some(false));
    assert_eq!(found.services.proxy.is_available, Some(false));
}

#[tokio::test]
async fn missing_licence_is_seen_at_both_endpoints() {
    let world = World::answering(Answer::NOT_LICENSED);
    world.coder.set_licence("not_entitled", false);
    let found = inspected(&world, &world.coder.token()).await.expect("a deployment");
    let bridge =
        Service { is_available: Some(true), is_entitled: Some(false), is_enabled: Some(false) };
    assert_eq!(found.services.bridge, bridge);
    assert_eq!(found.services.proxy.is_entitled, Some(false));
}

#[tokio::test]
async fn unreadable_licence_is_no_error_if_the_proxy_answers() {
    let world = World::new();
    world.coder.set_answer_for(ENTITLEMENTS_PATH, Answer::LOGIN_PAGE);
    let found = inspected(&world, &world.coder.token()).await.expect("a deployment");
    assert_eq!(found.services.bridge, WHOLE, "who serves a certificate is licensed and on");
    assert!(found.unread_licence.is_none(), "nothing is missing");
    let error = entitlements::fetch(&client(&world.coder.url())).await.expect_err("a page");
    assert!(error.to_string().contains("web page"), "{error}");
}

#[tokio::test]
async fn unreadable_licence_is_reported_if_the_proxy_leaves_it_open() {
    let world = World::answering(Answer::NOT_ENABLED);
    world.coder.set_answer_for(ENTITLEMENTS_PATH, Answer::status(503));
    let found = inspected(&world, &world.coder.token()).await.expect("a deployment");
    assert_eq!(found.services.bridge, Service { is_enabled: None, ..WHOLE });
    let error = found.unread_licence.expect("a reason");
    let text = error.to_string();
    assert!(text.contains(&world.coder.url()) && text.contains("503"), "{text}");
    assert!(error.hint().is_some());

    world.coder.set_routes(Routes::Neither);
    world.coder.set_answer_for(ENTITLEMENTS_PATH, Answer::ROUTE_NOT_FOUND);
    let found = inspected(&world, &world.coder.token()).await.expect("a deployment");
    assert!(found.unread_licence.is_none(), "an edition without licences has none to read");
}

#[tokio::test]
async fn transient_faults_are_retried_and_lasting_ones_name_the_deployment() {
    let world = World::new();
    world.coder.set_answer_for(BUILDINFO_PATH, Answer::status(503));
    let outcome = inspect(&client(&world.coder.url()), &Secret::new(""), &THRICE).await;
    let error = outcome.expect_err("503 for ever");
    assert!(error.to_string().contains(&world.coder.url()), "{error}");
    assert!(error.hint().is_some());
    assert_eq!(world.coder.requests().len(), 4, "one attempt and three retries");

    let world = World::new();
    world.coder.script(vec![Answer::status(503)]);
    let token = Secret::new(world.coder.token());
    let found = inspect(&client(&world.coder.url()), &token, &THRICE).await.expect("a deployment");
    assert_eq!(found.services.proxy, WHOLE);
}
