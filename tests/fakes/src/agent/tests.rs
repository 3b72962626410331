//! Conversations over the socket, in bytes of our own codec rather than through
//! the product's client.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;

use prost::Message as _;

use super::frame::{Packet, Reader, kind};
use super::messages::{SERVICE, StatusResponse};
use super::{FakeAgent, Fault};
use crate::contract::units::{Call, DEPENDENCY, Outcome, ROWS, Row, Situation, UNIT};
use crate::gate::Gate;

struct Client {
    socket: UnixStream,
    stream: u64,
    reader: Reader,
}

impl Client {
    fn connect(agent: &FakeAgent) -> Self {
        let socket = UnixStream::connect(agent.path()).unwrap();
        Self { socket, stream: 0, reader: Reader::default() }
    }

    fn send(&mut self, method: &str, request: &[u8]) {
        self.stream += 1;
        let packet = |kind, message, data: &[u8]| {
            Packet { kind, stream: self.stream, message, data: data.to_vec() }.encode()
        };
        let mut bytes = packet(kind::INVOKE, 1, format!("{SERVICE}{method}").as_bytes());
        bytes.extend(packet(kind::MESSAGE, 2, request));
        bytes.extend(packet(kind::CLOSE_SEND, 3, b""));
        self.socket.write_all(&bytes).unwrap();
    }

    /// The data of the answer, or the text of its error; none if the
    /// connection ended.
    fn receive(&mut self) -> Option<Result<Vec<u8>, String>> {
        let mut buf = [0; 1024];
        loop {
            while let Some(packet) = self.reader.next().unwrap() {
                match packet.kind {
                    kind::MESSAGE => return Some(Ok(packet.data)),
                    kind::ERROR => {
                        let text = String::from_utf8(packet.data[8..].to_vec()).unwrap();
                        return Some(Err(text));
                    }
                    _ => {}
                }
            }
            let len = self.socket.read(&mut buf).unwrap();
            if len == 0 {
                return None;
            }
            self.reader.feed(&buf[..len]);
        }
    }

    fn call(&mut self, method: &str, request: &[u8]) -> Result<Vec<u8>, String> {
        self.send(method, request);
        self.receive().unwrap()
    }
}

fn unit(names: &[&str]) -> Vec<u8> {
    let fields = names.iter().zip([0x0a, 0x12]);
    fields.flat_map(|(name, tag)| [&[tag, name.len() as u8], name.as_bytes()].concat()).collect()
}

/// Method and request of a call of the contract.
fn method(call: Call) -> (&'static str, Vec<u8>) {
    match call {
        Call::Complete(name) => ("SyncComplete", unit(&[name])),
        Call::Ready(name) => ("SyncReady", unit(&[name])),
        Call::Start(name) => ("SyncStart", unit(&[name])),
        Call::Status(name) => ("SyncStatus", unit(&[name])),
        Call::Want(name, dependency) => ("SyncWant", unit(&[name, dependency])),
    }
}

fn agent(fault: Fault) -> (tempfile::TempDir, FakeAgent) {
    let folder = tempfile::tempdir().unwrap();
    let agent = FakeAgent::start_with(&folder.path().join("run/agent.sock"), fault);
    (folder, agent)
}

#[test]
fn socket_follows_each_row_of_the_contract() {
    for row in ROWS {
        let (_folder, agent) = agent(Fault::None);
        let mut client = Client::connect(&agent);
        for call in row.before.calls() {
            let (method, request) = method(call);
            client.call(method, &request).unwrap_or_else(|err| panic!("{}: {err}", row.name));
        }
        let (method, request) = method(row.call);
        check_response(row, client.call(method, &request));
        let state = agent.state(UNIT).unwrap_or_default();
        assert_eq!(state, row.after.word(), "{}", row.name);
        assert_eq!(agent.violations(), Vec::<String>::new(), "{}", row.name);
    }
}

#[track_caller]
fn check_response(row: &Row, response: Result<Vec<u8>, String>) {
    let name = row.name;
    match (row.outcome, response) {
        (Outcome::Done, response) => assert_eq!(response, Ok(Vec::new()), "{name}"),
        (Outcome::Ready(true), response) => assert_eq!(response, Ok(vec![8, 1]), "{name}"),
        (Outcome::Ready(false), response) => assert_eq!(response, Ok(Vec::new()), "{name}"),
        (Outcome::Status { is_ready }, response) => {
            let status = StatusResponse::decode(&*response.unwrap()).unwrap();
            let Situation { unit, dependency } = row.before;
            assert_eq!(
                (status.status.as_str(), status.is_ready),
                (unit.word(), is_ready),
                "{name}"
            );
            let shown = status.dependencies.iter().map(|it| {
                assert_eq!((it.unit.as_str(), it.depends_on.as_str()), (UNIT, DEPENDENCY));
                assert_eq!(it.required_status, "completed", "{name}");
                assert_eq!(it.is_satisfied, it.current_status == "completed", "{name}");
                it.current_status.as_str()
            });
            assert!(shown.eq(dependency.map(|it| it.word())), "{name}");
        }
        (Outcome::Refused(refusal), response) => {
            let text = response.unwrap_err();
            assert!(text.contains(refusal.words()), "{name}: {text}");
        }
    }
}

