//! Units: each row of the agent's call table, its traps, and our rules.

use coder_client::agent_socket::{
    AgentSocket, Begun, Dependency, RemoteErrorKind, SocketError, UnitState, UnitStatus,
    UnitSummary,
};
use fakes::agent::{FakeAgent, Fault};
use tempfile::TempDir;

const UNIT: &str = "aibridge-proxy-setup";

/// A fake agent and a connection to it.
struct Rig {
    agent: FakeAgent,
    socket: AgentSocket,
    _folder: TempDir,
}

impl Rig {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let agent = FakeAgent::start(&folder.path().join("agent.sock"));
        let socket = AgentSocket::connect(agent.path()).await.expect("the fake agent listens");
        Self { agent, socket, _folder: folder }
    }

    fn methods(&self) -> Vec<String> {
        self.agent.calls().into_iter().map(|(method, _)| method).collect()
    }
}

#[track_caller]
fn assert_remote<T: std::fmt::Debug>(outcome: Result<T, SocketError>, kind: RemoteErrorKind) {
    match outcome {
        Err(err) if err.is_remote(kind) => assert!(!err.is_unavailable(), "{err}"),
        other => panic!("{other:?} instead of {kind:?}"),
    }
}

#[tokio::test]
async fn want_registers_the_unit_and_not_the_other() {
    let mut rig = Rig::new().await;
    for _ in 0..2 {
        rig.socket.want("tool", UNIT).await.expect("repeating is harmless");
    }
    assert_eq!(rig.agent.state("tool").as_deref(), Some("pending"));
    assert_eq!(rig.agent.state(UNIT), None);
    assert_remote(rig.socket.want("", UNIT).await, RemoteErrorKind::NameRequired);
    assert_remote(rig.socket.want("tool", "tool").await, RemoteErrorKind::CycleDetected);
    assert_remote(rig.socket.want(UNIT, "tool").await, RemoteErrorKind::CycleDetected);
}

#[tokio::test]
async fn ready_tells_whether_everything_is_completed() {
    let mut rig = Rig::new().await;
    assert!(rig.socket.ready("unknown").await.expect("an unknown unit is ready"));
    rig.socket.want("tool", UNIT).await.expect("an answer");
    assert!(!rig.socket.ready("tool").await.expect("an answer"));
    rig.socket.end(UNIT).await.expect("an answer");
    assert!(rig.socket.ready("tool").await.expect("an answer"));
    assert_remote(rig.socket.ready("").await, RemoteErrorKind::NameRequired);
}

#[tokio::test]
async fn start_registers_and_refuses_unmet_dependencies() {
    let mut rig = Rig::new().await;
    rig.socket.start(UNIT).await.expect("an answer");
    assert_eq!(rig.agent.state(UNIT).as_deref(), Some("started"));
    assert_remote(rig.socket.start(UNIT).await, RemoteErrorKind::SameStatus);
    rig.socket.want("tool", UNIT).await.expect("an answer");
    assert_remote(rig.socket.start("tool").await, RemoteErrorKind::NotReady);
    assert_remote(rig.socket.start("").await, RemoteErrorKind::NameRequired);
}

#[tokio::test]
async fn complete_needs_a_registered_unit() {
    let mut rig = Rig::new().await;
    assert_remote(rig.socket.complete(UNIT).await, RemoteErrorKind::NotFound);
    rig.socket.start(UNIT).await.expect("an answer");
    rig.socket.complete(UNIT).await.expect("an answer");
    assert_eq!(rig.agent.state(UNIT).as_deref(), Some("completed"));
    assert_remote(rig.socket.complete(UNIT).await, RemoteErrorKind::SameStatus);
}

