//! A deployment that is silent, in the middle of an answer or from the start: whoever asks
//! it waits no longer than was said, knows why, and what is known is kept.

use std::net::TcpListener;

use fakes::ca::TestCa;
use fakes::coder::{Answer, BUILDINFO_PATH, ENTITLEMENTS_PATH, FakeCoder};
use fakes::gate::Gate;
use provider::Aibridge;
use tfplugin::diag::{Diagnostics, Severity};
use tfplugin::testing::{Object, Session};
use tfplugin::value::Value;

const TYPE: &str = "aibridge_proxy";
const NOT_FETCHED: &str = "Cannot fetch the CA certificate";
/// For what is answered: it must not depend on how busy the machine is.
const PATIENT: &str = "10m";
/// For what is never answered.
const SHORT: &str = "100ms";

/// Which of the two deadlines comes first.
#[derive(Clone, Copy, Debug)]
enum Deadline {
    /// That of all attempts together (`timeouts`).
    Operation,
    /// That of one request (`request_timeout`).
    Request,
}

impl Deadline {
    fn request_timeout(self) -> &'static str {
        match self {
            Self::Operation => PATIENT,
            Self::Request => SHORT,
        }
    }

    fn limit(self) -> &'static str {
        match self {
            Self::Operation => SHORT,
            Self::Request => PATIENT,
        }
    }

    /// After the first request nothing is left of the operation's deadline; that of a
    /// request leaves room for the one retry.
    fn attempts(self) -> &'static str {
        match self {
            Self::Operation => "no answer in time. ",
            Self::Request => "no answer in time (2 attempts). ",
        }
    }
}

struct Rig {
    deadline: Deadline,
    coder: FakeCoder,
    /// Made while the deployment answered.
    stored: Object,
    /// Asks `url`, where nobody answers.
    session: Session<Aibridge>,
    url: String,
}

async fn session(url: &str, token: &str, request_timeout: &str) -> Session<Aibridge> {
    let session = Session::open(Aibridge::new(|_| None)).await;
    let block = [
        ("access_url", url.into()),
        ("session_token", token.into()),
        ("max_retries", 1.into()),
        ("request_timeout", request_timeout.into()),
    ];
    assert!(session.configure(block).await.is_empty());
    session
}

/// The limits are those of create, and of what comes later.
fn config(
    session: &Session<Aibridge>,
    ca_fetch: &str,
    username: &str,
    [create, later]: [&str; 2],
) -> Value {
    let timeouts = [("create", create), ("read", later), ("update", later)];
    let timeouts = Value::object(timeouts.map(|(operation, limit)| (operation, limit.into())));
    let attributes = [
        ("proxy_url", "http://proxy.example.com:8888".into()),
        ("ca_fetch", ca_fetch.into()),
        ("username", username.into()),
        ("timeouts", timeouts),
    ];
    session.config(TYPE, attributes)
}

async fn apply(
    session: &Session<Aibridge>,
    prior: &Object,
    config: &Value,
) -> (Object, Diagnostics) {
    let planned = session.plan(TYPE, prior, config).await;
    assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
    let answer = session.apply(&planned).await;
    (answer.object, answer.diagnostics)
}

/// An object made while all was well; then `url` is asked, if it is another one.
async fn rig(deadline: Deadline, url: Option<&str>) -> Rig {
    let coder = FakeCoder::start();
    coder.set_certificate(TestCa::new("proxy").pem());
    let healthy = session(&coder.url(), &coder.token(), PATIENT).await;
    let config = config(&healthy, "required", "a", [PATIENT, deadline.limit()]);
    let (stored, told) = apply(&healthy, &Object::none(), &config).await;
    assert!(told.is_empty(), "{told:?}");

    let url = url.map_or_else(|| coder.url(), str::to_owned);
    let session = session(&url, &coder.token(), deadline.request_timeout()).await;
    Rig { deadline, coder, stored, session, url }
}

