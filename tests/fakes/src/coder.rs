//! A fake Coder deployment: the HTTP API that provider and helper call, over
//! plain HTTP or TLS.
//!
//! It answers as coderd 2.30 to 2.35 does, from the rows of
//! [`contract::certificate_endpoint`](crate::contract::certificate_endpoint), or
//! with a fault that a test chooses. It holds no users and no database: one
//! token is valid, and requests with any other are signed out.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::answer::Answer;
pub use self::record::{Carrier, RecordedRequest};
pub use self::refused::RefusedPort;
use crate::ca::{Leaf, TestCa};
use crate::tcp_server::TcpServer;
use testkit::token;
use testkit::watched::Watched;

mod answer;
mod record;
mod refused;
mod respond;
mod serve;

#[cfg(test)]
mod tests;

/// Path of the certificate endpoint, every version from 2.30.
pub const CERTIFICATE_PATH: &str = "/api/v2/aibridge/proxy/ca-cert.pem";
/// Its newer alias, from 2.35.
pub const CERTIFICATE_ALIAS: &str = "/api/v2/ai-gateway/proxy/ca-cert.pem";
/// The user that the token belongs to.
pub const USERS_ME_PATH: &str = "/api/v2/users/me";
/// Version of the deployment, without authentication.
pub const BUILDINFO_PATH: &str = "/api/v2/buildinfo";
/// What the licence covers, without authentication.
pub const ENTITLEMENTS_PATH: &str = "/api/v2/entitlements";
/// The header that carries a token.
pub const TOKEN_HEADER: &str = "Coder-Session-Token";

/// Which of the two certificate paths the deployment knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routes {
    /// Both, as 2.35 and newer.
    Both,
    /// The old one only, as 2.30 to 2.34.
    Old,
    /// The alias only, which no release does yet.
    Alias,
    /// None: an open-source build or a version before 2.30.
    Neither,
}

/// A running fake deployment; dropping it stops it.
#[derive(Debug)]
pub struct FakeCoder {
    shared: Arc<Shared>,
    server: TcpServer,
}

/// What the connections share with the test.
#[derive(Debug)]
struct Shared {
    settings: Mutex<Settings>,
    requests: Watched<Vec<RecordedRequest>>,
}

#[derive(Debug)]
struct Settings {
    token: String,
    version: String,
    access_url: Option<String>,
    certificate: Option<String>,
    /// What the licence says of AI Bridge, and whether it is switched on.
    licence: (&'static str, bool),
    routes: Routes,
    certificate_answers: Answers,
    /// Answers of other paths that a test has overridden.
    overrides: HashMap<String, Answers>,
}

/// The answers of one path.
#[derive(Debug)]
struct Answers {
    /// For the next requests, one each.
    script: VecDeque<Answer>,
    /// For every request after those.
    then: Answer,
}

// === impl FakeCoder ===

impl FakeCoder {
    /// Starts one on loopback over plain HTTP. It is ready when this returns;
    /// it has no certificate yet.
    pub fn start() -> Self {
        Self::serve(None)
    }

    /// Starts one over TLS, with a certificate of `ca` for `127.0.0.1`, `::1`
    /// and `localhost`.
    pub fn start_tls(ca: &TestCa) -> Self {
        Self::start_tls_with(&ca.server_cert(&["127.0.0.1", "::1", "localhost"]))
    }

    /// Starts one over TLS with any certificate, sound or not.
    pub fn start_tls_with(leaf: &Leaf) -> Self {
        Self::serve(Some(leaf))
    }

    fn serve(leaf: Option<&Leaf>) -> Self {
        let settings = Settings {
            token: token::random(),
            version: "v2.35.0+abcdef".to_owned(),
            access_url: None,
            certificate: None,
            licence: ("entitled", true),
            routes: Routes::Both,
            certificate_answers: Answers::new(Answer::Certificate),
            overrides: HashMap::new(),
        };
        let shared =
            Arc::new(Shared { settings: Mutex::new(settings), requests: Watched::default() });
        let server = TcpServer::start("fake-coder", leaf.map(crate::tls::server), {
            let shared = Arc::clone(&shared);
            move |connection| serve::connection(connection, Arc::clone(&shared))
        });
        Self { shared, server }
    }

