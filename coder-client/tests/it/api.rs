//! The small endpoints.

use bytes::Bytes;
use coder_client::api::{buildinfo, users};
use coder_client::http::{AnswerError, FaultClass};
use fakes::coder::{Answer, BUILDINFO_PATH, FakeCoder, USERS_ME_PATH};
use settings::Secret;

use crate::world::client;

#[tokio::test]
async fn valid_token_belongs_to_a_user() {
    let coder = FakeCoder::start();
    let client = client(&coder.url());
    let user = users::me(&client, &Secret::new(coder.token())).await.expect("a user");
    assert_eq!(user.username, "owner");
    coder.requests()[0].assert_token_in_header_only();
    let error = users::me(&client, &Secret::new("abcdefghij-0123456789012345678901"))
        .await
        .expect_err("no such key");
    assert!(matches!(error, AnswerError::SignedOut { message: Some(_) }), "{error}");
}

#[tokio::test]
async fn buildinfo_needs_no_token() {
    let coder = FakeCoder::start();
    coder.set_version("v2.31.0+abcdef");
    let info = buildinfo::fetch(&client(&coder.url())).await.expect("build information");
    assert_eq!(info.version, "v2.31.0+abcdef");
    assert!(coder.requests()[0].tokens.is_empty());
}

#[tokio::test]
async fn response_of_another_shape_is_not_coders() {
    let coder = FakeCoder::start();
    let client = client(&coder.url());
    for body in ["{}", "[]", "nonsense", "", r#"{"version":1}"#] {
        let body = Bytes::from_static(body.as_bytes());
        coder.set_answer_for(
            BUILDINFO_PATH,
            Answer::Raw { status: 200, content_type: "application/json", body },
        );
        let error = buildinfo::fetch(&client).await.expect_err("no build information");
        assert!(matches!(error, AnswerError::Malformed { .. }), "{error}");
        assert_eq!(error.class(), FaultClass::NotCoder);
    }
    coder.set_answer_for(USERS_ME_PATH, Answer::LOGIN_PAGE);
    let error = users::me(&client, &Secret::new(coder.token())).await.expect_err("a page");
    assert_eq!(error, AnswerError::Markup { status: 200 });
}
