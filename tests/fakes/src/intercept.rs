//! A fake AI Bridge Proxy: CONNECT as Coder's daemon answers it,
//! leaves minted by a test's CA, and canned answers in place of a model.
//!
//! The daemon of Coder 2.32 to 2.35, seen from the client. It forwards nothing
//! to any vendor: intercepted requests end here, other hosts are tunnelled to
//! where the test maps them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rustls::ServerConfig;
use serde_json::{Value, json};

use crate::ca::TestCa;
use crate::contract::connect::{INTERCEPTED, REALM};
use crate::tcp_server::TcpServer;
use testkit::watched::Watched;

mod connect;
mod serve;

#[cfg(test)]
mod tests;

/// One decrypted request.
#[derive(Debug, Clone)]
pub struct Interception {
    /// The password of the CONNECT that it came through.
    pub token: String,
    /// The user name of that CONNECT.
    pub username: String,
    /// Host of the CONNECT, lower case.
    pub host: String,
    /// Upper case.
    pub method: String,
    /// With the query.
    pub path: String,
    /// In order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
}

/// The outcome of the first request on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Closed without a byte: a port other than 80 and 443.
    Closed,
    /// 407: no usable credentials, or no CONNECT at all.
    Unauthenticated,
    /// Decrypted.
    Intercepted,
    /// Passed through.
    Tunnelled,
    /// 403: the target is in a private range.
    Forbidden,
    /// 502: the target cannot be reached.
    Unreachable,
    /// 500: a request in origin form, which a probe sends.
    OriginForm,
}

/// A fault in the handling of a host's CONNECT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectFault {
    /// Closed without a byte, as while the providers are reloaded.
    Close,
    /// An answer that is no HTTP.
    Garbage,
    /// 407 without credentials, and with them, too.
    RefuseCredentials,
    /// A status that no CONNECT of the daemon gets.
    Status(u16),
    /// After the 200 the connection ends, without TLS.
    NoTls,
    /// The leaf of another host.
    OtherLeaf,
}

/// A running fake proxy; dropping it stops it.
#[derive(Debug)]
pub struct FakeProxy {
    shared: Arc<Shared>,
    server: TcpServer,
}

#[derive(Debug)]
struct Shared {
    settings: Mutex<Settings>,
    seen: Watched<Seen>,
}

#[derive(Debug)]
struct Settings {
    ca: TestCa,
    hosts: BTreeSet<String>,
    realm: String,
    /// Where a tunnel's `host:port` really goes; its port need not be 80 or 443.
    routes: BTreeMap<String, SocketAddr>,
    blocks_private: bool,
    /// Target that is tunnelled to a private address all the same.
    exempt: Option<String>,
    answers: BTreeMap<String, (u16, Value)>,
    /// Faults by host.
    faults: BTreeMap<String, ConnectFault>,
    /// What requests in origin form get in place of the daemon's words.
    origin: Option<(u16, String)>,
    /// Minted once a host, as the real daemon does.
    leaves: BTreeMap<String, Arc<ServerConfig>>,
}

#[derive(Debug, Default)]
struct Seen {
    interceptions: Vec<Interception>,
    /// Target (or path) and outcome.
    attempts: Vec<(String, Outcome)>,
    /// TLS handshakes on intercepted connections that the client aborted.
    aborted_handshakes: usize,
}

// === impl FakeProxy ===

impl FakeProxy {
    /// Starts one with a plain listener, minting leaves from `ca`.
    pub fn start(ca: &TestCa) -> Self {
        Self::serve(ca, None)
    }

    /// Starts one whose listener speaks TLS itself, with a certificate of
    /// `listener_ca`.
    pub fn start_tls(ca: &TestCa, listener_ca: &TestCa) -> Self {
        let leaf = listener_ca.server_cert(&["127.0.0.1", "::1", "localhost"]);
        Self::serve(ca, Some(crate::tls::server(&leaf)))
    }

    fn serve(ca: &TestCa, tls: Option<Arc<ServerConfig>>) -> Self {
        let settings = Settings {
            ca: ca.clone(),
            hosts: INTERCEPTED.iter().map(|host| (*host).to_owned()).collect(),
            realm: REALM.to_owned(),
            routes: BTreeMap::new(),
            blocks_private: false,
            exempt: None,
            answers: canned(),
            faults: BTreeMap::new(),
            origin: None,
            leaves: BTreeMap::new(),
        };
        let shared = Arc::new(Shared { settings: Mutex::new(settings), seen: Watched::default() });
        let server = TcpServer::start("fake-proxy", tls, {
            let shared = Arc::clone(&shared);
            move |connection| serve::connection(connection, Arc::clone(&shared))
        });
        Self { shared, server }
    }

    /// What `proxy_url` is set to.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Replaces the CA, as a restart with another one: leaves are minted anew.
    pub fn set_ca(&self, ca: &TestCa) {
        let mut settings = self.shared.settings();
        settings.ca = ca.clone();
        settings.leaves.clear();
    }

