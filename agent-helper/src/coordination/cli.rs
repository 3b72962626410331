//! `coder exp sync`, for an agent that cannot be spoken to but whose own
//! command is there: a socket at a place that only it knows, or a protocol that
//! is newer than ours.
//!
//! Its output is not ours to show and is read for one word only. It may hang,
//! and that of 2.30 panics where the agent does not answer, so each task has a
//! deadline and its exit code is all that counts.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use coder_client::agent_socket::{self, SocketError};
use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::env::ENV_SESSION_TOKEN;

/// Time for beginning or ending a unit, however many calls that takes.
const DEADLINE: Duration = Duration::from_secs(5);

/// What the command itself may wait for other units.
const START_TIMEOUT: &str = "2s";

/// The agent's command, by its name on `PATH`.
const PROGRAM: &str = "coder";

/// The command, aimed at one socket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SyncCli<'a> {
    /// `None` leaves it to the command, which may know another place.
    socket_path: Option<&'a Path>,
}

impl<'a> SyncCli<'a> {
    /// The command, if this failure is one that it may not share with us. An
    /// agent that does not answer or refuses us does so to it as well, and one
    /// of another user gets no request by any way.
    pub(crate) fn after(err: &SocketError, socket_path: &'a Path) -> Option<Self> {
        let may_help = match err {
            SocketError::Missing
            | SocketError::Refused
            | SocketError::Closed
            | SocketError::Protocol(_)
            | SocketError::Io(_) => true,
            SocketError::PermissionDenied
            | SocketError::OtherOwner(_)
            | SocketError::Timeout { .. }
            | SocketError::Remote(_) => false,
        };
        let socket_path = (socket_path != agent_socket::default_path()).then_some(socket_path);
        may_help.then_some(Self { socket_path })
    }

    /// Starts a unit that is neither started nor completed; returns whether it is
    /// one of the two afterwards.
    pub(crate) async fn begin(self, unit: &str) -> bool {
        let begun = async {
            if self.has_begun(unit).await {
                return true;
            }
            let start = self.run(&["start", "--timeout", START_TIMEOUT, unit]).await;
            start.is_some_and(|it| it.success()) || self.has_begun(unit).await
        };
        timeout(DEADLINE, begun).await.unwrap_or(false)
    }

    /// Completes a unit, also one that was never started; returns whether it is
    /// completed afterwards.
    pub(crate) async fn end(self, unit: &str) -> bool {
        let ended = async {
            if self.complete(unit).await {
                return true;
            }
            if self.status(unit).await.as_deref() == Some("completed") {
                return true;
            }
            self.run(&["start", "--timeout", START_TIMEOUT, unit]).await;
            self.complete(unit).await
        };
        timeout(DEADLINE, ended).await.unwrap_or(false)
    }

    async fn complete(self, unit: &str) -> bool {
        self.run(&["complete", unit]).await.is_some_and(|it| it.success())
    }

    async fn has_begun(self, unit: &str) -> bool {
        matches!(self.status(unit).await.as_deref(), Some("started" | "completed"))
    }

    /// The unit's status in the command's word.
    async fn status(self, unit: &str) -> Option<String> {
        let mut command = self.command(&["status", "-o", "json", unit]);
        let child = command.stdout(Stdio::piped()).spawn().ok()?;
        let output = child.wait_with_output().await.ok().filter(|it| it.status.success())?;
        let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
        Some(answer.get("status")?.as_str()?.to_owned())
    }

    async fn run(self, args: &[&str]) -> Option<ExitStatus> {
        self.command(args).spawn().ok()?.wait().await.ok()
    }

    fn command(self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["exp", "sync"]);
        if let Some(path) = self.socket_path {
            command.arg("--socket-path").arg(path);
        }
        command
            .args(args)
            .env_remove(ENV_SESSION_TOKEN)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command
    }
}