impl Rig {
    /// There is one message: what was asked, what happened, what to do, and what follows.
    #[track_caller]
    fn expect(&self, told: &Diagnostics, severity: Severity, summary: &str, words: &[&str]) {
        let told: Vec<_> = told.iter().collect();
        let [it] = &told[..] else { panic!("{:?}: {told:#?}", self.deadline) };
        let head = (it.severity, it.path.to_string(), it.summary.as_str());
        assert_eq!(head, (severity, "access_url".to_owned(), summary), "{:?}", self.deadline);
        let advice = "Check whether this machine reaches the access URL";
        for part in [self.url.as_str(), advice].iter().chain(words) {
            assert!(it.detail.contains(part), "{:?}: `{part}`: {}", self.deadline, it.detail);
        }
    }

    async fn check_create(&self) {
        let limits = [self.deadline.limit(); 2];
        let config = |ca_fetch| config(&self.session, ca_fetch, "a", limits);
        let (object, told) = apply(&self.session, &Object::none(), &config("required")).await;
        let words = [self.deadline.attempts(), "ca_fetch set to \"auto\""];
        self.expect(&told, Severity::Error, NOT_FETCHED, &words);
        assert!(!object.exists(), "a create that failed leaves nothing");

        let (object, told) = apply(&self.session, &Object::none(), &config("auto")).await;
        let words = [self.deadline.attempts(), "fetches it on its own when it starts."];
        self.expect(&told, Severity::Warning, NOT_FETCHED, &words);
        assert_eq!(object.get("ca_cert_pem"), &Value::Null);
    }

    async fn check_update(&self) {
        let limits = [self.deadline.limit(); 2];
        let config = |ca_fetch| config(&self.session, ca_fetch, "b", limits);
        let (object, told) = apply(&self.session, &self.stored, &config("required")).await;
        let words = [self.deadline.attempts(), "ca_fetch set to \"auto\""];
        self.expect(&told, Severity::Error, NOT_FETCHED, &words);
        assert_eq!(object.state, self.stored.state, "an update that failed changes nothing");

        let (object, told) = apply(&self.session, &self.stored, &config("auto")).await;
        let words = [self.deadline.attempts(), "fetches it on its own when it starts."];
        self.expect(&told, Severity::Warning, NOT_FETCHED, &words);
        assert_eq!(object.get("username"), &"b".into());
        assert_eq!(object.get("ca_cert_pem"), self.stored.get("ca_cert_pem"));
    }

    async fn check_read(&self) {
        let read = self.session.read(TYPE, &self.stored).await;
        // It tries once, whichever deadline it was.
        let words = ["no answer in time. ", "The state stays as it is."];
        self.expect(&read.diagnostics, Severity::Warning, NOT_FETCHED, &words);
        assert_eq!(read.object.state, self.stored.state);
    }

    async fn check_data_sources(&self) {
        for (name, summary) in [
            ("aibridge_ca_certificate", NOT_FETCHED),
            ("aibridge_deployment", "Cannot query the deployment"),
        ] {
            let limit = Value::object([("read", self.deadline.limit().into())]);
            let (data, told) = self.session.read_data_source(name, [("timeouts", limit)]).await;
            // Of the deployment's version the last attempt alone is told.
            let words = if summary == NOT_FETCHED { self.deadline.attempts() } else { "in time" };
            self.expect(&told, Severity::Error, summary, &[words]);
            assert!(data.is_null(), "{name}: {data:?}");
        }
    }

    /// An ephemeral resource asks nobody, so nobody is waited for.
    async fn check_ephemeral(&self) {
        let config = [("proxy_url", "http://proxy.example.com:8888".into())];
        let opened = self.session.open_ephemeral("aibridge_proxy_auth", config).await;
        assert!(opened.diagnostics.is_empty(), "{:?}", opened.diagnostics);
    }

