//! The agent socket as a peer: nobody there, broken, slow, old.

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
async fn nobody_there_is_told_apart() {
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
async fn a_ping_is_answered_and_keeps_to_the_format() {
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
async fn unusual_but_legal_answers_are_understood() {
    let folder = folder();
    let agent = FakeAgent::start_with(&folder.path().join("agent.sock"), Fault::Fragmented);
    let mut socket = connect(agent.path()).await;
    socket.want("tool", "setup").await.expect("an answer");
    assert!(!socket.ready("tool").await.expect("an answer"));
    assert_eq!(socket.status("tool").await.expect("an answer").dependencies.len(), 1);
}

#[tokio::test]
async fn an_answer_may_come_byte_by_byte() {
    let folder = folder();
    let gate = Gate::new();
    let agent = FakeAgent::start_with(&folder.path().join("agent.sock"), Fault::Slow(gate.clone()));
    let mut socket = connect(agent.path()).await;
    let call = tokio::spawn(async move { socket.start("setup").await });
    agent.wait_state("setup", "started").await;
    for step in 1..=4 {
        gate.wait_arrivals_async(step).await;
        gate.let_pass(1);
    }
    gate.open();
    call.await.expect("no panic").expect("an answer");
}

#[tokio::test]
async fn broken_peers_mean_that_coordination_is_unavailable() {
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
async fn an_agent_without_units_is_unavailable() {
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
async fn an_old_agent_has_no_list_and_stays_usable() {
    let folder = folder();
    let agent = FakeAgent::start_with(&folder.path().join("agent.sock"), Fault::OldVersion);
    let mut socket = connect(agent.path()).await;
    let error = socket.list().await.expect_err("no such method");
    assert!(error.is_remote(RemoteErrorKind::UnknownRpc) && error.is_unavailable(), "{error}");
    socket.ping().await.expect("still connected");
}

#[tokio::test]
async fn a_restarted_agent_needs_a_new_connection() {
    let folder = folder();
    let mut agent = FakeAgent::start(&folder.path().join("agent.sock"));
    let mut socket = connect(agent.path()).await;
    socket.start("setup").await.expect("an answer");
    agent.restart();
    assert!(matches!(socket.ping().await, Err(SocketError::Closed)));
    let state = connect(agent.path()).await.status("setup").await.expect("an answer").state;
    assert_eq!(state.to_string(), "not registered");
}
