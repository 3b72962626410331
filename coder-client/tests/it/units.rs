//! Units: each row of the agent's contract, and the client's own rules for
//! beginning and ending a unit.

use coder_client::agent_socket::{
    AgentSocket, Begun, Dependency, RemoteErrorKind, SocketError, UnitState, UnitStatus,
    UnitSummary,
};
use fakes::agent::{FakeAgent, Fault};
use fakes::contract::units::{
    Call, DEPENDENCY, Outcome, ROWS, Refusal, Situation, State, UNIT as UNIT_OF_ROWS,
};
use tempfile::TempDir;

const UNIT: &str = "aibridge-proxy-setup";

/// A fake agent and a connection to it.
struct World {
    agent: FakeAgent,
    socket: AgentSocket,
    _folder: TempDir,
}

impl World {
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

/// Makes the call of a row and gives what the response states about the unit, if it does.
async fn call(socket: &mut AgentSocket, call: Call) -> Result<Response, SocketError> {
    let done = |()| Response::Done;
    match call {
        Call::Complete(unit) => socket.complete(unit).await.map(done),
        Call::Ready(unit) => socket.ready(unit).await.map(Response::Ready),
        Call::Start(unit) => socket.start(unit).await.map(done),
        Call::Status(unit) => socket.status(unit).await.map(Response::Status),
        Call::Want(unit, dependency) => socket.want(unit, dependency).await.map(done),
    }
}

#[derive(Debug, PartialEq)]
enum Response {
    Done,
    Ready(bool),
    Status(UnitStatus),
}

/// Our word for a refusal of the contract.
fn kind(refusal: Refusal) -> RemoteErrorKind {
    match refusal {
        Refusal::CycleDetected => RemoteErrorKind::CycleDetected,
        Refusal::ManagerUnavailable => RemoteErrorKind::ManagerUnavailable,
        Refusal::NameRequired => RemoteErrorKind::NameRequired,
        Refusal::NotFound => RemoteErrorKind::NotFound,
        Refusal::NotReady => RemoteErrorKind::NotReady,
        Refusal::SameStatus => RemoteErrorKind::SameStatus,
        Refusal::UnknownMethod => RemoteErrorKind::UnknownRpc,
    }
}

fn state(state: State) -> UnitState {
    match state {
        State::Completed => UnitState::Completed,
        State::NotRegistered => UnitState::NotRegistered,
        State::Pending => UnitState::Pending,
        State::Started => UnitState::Started,
    }
}

fn status(before: Situation, is_ready: bool) -> UnitStatus {
    let dependencies = before.dependency.map(|it| Dependency {
        depends_on: DEPENDENCY.into(),
        required_status: "completed".into(),
        current_status: it.word().into(),
        is_satisfied: it == State::Completed,
    });
    UnitStatus {
        state: state(before.unit),
        is_ready,
        dependencies: dependencies.into_iter().collect(),
    }
}

#[tokio::test]
async fn each_row_of_the_contract_is_understood() {
    for row in ROWS {
        let mut world = World::new().await;
        for earlier in row.before.calls() {
            call(&mut world.socket, earlier)
                .await
                .unwrap_or_else(|err| panic!("{}: {err}", row.name));
        }
        let result = call(&mut world.socket, row.call).await;
        let expected = match row.outcome {
            Outcome::Done => Ok(Response::Done),
            Outcome::Ready(is_ready) => Ok(Response::Ready(is_ready)),
            Outcome::Refused(refusal) => Err(kind(refusal)),
            Outcome::Status { is_ready } => Ok(Response::Status(status(row.before, is_ready))),
        };
        match expected {
            Ok(response) => {
                let result = result.unwrap_or_else(|err| panic!("{}: {err}", row.name));
                assert_eq!(result, response, "{}", row.name);
            }
            Err(kind) => assert_remote(result, kind),
        }
        let after = world.socket.status(UNIT_OF_ROWS).await.expect("a status").state;
        assert_eq!(after, state(row.after), "{}", row.name);
    }
}

#[tokio::test]
async fn list_shows_every_registered_unit() {
    let mut world = World::new().await;
    assert_eq!(world.socket.list().await.expect("an answer"), []);
    world.socket.want("tool", UNIT).await.expect("an answer");
    world.socket.start(UNIT).await.expect("an answer");
    let mut units = world.socket.list().await.expect("an answer");
    units.sort_by(|a, b| a.unit.cmp(&b.unit));
    let unit = |unit: &str, state, is_ready| UnitSummary { unit: unit.into(), state, is_ready };
    assert_eq!(
        units,
        [unit(UNIT, UnitState::Started, true), unit("tool", UnitState::Pending, false)]
    );
}

#[tokio::test]
async fn begin_leaves_a_completed_unit_completed() {
    let mut world = World::new().await;
    assert_eq!(world.socket.begin(UNIT).await.expect("an answer"), Begun::Started);
    assert_eq!(world.socket.begin(UNIT).await.expect("an answer"), Begun::AlreadyStarted);
    world.socket.complete(UNIT).await.expect("an answer");
    assert_eq!(world.socket.begin(UNIT).await.expect("an answer"), Begun::AlreadyCompleted);
    assert_eq!(world.agent.state(UNIT).as_deref(), Some("completed"));
    assert_eq!(
        world.methods(),
        ["SyncStatus", "SyncStart", "SyncStatus", "SyncComplete", "SyncStatus"]
    );
}

#[tokio::test]
async fn begin_starts_a_pending_unit_once_it_is_ready() {
    let mut world = World::new().await;
    world.socket.want("tool", UNIT).await.expect("an answer");
    assert_remote(world.socket.begin("tool").await, RemoteErrorKind::NotReady);
    world.socket.end(UNIT).await.expect("an answer");
    assert_eq!(world.socket.begin("tool").await.expect("an answer"), Begun::Started);
}

#[tokio::test]
async fn end_completes_a_unit_in_each_state() {
    let mut world = World::new().await;
    world.socket.end(UNIT).await.expect("a unit that is not registered");
    world.socket.end(UNIT).await.expect("a completed unit");
    assert_eq!(world.agent.state(UNIT).as_deref(), Some("completed"));
    assert_eq!(world.methods(), ["SyncComplete", "SyncStart", "SyncComplete", "SyncComplete"]);
    world.socket.begin("second").await.expect("an answer");
    world.socket.end("second").await.expect("a started unit");
    world.socket.want("third", "never").await.expect("an answer");
    world.socket.end("third").await.expect("a pending unit");
    for unit in ["second", "third"] {
        assert_eq!(world.agent.state(unit).as_deref(), Some("completed"), "{unit}");
    }
}

#[tokio::test]
async fn error_with_unknown_words_is_passed_on() {
    let mut world = World::new().await;
    world.agent.set_fault(Fault::Error("something new".into()));
    for outcome in [world.socket.begin(UNIT).await.map(|_| ()), world.socket.end(UNIT).await] {
        assert_eq!(
            outcome.as_ref().map_err(ToString::to_string),
            Err("the agent refused: something new".into())
        );
        assert_remote(outcome, RemoteErrorKind::Unrecognised);
    }
}
