//! Redirects over real connections: the token goes to the access URL only.

use coder_client::api::ca_certificate::{FaultClass, FetchFault};
use coder_client::http::AnswerError;
use fakes::coder::{Answer, CERTIFICATE_PATH, FakeCoder};
use settings::Secret;

use crate::world::{THRICE, World, client};
use coder_client::api::ca_certificate::fetch;

#[tokio::test]
async fn redirect_to_the_access_url_names_both_urls() {
    let world = World::answering(Answer::redirect_to_access_url("https://coder.example.com"));
    let error = world.fetch(THRICE).await.expect_err("a mismatch");
    assert_eq!(
        error.fault(),
        &FetchFault::Answer(AnswerError::AccessUrlMismatch {
            requested: world.coder.url(),
            configured: "https://coder.example.com".into(),
        })
    );
    assert_eq!((error.class(), error.attempts()), (FaultClass::NotCoder, 1));
}

#[tokio::test]
async fn deployment_under_another_name_is_a_mismatch() {
    let world = World::new();
    world.coder.set_access_url(Some("https://coder.example.com/"));
    let url = world.coder.url_as("localhost");
    let error = fetch(&client(&url), &Secret::new(world.coder.token()), None, &THRICE)
        .await
        .expect_err("a mismatch");
    let shown = error.to_string();
    assert!(
        shown.contains(&format!("`{url}`")) && shown.contains("`https://coder.example.com`"),
        "{shown}"
    );
}

#[tokio::test]
async fn redirect_to_another_origin_is_not_followed() {
    let other = FakeCoder::start();
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}{CERTIFICATE_PATH}?state=secret", other.url());
        let world = World::answering(Answer::Redirect { status, location });
        let error = world.fetch(THRICE).await.expect_err("a redirect");
        let location = Some(format!("{}{CERTIFICATE_PATH}", other.url()));
        assert_eq!(
            error.fault(),
            &FetchFault::Answer(AnswerError::Redirected { status, location })
        );
        assert_eq!((error.class(), error.attempts()), (FaultClass::NotCoder, 1));
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn redirect_to_another_path_is_not_followed() {
    let world =
        World::answering(Answer::Redirect { status: 302, location: "/login?redirect=%2F".into() });
    let error = world.fetch(THRICE).await.expect_err("a redirect");
    assert!(
        error.to_string().contains(&format!("redirects to `{}/login`", world.coder.url())),
        "{error}"
    );
    assert_eq!(world.coder.requests().len(), 1);
}

#[tokio::test]
async fn redirect_to_the_same_path_is_followed_once() {
    let again = || Answer::Redirect { status: 302, location: format!("{CERTIFICATE_PATH}?lb=1") };
    let world = World::new();
    world.coder.script(vec![again()]);
    world.fetch(THRICE).await.expect("the second answer");
    let requests = world.coder.requests();
    assert_eq!(requests.iter().map(|it| it.query.as_str()).collect::<Vec<_>>(), ["", "lb=1"]);
    requests[1].assert_token_in_header_only();

    let world = World::answering(again());
    let error = world.fetch(THRICE).await.expect_err("a loop");
    assert!(
        matches!(error.fault(), FetchFault::Answer(AnswerError::Redirected { status: 302, .. })),
        "{error}"
    );
    assert_eq!(world.coder.requests().len(), 2);
}