#[test]
fn calls_are_recorded_in_order() {
    let (_folder, agent) = agent(Fault::None);
    let mut client = Client::connect(&agent);
    client.call("Ping", b"").unwrap();
    client.call("SyncWant", &unit(&["tool", "setup"])).unwrap();
    assert_eq!(agent.calls()[1], ("SyncWant".to_owned(), "tool".to_owned()));
    assert_eq!(agent.recorded()[1].depends_on, "setup");
    agent.wait_state("tool", "pending");
}

#[test]
fn agent_before_2_35_does_not_know_the_list() {
    let (_folder, agent) = agent(Fault::OldVersion);
    let mut client = Client::connect(&agent);
    let text = client.call("SyncList", b"").unwrap_err();
    assert_eq!(text, format!("protocol error: unknown rpc: \"{SERVICE}SyncList\""));
    agent.set_fault(Fault::None);
    agent.with_units(|units| units.start("a")).unwrap();
    let listed = client.call("SyncList", b"").unwrap();
    assert_eq!(listed, b"\x0a\x0e\x0a\x01a\x12\x07started\x18\x01");
}

#[test]
fn agent_without_a_unit_manager_answers_ping_only() {
    let (_folder, agent) = agent(Fault::ManagerUnavailable);
    let mut client = Client::connect(&agent);
    assert_eq!(client.call("Ping", b""), Ok(Vec::new()));
    assert!(client.call("SyncStart", &unit(&["a"])).unwrap_err().contains("manager not available"));
}

#[test]
fn closing_faults_end_the_connection_without_an_answer() {
    for fault in [Fault::CloseMidFrame, Fault::CloseOnAccept] {
        let (_folder, agent) = agent(fault.clone());
        let mut client = Client::connect(&agent);
        if !matches!(fault, Fault::CloseOnAccept) {
            client.send("SyncStart", &unit(&["a"]));
        }
        assert_eq!(client.receive(), None, "{fault:?}");
    }
}

#[tokio::test]
async fn hanging_agent_reads_and_carries_nothing_out() {
    let (_folder, agent) = agent(Fault::Hang);
    let mut client = Client::connect(&agent);
    client.send("SyncStart", &unit(&["a"]));
    agent.wait_for_async("the call", |state| state.calls.len() == 1).await;
    assert_eq!(agent.state("a"), None);
    drop(agent);
    assert_eq!(client.receive(), None);
}

#[test]
fn slow_answer_waits_for_the_gate() {
    let gate = Gate::new();
    let (_folder, agent) = agent(Fault::Slow(gate.clone()));
    let mut client = Client::connect(&agent);
    client.send("SyncStart", &unit(&["a"]));
    gate.wait_arrivals(1);
    assert_eq!(agent.state("a").as_deref(), Some("started"));
    gate.open();
    assert_eq!(client.receive(), Some(Ok(Vec::new())));
}

#[test]
fn fragmented_answer_is_legal() {
    let (_folder, agent) = agent(Fault::Fragmented);
    assert_eq!(Client::connect(&agent).call("SyncReady", &unit(&["a"])), Ok(vec![8, 1]));
}

#[test]
fn violation_ends_the_connection_and_is_recorded() {
    let (_folder, agent) = agent(Fault::None);
    for (case, bytes) in [
        ("skipped message id", &b"\x03\x01\x01\x01x\x05\x01\x03\x00"[..]),
        ("message first", b"\x05\x01\x01\x00"),
        ("an answer's kind", b"\x03\x01\x01\x01x\x07\x01\x02\x00"),
    ] {
        let before = agent.violations().len();
        let mut client = Client::connect(&agent);
        client.socket.write_all(bytes).unwrap();
        assert_eq!(client.receive(), None, "{case}");
        assert_eq!(agent.violations().len(), before + 1, "{case}");
    }
}

#[test]
fn restart_drops_all_units_and_the_socket_is_private() {
    let (_folder, mut agent) = agent(Fault::None);
    agent.with_units(|units| units.start("a")).unwrap();
    agent.restart();
    assert_eq!(agent.state("a"), None);
    assert_eq!(Client::connect(&agent).call("Ping", b""), Ok(Vec::new()));
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(agent.path()), 0o600);
    assert_eq!(mode(agent.path().parent().unwrap()), 0o700);
    agent.stop();
    assert!(!agent.path().exists());
}