    /// Afterwards the stored object is as good as before.
    async fn check_recovery(&self) {
        self.coder.set_answer(Answer::Certificate);
        let session = session(&self.coder.url(), &self.coder.token(), PATIENT).await;
        let config = config(&session, "required", "b", [PATIENT; 2]);
        let (object, told) = apply(&session, &self.stored, &config).await;
        assert!(told.is_empty(), "{told:?}");
        assert_eq!(object.get("username"), &"b".into());
    }

    async fn check_all(&self) {
        self.check_create().await;
        self.check_update().await;
        self.check_read().await;
        self.check_data_sources().await;
        self.check_ephemeral().await;
        self.check_recovery().await;
    }
}

async fn check_answer(deadline: Deadline, answer: Answer) {
    let rig = rig(deadline, None).await;
    rig.coder.set_answer(answer.clone());
    rig.coder.set_answer_for(BUILDINFO_PATH, answer);
    rig.check_all().await;
}

fn slow() -> Answer {
    let gate = Gate::new();
    // Some bytes for whoever comes first, then none.
    gate.let_pass(5);
    Answer::Slow(gate)
}

#[tokio::test]
async fn silence_ends_with_the_deadline_of_the_operation() {
    check_answer(Deadline::Operation, Answer::Hang).await;
}

#[tokio::test]
async fn silence_ends_with_the_deadline_of_each_request() {
    check_answer(Deadline::Request, Answer::Hang).await;
}

#[tokio::test]
async fn a_slow_body_ends_with_the_deadline_of_the_operation() {
    check_answer(Deadline::Operation, slow()).await;
}

#[tokio::test]
async fn a_slow_body_ends_with_the_deadline_of_each_request() {
    check_answer(Deadline::Request, slow()).await;
}

/// A port where connections come about and nothing is ever said.
#[tokio::test]
async fn a_silent_handshake_ends_with_either_deadline() {
    for deadline in [Deadline::Operation, Deadline::Request] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        rig(deadline, Some(&url)).await.check_all().await;
    }
}

/// Reads a deployment that falls silent after its version. What is answered has the same
/// time as what is not, so it is enough on a busy machine too.
async fn partly_silent(silence: impl FnOnce(&FakeCoder)) -> (Value, Diagnostics) {
    let coder = FakeCoder::start();
    coder.set_certificate(TestCa::new("proxy").pem());
    silence(&coder);
    let session = session(&coder.url(), &coder.token(), "2s").await;
    session.read_data_source("aibridge_deployment", []).await
}

/// The one warning, and whether bridge and proxy are enabled.
#[track_caller]
fn check_partly_silent(
    (data, told): &(Value, Diagnostics),
    summary: &str,
    enabled: [Option<bool>; 2],
) {
    let told: Vec<_> = told.iter().collect();
    let [it] = &told[..] else { panic!("{told:#?}") };
    let head = (it.severity, it.path.to_string(), it.summary.as_str());
    assert_eq!(head, (Severity::Warning, "access_url".to_owned(), summary));
    let advice = "Check whether this machine reaches the access URL";
    for words in ["http://127.0.0.1:", "no answer in time", advice, "What is not known is null."] {
        assert!(it.detail.contains(words), "`{words}`: {}", it.detail);
    }
    let found = ["bridge", "proxy"].map(|it| data.get(it)?.get("enabled")?.as_bool());
    assert_eq!(found, enabled);
}

#[tokio::test]
async fn a_deployment_that_falls_silent_tells_what_it_told() {
    let (certificate, licence) = tokio::join!(
        partly_silent(|coder| coder.set_answer(Answer::Hang)),
        partly_silent(|coder| {
            coder.set_answer(Answer::NOT_ENABLED);
            coder.set_answer_for(ENTITLEMENTS_PATH, Answer::Hang);
        }),
    );
    let summary = "Cannot determine whether the proxy is enabled";
    check_partly_silent(&certificate, summary, [Some(true), None]);
    let summary = "Cannot read the licence";
    check_partly_silent(&licence, summary, [None, Some(false)]);
}