#[tokio::test]
async fn status_tells_state_and_dependencies() {
    let mut rig = Rig::new().await;
    let unknown =
        UnitStatus { state: UnitState::NotRegistered, is_ready: true, dependencies: vec![] };
    assert_eq!(rig.socket.status("tool").await.expect("no error"), unknown);
    rig.socket.want("tool", UNIT).await.expect("an answer");
    let dependency = |current: &str| Dependency {
        depends_on: UNIT.into(),
        required_status: "completed".into(),
        current_status: current.into(),
        is_satisfied: current == "completed",
    };
    let waiting = UnitStatus {
        state: UnitState::Pending,
        is_ready: false,
        dependencies: vec![dependency("")],
    };
    assert_eq!(rig.socket.status("tool").await.expect("an answer"), waiting);
    rig.socket.end(UNIT).await.expect("an answer");
    rig.socket.start("tool").await.expect("an answer");
    let started = UnitStatus {
        state: UnitState::Started,
        is_ready: true,
        dependencies: vec![dependency("completed")],
    };
    assert_eq!(rig.socket.status("tool").await.expect("an answer"), started);
    assert_remote(rig.socket.status("").await, RemoteErrorKind::NameRequired);
}

#[tokio::test]
async fn list_gives_every_registered_unit() {
    let mut rig = Rig::new().await;
    assert_eq!(rig.socket.list().await.expect("an answer"), []);
    rig.socket.want("tool", UNIT).await.expect("an answer");
    rig.socket.start(UNIT).await.expect("an answer");
    let mut units = rig.socket.list().await.expect("an answer");
    units.sort_by(|a, b| a.unit.cmp(&b.unit));
    let unit = |unit: &str, state, is_ready| UnitSummary { unit: unit.into(), state, is_ready };
    assert_eq!(
        units,
        [unit(UNIT, UnitState::Started, true), unit("tool", UnitState::Pending, false)]
    );
}

#[tokio::test]
async fn starting_a_completed_unit_takes_the_completion_back() {
    let mut rig = Rig::new().await;
    rig.socket.end(UNIT).await.expect("an answer");
    rig.socket.start(UNIT).await.expect("the agent allows it");
    assert_eq!(rig.agent.state(UNIT).as_deref(), Some("started"));
}

#[tokio::test]
async fn begin_never_takes_a_completion_back() {
    let mut rig = Rig::new().await;
    assert_eq!(rig.socket.begin(UNIT).await.expect("an answer"), Begun::Started);
    assert_eq!(rig.socket.begin(UNIT).await.expect("an answer"), Begun::AlreadyStarted);
    rig.socket.complete(UNIT).await.expect("an answer");
    assert_eq!(rig.socket.begin(UNIT).await.expect("an answer"), Begun::AlreadyCompleted);
    assert_eq!(rig.agent.state(UNIT).as_deref(), Some("completed"));
    assert_eq!(
        rig.methods(),
        ["SyncStatus", "SyncStart", "SyncStatus", "SyncComplete", "SyncStatus"]
    );
}

#[tokio::test]
async fn begin_starts_a_pending_unit_once_it_is_ready() {
    let mut rig = Rig::new().await;
    rig.socket.want("tool", UNIT).await.expect("an answer");
    assert_remote(rig.socket.begin("tool").await, RemoteErrorKind::NotReady);
    rig.socket.end(UNIT).await.expect("an answer");
    assert_eq!(rig.socket.begin("tool").await.expect("an answer"), Begun::Started);
}

#[tokio::test]
async fn end_completes_from_every_state() {
    let mut rig = Rig::new().await;
    rig.socket.end(UNIT).await.expect("a unit that nobody registered");
    rig.socket.end(UNIT).await.expect("a completed unit");
    assert_eq!(rig.agent.state(UNIT).as_deref(), Some("completed"));
    assert_eq!(rig.methods(), ["SyncComplete", "SyncStart", "SyncComplete", "SyncComplete"]);
    rig.socket.begin("second").await.expect("an answer");
    rig.socket.end("second").await.expect("a started unit");
    rig.socket.want("third", "never").await.expect("an answer");
    rig.socket.end("third").await.expect("a pending unit");
    for unit in ["second", "third"] {
        assert_eq!(rig.agent.state(unit).as_deref(), Some("completed"), "{unit}");
    }
}

#[tokio::test]
async fn an_error_in_new_words_is_handed_on() {
    let mut rig = Rig::new().await;
    rig.agent.set_fault(Fault::Error("something new".into()));
    for outcome in [rig.socket.begin(UNIT).await.map(|_| ()), rig.socket.end(UNIT).await] {
        assert_eq!(
            outcome.as_ref().map_err(ToString::to_string),
            Err("the agent refused: something new".into())
        );
        assert_remote(outcome, RemoteErrorKind::Unrecognised);
    }
}
