//! A deployment that is silent from the start or in the middle of an answer: operations end
//! with their timeout, report it, and keep the state.

use std::net::TcpListener;

use fakes::coder::{Answer, BUILDINFO_PATH, ENTITLEMENTS_PATH, FakeCoder};
use fakes::gate::Gate;
use provider::Aibridge;
use tfplugin::diag::{Diagnostics, Severity};
use tfplugin::testing::{Object, Session};
use tfplugin::value::Value;

use crate::world::{self, NOT_FETCHED, PROXY, apply, deployment};

/// For requests that are answered: it must not depend on how busy the machine is.
const LONG: &str = "10m";
/// For requests that are never answered.
const SHORT: &str = "100ms";

/// Which of the two timeouts ends first.
#[derive(Clone, Copy, Debug)]
enum Deadline {
    /// `timeouts`, over all attempts.
    Operation,
    /// `request_timeout`, of one request.
    Request,
}

impl Deadline {
    fn request_timeout(self) -> &'static str {
        match self {
            Self::Operation => LONG,
            Self::Request => SHORT,
        }
    }

    fn limit(self) -> &'static str {
        match self {
            Self::Operation => SHORT,
            Self::Request => LONG,
        }
    }

    /// The first request uses up the operation's timeout; a request's own timeout leaves
    /// room for the one retry.
    fn attempts(self) -> &'static str {
        match self {
            Self::Operation => "no response within the timeout. ",
            Self::Request => "no response within the timeout (2 attempts). ",
        }
    }
}

struct World {
    deadline: Deadline,
    coder: FakeCoder,
    /// Created while the deployment answered.
    stored: Object,
    /// Its deployment at `url` does not answer.
    session: Session<Aibridge>,
    url: String,
}

async fn session(url: &str, token: &str, request_timeout: &str) -> Session<Aibridge> {
    let timeout = ("request_timeout", request_timeout.into());
    world::session(&[&world::block(url, token, 1)[..], &[timeout]].concat()).await
}

/// The timeouts are those of create, and of the later operations.
fn config(
    session: &Session<Aibridge>,
    ca_fetch: &str,
    username: &str,
    [create, later]: [&str; 2],
) -> Value {
    let timeouts = [("create", create), ("read", later), ("update", later)];
    let timeouts = timeouts.map(|(operation, timeout)| (operation, timeout.into()));
    world::config(session, ca_fetch, username, Value::object(timeouts))
}

/// An object that was created while the deployment answered; then the deployment is at `url`,
/// if there is one.
async fn silent_world(deadline: Deadline, url: Option<&str>) -> World {
    let (coder, _) = deployment();
    let healthy = session(&coder.url(), &coder.token(), LONG).await;
    let config = config(&healthy, "required", "a", [LONG, deadline.limit()]);
    let (stored, diags) = apply(&healthy, &Object::none(), &config).await;
    assert!(diags.is_empty(), "{diags:?}");

    let url = url.map_or_else(|| coder.url(), str::to_owned);
    let session = session(&url, &coder.token(), deadline.request_timeout()).await;
    World { deadline, coder, stored, session, url }
}

impl World {
    /// There is one message with the URL, the fault, the hint and the consequence.
    #[track_caller]
    fn expect(&self, diags: &Diagnostics, severity: Severity, summary: &str, words: &[&str]) {
        let diags: Vec<_> = diags.iter().collect();
        let [it] = &diags[..] else { panic!("{:?}: {diags:#?}", self.deadline) };
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
        let (object, diags) = apply(&self.session, &Object::none(), &config("required")).await;
        let words = [self.deadline.attempts(), "ca_fetch set to \"auto\""];
        self.expect(&diags, Severity::Error, NOT_FETCHED, &words);
        assert!(!object.exists(), "a failed create leaves no object");

        let (object, diags) = apply(&self.session, &Object::none(), &config("auto")).await;
        let words = [self.deadline.attempts(), "fetches it on its own when it starts."];
        self.expect(&diags, Severity::Warning, NOT_FETCHED, &words);
        assert_eq!(object.get("ca_cert_pem"), &Value::Null);
    }

    async fn check_update(&self) {
        let limits = [self.deadline.limit(); 2];
        let config = |ca_fetch| config(&self.session, ca_fetch, "b", limits);
        let (object, diags) = apply(&self.session, &self.stored, &config("required")).await;
        let words = [self.deadline.attempts(), "ca_fetch set to \"auto\""];
        self.expect(&diags, Severity::Error, NOT_FETCHED, &words);
        assert_eq!(object.state, self.stored.state, "a failed update changes nothing");

        let (object, diags) = apply(&self.session, &self.stored, &config("auto")).await;
        let words = [self.deadline.attempts(), "fetches it on its own when it starts."];
        self.expect(&diags, Severity::Warning, NOT_FETCHED, &words);
        assert_eq!(object.get("username"), &"b".into());
        assert_eq!(object.get("ca_cert_pem"), self.stored.get("ca_cert_pem"));
    }

