//! The stream to the agent: a Unix socket, on Windows a named pipe.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;

use super::SocketError;

/// How long connecting may take. A local listener that needs longer does not
/// accept at all.
const CONNECT_DEADLINE: Duration = Duration::from_secs(2);

#[cfg(unix)]
pub(super) type Stream = tokio::net::UnixStream;

#[cfg(windows)]
pub(super) type Stream = tokio::net::windows::named_pipe::NamedPipeClient;

/// Connects and checks who listens.
pub(super) async fn connect(path: &Path) -> Result<Stream, SocketError> {
    match timeout(CONNECT_DEADLINE, open(path)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(SocketError::Timeout { during: "connecting" }),
    }
}

#[cfg(unix)]
async fn open(path: &Path) -> Result<Stream, SocketError> {
    let stream = Stream::connect(path).await.map_err(sort)?;
    let peer = stream.peer_cred().map_err(SocketError::Io)?.uid();
    let own = rustix::process::geteuid().as_raw();
    if is_trusted(peer, own) { Ok(stream) } else { Err(SocketError::OtherOwner(peer)) }
}

/// The agent makes its socket for its own user, so a listener is ours or
/// root's; root itself may talk to anybody's.
#[cfg(unix)]
fn is_trusted(peer: u32, own: u32) -> bool {
    const ROOT: u32 = 0;
    peer == own || peer == ROOT || own == ROOT
}

/// A pipe all of whose instances are taken counts as unavailable: the agent
/// offers a new one with each connection.
#[cfg(windows)]
async fn open(path: &Path) -> Result<Stream, SocketError> {
    tokio::net::windows::named_pipe::ClientOptions::new().open(path).map_err(sort)
}

fn sort(err: io::Error) -> SocketError {
    match err.kind() {
        io::ErrorKind::NotFound => SocketError::Missing,
        io::ErrorKind::ConnectionRefused => SocketError::Refused,
        io::ErrorKind::PermissionDenied => SocketError::PermissionDenied,
        _ => SocketError::Io(err),
    }
}

#[cfg(all(test, unix))]
mod tests;