    /// The access URL, without a trailing slash.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The same server under another host name, to be resolved to loopback by
    /// the client.
    pub fn url_as(&self, host: &str) -> String {
        self.server.url_as(host)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The one token that is signed in; of Coder's format, and different in
    /// each fake.
    pub fn token(&self) -> String {
        self.shared.settings().token.clone()
    }

    /// Makes `token` the valid one; the former is signed out.
    pub fn set_token(&self, token: impl Into<String>) {
        self.shared.settings().token = token.into();
    }

    /// Loads this certificate, as if the deployment had been restarted with it.
    pub fn set_certificate(&self, pem: impl Into<String>) {
        self.shared.settings().certificate = Some(pem.into());
    }

    /// Sets what `X-Coder-Build-Version` and buildinfo say, as `v2.31.0+abcdef`.
    pub fn set_version(&self, version: &str) {
        self.shared.settings().version = version.to_owned();
    }

    /// Sets what the licence endpoint says of AI Bridge: `entitled`,
    /// `grace_period` or `not_entitled`, and whether it is switched on. The
    /// certificate endpoint has an answer of its own for a missing licence.
    pub fn set_licence(&self, entitlement: &'static str, enabled: bool) {
        self.shared.settings().licence = (entitlement, enabled);
    }

    /// Sets which certificate paths exist. Without any, there is no licence
    /// endpoint either.
    pub fn set_routes(&self, routes: Routes) {
        self.shared.settings().routes = routes;
    }

    /// Sets the configured access URL: requests for another host are then sent
    /// there with 307, without their path.
    pub fn set_access_url(&self, url: Option<&str>) {
        self.shared.settings().access_url = url.map(str::to_owned);
    }

    /// Sets how the certificate endpoint answers from now on, after any
    /// scripted answers.
    pub fn set_answer(&self, answer: Answer) {
        self.shared.settings().certificate_answers.then = answer;
    }

    /// Sets the next answers of the certificate endpoint, one a request; then
    /// [`set_answer`](Self::set_answer)'s holds again.
    pub fn script(&self, answers: Vec<Answer>) {
        self.shared.settings().certificate_answers.script = answers.into();
    }

    /// Scripted answers that no request has had yet.
    pub fn unused_answers(&self) -> usize {
        self.shared.settings().certificate_answers.script.len()
    }

    /// Overrides how any other path answers, such as [`USERS_ME_PATH`].
    pub fn set_answer_for(&self, path: &str, answer: Answer) {
        self.shared.settings().overrides.insert(path.to_owned(), Answers::new(answer));
    }

    /// Every request so far, in the order in which their heads arrived.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.requests.read(Vec::clone)
    }

    /// Requests to either certificate path.
    pub fn certificate_requests(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|it| it.path == CERTIFICATE_PATH || it.path == CERTIFICATE_ALIAS);
        requests
    }

    /// Drops the recorded requests.
    pub fn clear_requests(&self) {
        self.shared.requests.change(Vec::clear);
    }

    /// Blocks until `count` requests have arrived, and returns them.
    #[track_caller]
    pub fn wait_requests(&self, count: usize) -> Vec<RecordedRequest> {
        self.shared
            .requests
            .wait("requests to the fake Coder", |seen| (seen.len() >= count).then(|| seen.clone()))
    }

    /// As [`wait_requests`](Self::wait_requests), for a task on a runtime.
    pub async fn wait_requests_async(&self, count: usize) -> Vec<RecordedRequest> {
        let enough = |seen: &Vec<_>| (seen.len() >= count).then(|| seen.clone());
        self.shared.requests.wait_async("requests to the fake Coder", enough).await
    }
}

// === impl Shared ===

impl Shared {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Answers ===

impl Answers {
    fn new(answer: Answer) -> Self {
        Self { script: VecDeque::new(), then: answer }
    }

    fn next(&mut self) -> Answer {
        self.script.pop_front().unwrap_or_else(|| self.then.clone())
    }
}