    async fn check_read(&self) {
        let read = self.session.read(PROXY, &self.stored).await;
        // It makes one attempt, whichever timeout ended it.
        let words = ["no response within the timeout. ", "The state stays as it is."];
        self.expect(&read.diagnostics, Severity::Warning, NOT_FETCHED, &words);
        assert_eq!(read.object.state, self.stored.state);
    }

    async fn check_data_sources(&self) {
        for (name, summary) in [
            ("aibridge_ca_certificate", NOT_FETCHED),
            ("aibridge_deployment", "Cannot query the deployment"),
        ] {
            let limit = Value::object([("read", self.deadline.limit().into())]);
            let (data, diags) = self.session.read_data_source(name, [("timeouts", limit)]).await;
            // The data source of the deployment does not report the number of attempts.
            let words = if summary == NOT_FETCHED {
                self.deadline.attempts()
            } else {
                "within the timeout"
            };
            self.expect(&diags, Severity::Error, summary, &[words]);
            assert!(data.is_null(), "{name}: {data:?}");
        }
    }

    /// An ephemeral resource makes no request, so it does not wait.
    async fn check_ephemeral(&self) {
        let config = [("proxy_url", "http://proxy.example.com:8888".into())];
        let opened = self.session.open_ephemeral("aibridge_proxy_auth", config).await;
        assert!(opened.diagnostics.is_empty(), "{:?}", opened.diagnostics);
    }

    /// Afterwards the stored object can be updated as before.
    async fn check_recovery(&self) {
        self.coder.set_answer(Answer::Certificate);
        let session = session(&self.coder.url(), &self.coder.token(), LONG).await;
        let config = config(&session, "required", "b", [LONG; 2]);
        let (object, diags) = apply(&session, &self.stored, &config).await;
        assert!(diags.is_empty(), "{diags:?}");
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
    let world = silent_world(deadline, None).await;
    world.coder.set_answer(answer.clone());
    world.coder.set_answer_for(BUILDINFO_PATH, answer);
    world.check_all().await;
}

fn slow() -> Answer {
    let gate = Gate::new();
    // Some bytes for the first client, then none.
    gate.let_pass(5);
    Answer::Slow(gate)
}

#[tokio::test]
async fn silent_deployment_is_given_up_after_timeouts() {
    check_answer(Deadline::Operation, Answer::Hang).await;
}

#[tokio::test]
async fn silent_deployment_is_given_up_after_request_timeout() {
    check_answer(Deadline::Request, Answer::Hang).await;
}

#[tokio::test]
async fn slow_body_is_given_up_after_timeouts() {
    check_answer(Deadline::Operation, slow()).await;
}

#[tokio::test]
async fn slow_body_is_given_up_after_request_timeout() {
    check_answer(Deadline::Request, slow()).await;
}

/// The port accepts connections and sends nothing.
#[tokio::test]
async fn silent_tls_handshake_is_given_up_after_either_timeout() {
    for deadline in [Deadline::Operation, Deadline::Request] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        silent_world(deadline, Some(&url)).await.check_all().await;
    }
}

/// Reads a deployment that is silent after it has answered with its version. The timeout is
/// the same for both, so it is long enough for the answer on a busy machine too.
async fn partly_silent(silence: impl FnOnce(&FakeCoder)) -> (Value, Diagnostics) {
    let (coder, _) = deployment();
    silence(&coder);
    let session = session(&coder.url(), &coder.token(), "2s").await;
    session.read_data_source("aibridge_deployment", []).await
}

/// The only warning, and whether bridge and proxy are enabled.
#[track_caller]
fn check_partly_silent(
    (data, diags): &(Value, Diagnostics),
    summary: &str,
    enabled: [Option<bool>; 2],
) {
    let diags: Vec<_> = diags.iter().collect();
    let [it] = &diags[..] else { panic!("{diags:#?}") };
    let head = (it.severity, it.path.to_string(), it.summary.as_str());
    assert_eq!(head, (Severity::Warning, "access_url".to_owned(), summary));
    let advice = "Check whether this machine reaches the access URL";
    for words in [
        "http://127.0.0.1:",
        "no response within the timeout",
        advice,
        "What is not known is null.",
    ] {
        assert!(it.detail.contains(words), "`{words}`: {}", it.detail);
    }
    let found = ["bridge", "proxy"].map(|it| data.get(it)?.get("enabled")?.as_bool());
    assert_eq!(found, enabled);
}

#[tokio::test]
async fn partly_silent_deployment_reports_what_it_answered() {
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