    /// Sets which hosts are intercepted.
    pub fn set_hosts(&self, hosts: &[&str]) {
        self.shared.settings().hosts = hosts.iter().map(|host| host.to_lowercase()).collect();
    }

    /// Sets the realm of 407, as `Coder AI Bridge Proxy` for 2.34 and older.
    pub fn set_realm(&self, realm: &str) {
        self.shared.settings().realm = realm.to_owned();
    }

    /// Sends tunnels for `target` (as `example.com:443`) to a fake. A mapped
    /// target may have any port.
    pub fn map(&self, target: &str, to: SocketAddr) {
        self.shared.settings().routes.insert(target.to_lowercase(), to);
    }

    /// Sets whether tunnels to private ranges are refused with 403, as from
    /// 2.32 on. Off, since tests live on loopback.
    pub fn block_private(&self, blocks: bool) {
        self.shared.settings().blocks_private = blocks;
    }

    /// Sets the target whose private address is no reason to refuse it: the
    /// access URL's host and port.
    pub fn set_exempt(&self, target: &str) {
        self.shared.settings().exempt = Some(target.to_lowercase());
    }

    /// Sets what intercepted requests for `path` get.
    pub fn set_answer(&self, path: &str, status: u16, body: Value) {
        self.shared.settings().answers.insert(path.to_owned(), (status, body));
    }

    /// Sets the fault of CONNECT to an intercepted host.
    pub fn set_fault(&self, host: &str, fault: ConnectFault) {
        let mut settings = self.shared.settings();
        settings.faults.insert(host.to_lowercase(), fault);
        settings.leaves.clear();
    }

    /// Sets what requests in origin form get, as from a load balancer in front.
    pub fn set_origin_answer(&self, status: u16, body: &str) {
        self.shared.settings().origin = Some((status, body.to_owned()));
    }

    /// Every decrypted request so far.
    pub fn interceptions(&self) -> Vec<Interception> {
        self.shared.seen.read(|seen| seen.interceptions.clone())
    }

    /// Every attempt so far: the target (or, without CONNECT, the path) and its
    /// outcome.
    pub fn attempts(&self) -> Vec<(String, Outcome)> {
        self.shared.seen.read(|seen| seen.attempts.clone())
    }

    /// Drops the recorded attempts and requests.
    pub fn clear(&self) {
        self.shared.seen.change(|seen| *seen = Seen::default());
    }

    /// Blocks until `count` requests have been decrypted, and returns them.
    #[track_caller]
    pub fn wait_interceptions(&self, count: usize) -> Vec<Interception> {
        self.shared.seen.wait("interceptions", |seen| seen.enough(count))
    }

    /// As [`wait_interceptions`](Self::wait_interceptions), for a task on a
    /// runtime.
    pub async fn wait_interceptions_async(&self, count: usize) -> Vec<Interception> {
        self.shared.seen.wait_async("interceptions", |seen| seen.enough(count)).await
    }
}

// === impl Shared ===

impl Shared {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attempt(&self, target: &str, outcome: Outcome) {
        self.seen.change(|seen| seen.attempts.push((target.to_owned(), outcome)));
    }

    /// The TLS settings for an intercepted host.
    fn leaf(&self, host: &str) -> Arc<ServerConfig> {
        let mut settings = self.settings();
        let Settings { ca, leaves, faults, .. } = &mut *settings;
        let is_other = faults.get(host) == Some(&ConnectFault::OtherLeaf);
        let name = if is_other { "other.example" } else { host };
        let mint = || crate::tls::server(&ca.leaf(name).followed_by(ca));
        Arc::clone(leaves.entry(host.to_owned()).or_insert_with(mint))
    }
}

// === impl Settings ===

impl Settings {
    /// Whether a tunnel to `target` is refused if its address is blocked.
    fn blocks(&self, target: &str) -> bool {
        self.blocks_private && self.exempt.as_deref() != Some(target.to_lowercase().as_str())
    }
}

// === impl Seen ===

impl Seen {
    fn enough(&self, count: usize) -> Option<Vec<Interception>> {
        (self.interceptions.len() >= count).then(|| self.interceptions.clone())
    }
}

fn canned() -> BTreeMap<String, (u16, Value)> {
    let openai = json!({
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": 1_767_225_600,
        "model": "gpt-fake",
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": "Hello from the fake bridge." },
            "finish_reason": "stop",
        }],
        "usage": { "prompt_tokens": 3, "completion_tokens": 6, "total_tokens": 9 },
    });
    let anthropic = json!({
        "id": "msg_fake",
        "type": "message",
        "role": "assistant",
        "model": "claude-fake",
        "content": [{ "type": "text", "text": "Hello from the fake bridge." }],
        "stop_reason": "end_turn",
        "stop_sequence": null,
        "usage": { "input_tokens": 3, "output_tokens": 6 },
    });
    let answers = [("/v1/chat/completions", openai), ("/v1/messages", anthropic)];
    answers.into_iter().map(|(path, body)| (path.to_owned(), (200, body))).collect()
}
