//! The agent socket as a peer: missing, broken, slow, old.

use std::path::Path;

use coder_client::agent_socket::{AgentSocket, RemoteErrorKind, SocketError};
use fakes::agent::{FakeAgent, Fault};
use fakes::gate::Gate;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

async fn connect(path: &Path) -> AgentSocket {
    AgentSocket::connect(path).await.expect("the fake agent listens")
}

#[tokio::test]
async fn missing_refused_and_impossible_sockets_have_their_own_errors() {
    let folder = folder();
    let missing = AgentSocket::connect(&folder.path().join("none.sock")).await;
    assert!(matches!(missing, Err(SocketError::Missing)), "{missing:?}");

    let stale = folder.path().join("stale.sock");
    drop(std::os::unix::net::UnixListener::bind(&stale).expect("a socket"));
    let refused = AgentSocket::connect(&stale).await;
    assert!(matches!(refused, Err(SocketError::Refused)), "{refused:?}");

    let long = folder.path().join("x".repeat(200));
    let impossible = AgentSocket::connect(&long).await;
    assert!(matches!(impossible, Err(SocketError::Io(_))), "{impossible:?}");
}

#[tokio::test]
async fn pings_are_answered_and_keep_to_the_wire_format() {
    let folder = folder();
    let agent = FakeAgent::start(&folder.path().join("agent.sock"));
    let mut socket = connect(agent.path()).await;
    for _ in 0..3 {
        socket.ping().await.expect("an answer");
    }
    assert_eq!(agent.calls().len(), 3);
    assert_eq!(agent.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn fragmented_responses_are_understood() {
    let folder = folder();
    let agent = FakeAgent::start_with(&folder.path().join("agent.sock"), Fault::Fragmented);
    let mut socket = connect(agent.path()).await;
    socket.want("tool", "setup").await.expect("an answer");
    assert!(!socket.ready("tool").await.expect("an answer"));
    assert_eq!(socket.status("tool").await.expect("an answer").dependencies.len(), 1);
}

#[tokio::test]
async fn response_may_arrive_byte_by_byte() {
    let folder = folder();
    let gate = Gate::new();
    let agent = FakeAgent::start_with(&folder.path().join("agent.sock"), Fault::Slow(gate.clone()));
    let mut socket = connect(agent.path()).await;
    let call = tokio::spawn(async move { socket.start("setup").await });
    agent.wait_state_async("setup", "started").await;
    for step in 1..=4 {
        gate.wait_arrivals_async(step).await;
        gate.let_pass(1);
    }
    gate.open();
    call.await.expect("no panic").expect("an answer");
}

#[tokio::test]
async fn coordination_is_unavailable_if_the_peer_violates_the_protocol() {
    for (name, fault) in [
        ("closes in the middle of a frame", Fault::CloseMidFrame),
        ("closes at once", Fault::CloseOnAccept),
        ("speaks something else", Fault::Garbage),
        ("announces too much", Fault::Oversized),
    ] {
        let folder = folder();
        let agent = FakeAgent::start_with(&folder.path().join("agent.sock"), fault);
        let mut socket = connect(agent.path()).await;
        let error = socket.status("setup").await.expect_err(name);
        assert!(
            matches!(error, SocketError::Closed | SocketError::Protocol(_)),
            "{name}: {error:?}"
        );
        assert!(error.is_unavailable(), "{name}");
        let again = socket.ping().await.expect_err(name);
        assert!(matches!(again, SocketError::Closed), "{name}: {again:?}");
    }
}

#[tokio::test]
async fn agent_without_a_unit_manager_is_unavailable() {
    let folder = folder();
    let agent = FakeAgent::start_with(&folder.path().join("agent.sock"), Fault::ManagerUnavailable);
    let mut socket = connect(agent.path()).await;
    socket.ping().await.expect("it answers");
    let error = socket.begin("setup").await.expect_err("no manager");
    assert!(
        error.is_remote(RemoteErrorKind::ManagerUnavailable) && error.is_unavailable(),
        "{error}"
    );
}

#[tokio::test]
async fn agent_without_the_list_method_stays_usable() {
    let folder = folder();
    let agent = FakeAgent::start_with(&folder.path().join("agent.sock"), Fault::OldVersion);
    let mut socket = connect(agent.path()).await;
    let error = socket.list().await.expect_err("no such method");
    assert!(error.is_remote(RemoteErrorKind::UnknownRpc) && error.is_unavailable(), "{error}");
    socket.ping().await.expect("still connected");
}

#[tokio::test]
async fn restarted_agent_needs_a_new_connection() {
    let folder = folder();
    let mut agent = FakeAgent::start(&folder.path().join("agent.sock"));
    let mut socket = connect(agent.path()).await;
    socket.start("setup").await.expect("an answer");
    agent.restart();
    assert!(matches!(socket.ping().await, Err(SocketError::Closed)));
    let state = connect(agent.path()).await.status("setup").await.expect("an answer").state;
    assert_eq!(state.to_string(), "not registered");
}
