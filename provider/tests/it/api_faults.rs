//! What each fault of the deployment's API does to a create, an update and a read: what is
//! safe is tried again, what is known is kept, and the message says what it was. What comes
//! too late stands in `deadlines`.

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder};
use tfplugin::diag::{Diagnostics, Severity};
use tfplugin::testing::{Object, Session};
use tfplugin::value::Value;

use provider::Aibridge;

const TYPE: &str = "aibridge_proxy";
/// Beyond the first.
const RETRIES: i64 = 2;

struct Rig {
    coder: FakeCoder,
    ca: TestCa,
    session: Session<Aibridge>,
}

async fn rig() -> Rig {
    let (coder, ca) = (FakeCoder::start(), TestCa::new("proxy"));
    coder.set_certificate(ca.pem());
    let session = Session::open(Aibridge::new(|_| None)).await;
    let block = [
        ("access_url", coder.url().into()),
        ("session_token", coder.token().into()),
        ("max_retries", RETRIES.into()),
        ("request_timeout", "1m".into()),
    ];
    assert!(session.configure(block).await.is_empty());
    Rig { coder, ca, session }
}

impl Rig {
    fn config(&self, ca_fetch: &str, username: &str) -> Value {
        let attributes = [
            ("proxy_url", "http://proxy.example.com:8888".into()),
            ("ca_fetch", ca_fetch.into()),
            ("username", username.into()),
            ("timeouts", timeouts()),
        ];
        self.session.config(TYPE, attributes)
    }

    /// Applies while the API answers like this, whatever it answered before.
    async fn apply(
        &self,
        answers: &[Answer],
        prior: &Object,
        config: &Value,
    ) -> (Object, Diagnostics) {
        self.coder.clear_requests();
        self.coder.set_answer(Answer::Certificate);
        self.coder.script(answers.to_vec());
        let planned = self.session.plan(TYPE, prior, config).await;
        assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
        let answer = self.session.apply(&planned).await;
        (answer.object, answer.diagnostics)
    }

    async fn created(&self) -> Object {
        self.apply(&[], &Object::none(), &self.config("required", "a")).await.0
    }
}

fn timeouts() -> Value {
    Value::object(["create", "read", "update"].map(|operation| (operation, "1m".into())))
}

fn raw(status: u16, content_type: &'static str, body: &'static str) -> Answer {
    Answer::Raw { status, content_type, body: body.into() }
}

/// The one message, as severity, path and all its text.
#[track_caller]
fn only(case: &str, told: &Diagnostics) -> (Severity, String, String) {
    let told: Vec<_> = told.iter().collect();
    let [it] = &told[..] else { panic!("{case}: {told:?}") };
    (it.severity, it.path.to_string(), format!("{}\n{}", it.summary, it.detail))
}

/// Faults that pass: after them the next attempt is answered.
#[tokio::test]
async fn what_passes_is_tried_again_and_nobody_hears_of_it() {
    let rig = rig().await;
    for (case, answer) in [
        ("reset after send", Answer::ResetInBody),
        ("cut off", Answer::TruncatedBody),
        ("closed", Answer::Disconnect),
        ("429", Answer::rate_limited(None)),
        ("500", Answer::status(500)),
        ("503", Answer::status(503)),
    ] {
        let config = rig.config("required", "a");
        let (object, told) =
            rig.apply(std::slice::from_ref(&answer), &Object::none(), &config).await;
        assert!(told.is_empty(), "create, {case}: {told:?}");
        assert_eq!(object.get("ca_cert_sha256"), &rig.ca.sha256().into(), "{case}");
        assert_eq!(rig.coder.requests().len(), 2, "create, {case}");

        let (object, told) = rig.apply(&[answer], &object, &rig.config("required", "b")).await;
        assert!(told.is_empty(), "update, {case}: {told:?}");
        assert_eq!(object.get("username"), &"b".into(), "{case}");
        assert_eq!(rig.coder.requests().len(), 2, "update, {case}");
    }
}

/// Faults that stay: a create keeps nothing, an update what was there, a read all of it.
async fn check_lasting(case: &str, answer: Answer, attempts: usize, says: &str) {
    let rig = rig().await;
    let stored = rig.created().await;
    let answers = vec![answer.clone(); usize::try_from(RETRIES).unwrap() + 1];

    let config = rig.config("required", "a");
    let (object, told) = rig.apply(&answers, &Object::none(), &config).await;
    let (severity, path, text) = only(case, &told);
    assert_eq!((severity, path.as_str()), (Severity::Error, "access_url"), "create, {case}");
    assert!(text.contains(says), "create, {case}: {text}");
    assert!(!object.exists(), "create, {case}");
    assert_eq!(rig.coder.requests().len(), attempts, "create, {case}");

    let (object, told) = rig.apply(&answers, &stored, &rig.config("required", "b")).await;
    assert_eq!(only(case, &told).0, Severity::Error, "update, {case}");
    assert_eq!(object.state, stored.state, "update, {case}");

    let (object, told) = rig.apply(&answers, &stored, &rig.config("auto", "b")).await;
    assert_eq!(only(case, &told).0, Severity::Warning, "update that may do without, {case}");
    assert_eq!(object.get("username"), &"b".into(), "{case}");
    assert_eq!(object.get("ca_cert_pem"), stored.get("ca_cert_pem"), "{case}");

    rig.coder.clear_requests();
    rig.coder.script(vec![answer]);
    let read = rig.session.read(TYPE, &stored).await;
    assert_eq!(only(case, &read.diagnostics).0, Severity::Warning, "read, {case}");
    assert_eq!(read.object.state, stored.state, "read, {case}");
    assert_eq!(rig.coder.requests().len(), 1, "a read tries once, {case}");
}

#[tokio::test]
async fn a_server_error_that_lasts_keeps_the_state() {
    check_lasting("500", Answer::status(500), 3, "500").await;
}

#[tokio::test]
async fn a_rate_limit_beyond_the_deadline_keeps_the_state() {
    check_lasting("429", Answer::rate_limited(Some(3600)), 1, "429").await;
}

#[tokio::test]
async fn a_conflict_is_told_and_not_tried_again() {
    check_lasting("409", Answer::status(409), 1, "409").await;
}

#[tokio::test]
async fn a_404_in_the_middle_of_an_update_keeps_the_state() {
    check_lasting(
        "404",
        raw(404, "application/json", "{\"message\":\"gone\"}"),
        1,
        "has no such endpoint: `gone`",
    )
    .await;
}

#[tokio::test]
async fn wrong_json_in_place_of_a_certificate_keeps_the_state() {
    let json = raw(200, "application/json", "{\"ca\":");
    check_lasting("wrong JSON", json, 2, "application/json").await;
}

#[tokio::test]
async fn a_reset_after_each_send_keeps_the_state() {
    check_lasting("reset", Answer::ResetInBody, 3, "3 attempts").await;
}

#[tokio::test]
async fn a_token_that_expires_in_mid_run_is_named_and_the_next_one_works() {
    let rig = rig().await;
    let stored = rig.created().await;
    let fresh = rig.coder.token();
    rig.coder.set_token(testkit::token::random());
    let (object, told) = rig.apply(&[], &stored, &rig.config("required", "b")).await;
    let (severity, path, _) = only("expired", &told);
    assert_eq!((severity, path.as_str()), (Severity::Error, "session_token"));
    assert_eq!(object.state, stored.state);

    rig.coder.set_token(fresh);
    let (object, told) = rig.apply(&[], &stored, &rig.config("required", "b")).await;
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(object.get("username"), &"b".into());
}
