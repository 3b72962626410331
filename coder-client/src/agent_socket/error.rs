//! Why a call to the agent failed, and whether coordination can be had at all.

use std::io;

use thiserror::Error;

use settings::text;

/// The longest text of a peer that is kept.
const MAX_TEXT: usize = 512;

/// dRPC's code for a method that is known but has no implementation.
const CODE_UNIMPLEMENTED: u64 = 12;

/// Why a call to the agent failed.
#[derive(Debug, Error)]
pub enum SocketError {
    /// No file is at the path.
    #[error("the agent socket does not exist")]
    Missing,
    /// The file is there, but no process listens.
    #[error("no process listens on the agent socket")]
    Refused,
    /// The socket belongs to another user.
    #[error("permission to open the agent socket is denied")]
    PermissionDenied,
    /// Another user, given by number, listens at the path.
    #[error("the agent socket is served by the user `{0}`")]
    OtherOwner(u32),
    /// A deadline passed.
    #[error("no response from the agent socket within the timeout while {during}")]
    Timeout {
        /// `connecting`, or the method that was called.
        during: &'static str,
    },
    /// The connection ended, or an earlier failure ended it.
    #[error("the connection to the agent socket is closed")]
    Closed,
    /// The peer does not keep to the protocol.
    #[error("the agent socket speaks another protocol: {0}")]
    Protocol(String),
    /// The system refused for another reason.
    #[error("failed to reach the agent socket")]
    Io(#[source] io::Error),
    /// The agent answered with an error.
    #[error("the agent refused: {0}")]
    Remote(RemoteError),
}

impl SocketError {
    /// Whether coordination is not available at all, as opposed to the agent
    /// refusing this call.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Remote(err) => err.is_unavailable(),
            _ => true,
        }
    }

    /// What to do about it, if anything helps.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing | Self::Refused => {
                "set `CODER_AGENT_SOCKET_SERVER_ENABLED=true` in the environment of the agent \
                 itself (container or VM, not `coder_env`); Coder 2.32 and newer serve the socket \
                 by default"
            }
            Self::PermissionDenied | Self::OtherOwner(_) => {
                "run as the user that the workspace agent runs as"
            }
            Self::Remote(err) if err.kind == RemoteErrorKind::UnknownRpc => {
                "this needs a newer Coder agent"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }

    /// Whether the agent answered with an error of this kind.
    pub fn is_remote(&self, kind: RemoteErrorKind) -> bool {
        matches!(self, Self::Remote(err) if err.kind == kind)
    }
}

/// An error that the agent sent.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{text}")]
pub struct RemoteError {
    kind: RemoteErrorKind,
    /// The agent's message, one bounded line.
    text: String,
}

/// What an error of the agent means. The agent sends only text, so the text
/// decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteErrorKind {
    /// A dependency would lead back to the unit.
    CycleDetected,
    /// The agent runs without unit management.
    ManagerUnavailable,
    /// The unit's name is empty.
    NameRequired,
    /// The unit is not registered.
    NotFound,
    /// Dependencies of the unit are not completed.
    NotReady,
    /// The unit has that status already.
    SameStatus,
    /// The agent is too old for the method.
    UnknownRpc,
    /// None of these.
    Unrecognised,
}

/// The text of each kind, as of agent versions 2.29 to 2.35.
const TEXTS: [(&str, RemoteErrorKind); 7] = [
    ("cycle detected", RemoteErrorKind::CycleDetected),
    ("unit manager not available", RemoteErrorKind::ManagerUnavailable),
    ("unit name is required", RemoteErrorKind::NameRequired),
    ("unit not found", RemoteErrorKind::NotFound),
    ("unit not ready", RemoteErrorKind::NotReady),
    ("same status already set", RemoteErrorKind::SameStatus),
    ("protocol error: unknown rpc", RemoteErrorKind::UnknownRpc),
];

impl RemoteError {
    /// Sorts an error packet's code and text.
    ///
    /// The agent puts the unit's name in front of its reason, so the text that
    /// stands last decides: a unit may be called `unit not found`.
    pub(super) fn new(code: u64, text: &str) -> Self {
        let by_text = TEXTS
            .iter()
            .filter_map(|(part, kind)| Some((text.rfind(part)?, *kind)))
            .max_by_key(|(position, _)| *position)
            .map(|(_, kind)| kind);
        let kind = match by_text {
            _ if code == CODE_UNIMPLEMENTED => RemoteErrorKind::UnknownRpc,
            Some(kind) => kind,
            None => RemoteErrorKind::Unrecognised,
        };
        Self { kind, text: text::one_line(text, MAX_TEXT) }
    }

    /// What it means.
    pub fn kind(&self) -> RemoteErrorKind {
        self.kind
    }

    fn is_unavailable(&self) -> bool {
        matches!(self.kind, RemoteErrorKind::ManagerUnavailable | RemoteErrorKind::UnknownRpc)
    }
}

#[cfg(test)]
mod tests;
