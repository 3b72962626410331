//! What each fault of the deployment's API does to a create, an update and a read: safe
//! requests are retried, the state is kept, and the message names the fault. Answers that
//! come too late are in `deadlines`.

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder};
use tfplugin::diag::{Diagnostics, Severity};
use tfplugin::testing::{Object, Session};
use tfplugin::value::Value;

use provider::Aibridge;

use crate::world::{self, PROXY, block, deployment, session, timeouts};

/// After the first attempt.
const RETRIES: i64 = 2;

struct World {
    coder: FakeCoder,
    ca: TestCa,
    session: Session<Aibridge>,
}

async fn retrying_world() -> World {
    let (coder, ca) = deployment();
    let block = block(&coder.url(), &coder.token(), RETRIES);
    let block = [&block[..], &[("request_timeout", "1m".into())]].concat();
    let session = session(&block).await;
    World { coder, ca, session }
}

impl World {
    fn config(&self, ca_fetch: &str, username: &str) -> Value {
        world::config(&self.session, ca_fetch, username, timeouts("1m"))
    }

    /// Applies while the API gives these answers, whatever it gave before.
    async fn apply(
        &self,
        answers: &[Answer],
        prior: &Object,
        config: &Value,
    ) -> (Object, Diagnostics) {
        self.coder.clear_requests();
        self.coder.set_answer(Answer::Certificate);
        self.coder.script(answers.to_vec());
        world::apply(&self.session, prior, config).await
    }

    async fn created(&self) -> Object {
        self.apply(&[], &Object::none(), &self.config("required", "a")).await.0
    }
}

fn raw(status: u16, content_type: &'static str, body: &'static str) -> Answer {
    Answer::Raw { status, content_type, body: body.into() }
}

/// The only message, as severity, path and whole text.
#[track_caller]
fn only(case: &str, diags: &Diagnostics) -> (Severity, String, String) {
    let diags: Vec<_> = diags.iter().collect();
    let [it] = &diags[..] else { panic!("{case}: {diags:?}") };
    (it.severity, it.path.to_string(), format!("{}\n{}", it.summary, it.detail))
}

/// The attempt after a temporary fault is answered.
#[tokio::test]
async fn temporary_faults_are_retried_without_a_message() {
    let world = retrying_world().await;
    for (case, answer) in [
        ("reset after send", Answer::ResetInBody),
        ("cut off", Answer::TruncatedBody),
        ("closed", Answer::Disconnect),
        ("429", Answer::rate_limited(None)),
        ("500", Answer::status(500)),
        ("503", Answer::status(503)),
    ] {
        let config = world.config("required", "a");
        let (object, diags) =
            world.apply(std::slice::from_ref(&answer), &Object::none(), &config).await;
        assert!(diags.is_empty(), "create, {case}: {diags:?}");
        assert_eq!(object.get("ca_cert_sha256"), &world.ca.sha256().into(), "{case}");
        assert_eq!(world.coder.requests().len(), 2, "create, {case}");

        let (object, diags) = world.apply(&[answer], &object, &world.config("required", "b")).await;
        assert!(diags.is_empty(), "update, {case}: {diags:?}");
        assert_eq!(object.get("username"), &"b".into(), "{case}");
        assert_eq!(world.coder.requests().len(), 2, "update, {case}");
    }
}

/// After a lasting fault, a failed create leaves no object, and a failed update and a read
/// leave the stored one.
async fn check_lasting(case: &str, answer: Answer, attempts: usize, words: &str) {
    let world = retrying_world().await;
    let stored = world.created().await;
    let answers = vec![answer.clone(); usize::try_from(RETRIES).unwrap() + 1];

    let config = world.config("required", "a");
    let (object, diags) = world.apply(&answers, &Object::none(), &config).await;
    let (severity, path, text) = only(case, &diags);
    assert_eq!((severity, path.as_str()), (Severity::Error, "access_url"), "create, {case}");
    assert!(text.contains(words), "create, {case}: {text}");
    assert!(!object.exists(), "create, {case}");
    assert_eq!(world.coder.requests().len(), attempts, "create, {case}");

    let (object, diags) = world.apply(&answers, &stored, &world.config("required", "b")).await;
    assert_eq!(only(case, &diags).0, Severity::Error, "update, {case}");
    assert_eq!(object.state, stored.state, "update, {case}");

    let (object, diags) = world.apply(&answers, &stored, &world.config("auto", "b")).await;
    assert_eq!(
        only(case, &diags).0,
        Severity::Warning,
        "update that does not require the certificate, {case}"
    );
    assert_eq!(object.get("username"), &"b".into(), "{case}");
    assert_eq!(object.get("ca_cert_pem"), stored.get("ca_cert_pem"), "{case}");

    world.coder.clear_requests();
    world.coder.script(vec![answer]);
    let read = world.session.read(PROXY, &stored).await;
    assert_eq!(only(case, &read.diagnostics).0, Severity::Warning, "read, {case}");
    assert_eq!(read.object.state, stored.state, "read, {case}");
    assert_eq!(world.coder.requests().len(), 1, "a read makes one attempt, {case}");
}

#[tokio::test]
async fn lasting_server_error_keeps_the_state() {
    check_lasting("500", Answer::status(500), 3, "500").await;
}

#[tokio::test]
async fn rate_limit_beyond_the_timeout_keeps_the_state() {
    check_lasting("429", Answer::rate_limited(Some(3600)), 1, "429").await;
}

#[tokio::test]
async fn conflict_is_reported_without_a_retry() {
    check_lasting("409", Answer::status(409), 1, "409").await;
}

#[tokio::test]
async fn not_found_answer_keeps_the_state() {
    check_lasting(
        "404",
        raw(404, "application/json", "{\"message\":\"gone\"}"),
        1,
        "has no such endpoint: `gone`",
    )
    .await;
}

#[tokio::test]
async fn json_in_place_of_a_certificate_keeps_the_state() {
    let json = raw(200, "application/json", "{\"ca\":");
    check_lasting("wrong JSON", json, 2, "application/json").await;
}

#[tokio::test]
async fn connection_reset_after_each_request_keeps_the_state() {
    check_lasting("reset", Answer::ResetInBody, 3, "3 attempts").await;
}

#[tokio::test]
async fn expired_token_is_named_and_a_new_token_works() {
    let world = retrying_world().await;
    let stored = world.created().await;
    let fresh = world.coder.token();
    world.coder.set_token(testkit::token::random());
    let (object, diags) = world.apply(&[], &stored, &world.config("required", "b")).await;
    let (severity, path, _) = only("expired", &diags);
    assert_eq!((severity, path.as_str()), (Severity::Error, "session_token"));
    assert_eq!(object.state, stored.state);

    world.coder.set_token(fresh);
    let (object, diags) = world.apply(&[], &stored, &world.config("required", "b")).await;
    assert!(diags.is_empty(), "{diags:?}");
    assert_eq!(object.get("username"), &"b".into());
}
