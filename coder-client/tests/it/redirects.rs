//! Redirects over real connections: the token never goes elsewhere.

use coder_client::api::ca_certificate::{FaultClass, FetchFault};
use coder_client::http::AnswerError;
use fakes::coder::{Answer, CERTIFICATE_PATH, FakeCoder};
use settings::Secret;

use crate::rig::{Rig, THRICE, client};
use coder_client::api::ca_certificate::fetch;

#[tokio::test]
async fn a_307_to_the_bare_access_url_names_both_urls() {
    let rig = Rig::answering(Answer::redirect_to_access_url("https://coder.example.com"));
    let error = rig.fetch(THRICE).await.expect_err("a mismatch");
    assert_eq!(
        error.fault(),
        &FetchFault::Answer(AnswerError::AccessUrlMismatch {
            asked: rig.coder.url(),
            answered: "https://coder.example.com".into(),
        })
    );
    assert_eq!((error.class(), error.attempts()), (FaultClass::NotCoder, 1));
}

#[tokio::test]
async fn a_deployment_called_by_another_name_is_a_mismatch() {
    let rig = Rig::new();
    rig.coder.set_access_url(Some("https://coder.example.com/"));
    let url = rig.coder.url_as("localhost");
    let error = fetch(&client(&url), &Secret::new(rig.coder.token()), None, &THRICE)
        .await
        .expect_err("a mismatch");
    let shown = error.to_string();
    assert!(
        shown.contains(&format!("`{url}`")) && shown.contains("`https://coder.example.com`"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_never_followed() {
    let other = FakeCoder::start();
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}{CERTIFICATE_PATH}?state=secret", other.url());
        let rig = Rig::answering(Answer::Redirect { status, location });
        let error = rig.fetch(THRICE).await.expect_err("a redirect");
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
async fn a_redirect_to_another_path_is_never_followed() {
    let rig =
        Rig::answering(Answer::Redirect { status: 302, location: "/login?redirect=%2F".into() });
    let error = rig.fetch(THRICE).await.expect_err("a redirect");
    assert!(
        error.to_string().contains(&format!("redirects to `{}/login`", rig.coder.url())),
        "{error}"
    );
    assert_eq!(rig.coder.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_to_the_same_url_is_followed_once() {
    let again = || Answer::Redirect { status: 302, location: format!("{CERTIFICATE_PATH}?lb=1") };
    let rig = Rig::new();
    rig.coder.script(vec![again()]);
    rig.fetch(THRICE).await.expect("the second answer");
    let requests = rig.coder.requests();
    assert_eq!(requests.iter().map(|it| it.query.as_str()).collect::<Vec<_>>(), ["", "lb=1"]);
    requests[1].assert_token_in_header_only();

    let rig = Rig::answering(again());
    let error = rig.fetch(THRICE).await.expect_err("a loop");
    assert!(
        matches!(error.fault(), FetchFault::Answer(AnswerError::Redirected { status: 302, .. })),
        "{error}"
    );
    assert_eq!(rig.coder.requests().len(), 2);
}
