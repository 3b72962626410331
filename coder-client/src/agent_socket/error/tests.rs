//! The agent's error texts and their meaning.

use std::io;

use super::{RemoteError, RemoteErrorKind, SocketError};

#[track_caller]
fn check(code: u64, text: &str, kind: RemoteErrorKind, is_unavailable: bool) {
    let error = SocketError::Remote(RemoteError::new(code, text));
    assert!(error.is_remote(kind), "{text}: {error:?}");
    assert_eq!(error.is_unavailable(), is_unavailable, "{text}");
    assert_eq!(error.to_string(), format!("the agent refused: {text}"));
}

#[test]
fn last_known_text_decides_the_kind_of_an_agent_error() {
    check(0, "unit name is required", RemoteErrorKind::NameRequired, false);
    check(0, "cannot add dependency: cycle detected", RemoteErrorKind::CycleDetected, false);
    check(0, r#"cannot start unit "tool": unit not ready"#, RemoteErrorKind::NotReady, false);
    check(0, "same status already set", RemoteErrorKind::SameStatus, false);
    check(
        0,
        r#"cannot complete unit "nope": unit "nope" must be registered first: unit not found"#,
        RemoteErrorKind::NotFound,
        false,
    );
    check(
        0,
        r#"cannot start unit "unit not found": unit not ready"#,
        RemoteErrorKind::NotReady,
        false,
    );
    check(0, "unit manager not available", RemoteErrorKind::ManagerUnavailable, true);
    check(
        0,
        r#"protocol error: unknown rpc: "/coder.agentsocket.v1.AgentSocket/SyncList""#,
        RemoteErrorKind::UnknownRpc,
        true,
    );
    check(12, "Unimplemented", RemoteErrorKind::UnknownRpc, true);
    check(0, "unheard of", RemoteErrorKind::Unrecognised, false);
}

#[test]
fn agent_error_text_is_shown_as_one_bounded_line() {
    let error = RemoteError::new(0, &format!("a\n\u{1b}[2J{}", "x".repeat(1000)));
    assert!(
        error.to_string().starts_with("a [2Jx") && error.to_string().chars().count() <= 513,
        "{error}"
    );
}

#[test]
fn call_without_an_agents_answer_means_coordination_is_unavailable() {
    for error in [
        SocketError::Missing,
        SocketError::Refused,
        SocketError::PermissionDenied,
        SocketError::OtherOwner(1),
        SocketError::Timeout { during: "connecting" },
        SocketError::Closed,
        SocketError::Protocol(String::new()),
        SocketError::Io(io::ErrorKind::Other.into()),
    ] {
        assert!(error.is_unavailable(), "{error}");
    }
    assert!(
        SocketError::Missing
            .hint()
            .is_some_and(|it| it.contains("CODER_AGENT_SOCKET_SERVER_ENABLED"))
    );
}
