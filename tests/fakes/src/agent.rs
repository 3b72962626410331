//! A fake Coder agent: its Unix socket, speaking dRPC, with the real state
//! machine of units.
//!
//! Codec and state machine are written from the protocol's description and
//! share no code with `coder-client`: a mistake would have to be made twice to
//! stay unseen. The codec here is strict, and what a client does wrong is kept
//! in [`FakeAgent::violations`].

use std::fs::{self, DirBuilder, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::units::Units;
use crate::gate::Gate;
use crate::server_thread::ServerThread;
use testkit::watched::Watched;

mod frame;
mod messages;
mod serve;
mod units;

#[cfg(test)]
mod tests;

/// How the agent misbehaves.
#[derive(Debug, Clone, Default)]
pub enum Fault {
    /// It does not.
    #[default]
    None,
    /// Accepts and reads, and never answers; no call has an effect.
    Hang,
    /// Carries the call out, sends half of the first frame of its answer, closes.
    CloseMidFrame,
    /// Closes each connection as soon as it is accepted.
    CloseOnAccept,
    /// Carries the call out, then sends its answer a byte for each step of the
    /// gate.
    Slow(Gate),
    /// An agent before 2.35: no SyncList.
    OldVersion,
    /// Answers `unit manager not available` to every call but Ping.
    ManagerUnavailable,
    /// Answers something that is no dRPC.
    Garbage,
    /// Announces a packet of 5 MiB, above the protocol's limit.
    Oversized,
    /// Legal but unusual: a control frame of unknown kind first, then every
    /// answer in frames of one byte.
    Fragmented,
    /// Answers every call with this error.
    Error(String),
}

/// One call as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// As `SyncStart`.
    pub method: String,
    /// Empty for calls without a unit.
    pub unit: String,
    /// Of SyncWant only, else empty.
    pub depends_on: String,
}

/// The units of the agent, and what its clients have sent.
#[derive(Debug, Default)]
pub struct AgentState {
    /// The units now.
    pub units: Units,
    /// Calls in order of arrival.
    pub calls: Vec<Call>,
    /// Violations of the wire format by clients.
    pub violations: Vec<String>,
    /// Connections accepted so far.
    pub connections: usize,
    fault: Fault,
}

/// A running fake agent; dropping it stops it and removes the socket.
#[derive(Debug)]
pub struct FakeAgent {
    path: PathBuf,
    state: Arc<Watched<AgentState>>,
    server: Option<ServerThread>,
}

// === impl FakeAgent ===

impl FakeAgent {
    /// Listens on `path` (mode 0600; the parent is made with 0700 if missing; a
    /// stale socket is replaced). It is ready when this returns.
    ///
    /// # Panics
    /// If something already answers there.
    pub fn start(path: &Path) -> Self {
        Self::start_with(path, Fault::None)
    }

    /// As [`start`](Self::start), with a fault from the first connection on.
    pub fn start_with(path: &Path, fault: Fault) -> Self {
        let state = Arc::new(Watched::new(AgentState { fault, ..AgentState::default() }));
        let mut agent = Self { path: path.to_owned(), state, server: None };
        agent.listen();
        agent
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sets how it misbehaves, for calls from now on.
    pub fn set_fault(&self, fault: Fault) {
        self.state.change(|state| state.fault = fault);
    }

    /// As an agent's restart or a prebuild's claim: connections end, the socket
    /// is made anew, and no unit is registered any more.
    pub fn restart(&mut self) {
        self.stop();
        self.state.change(|state| state.units = Units::default());
        self.listen();
    }

    /// Ends connections and removes the socket, as an agent that was stopped in
    /// order. Its state stays readable.
    pub fn stop(&mut self) {
        if self.server.take().is_some() {
            fs::remove_file(&self.path).expect("the fake agent's socket can be removed");
        }
    }

    /// The status of a unit: `pending`, `started`, `completed`, or none if
    /// it is not registered.
    pub fn state(&self, unit: &str) -> Option<String> {
        self.state.read(|state| state.units.status(unit).map(str::to_owned))
    }

    /// Method and unit of each call, in order of arrival.
    pub fn calls(&self) -> Vec<(String, String)> {
        self.state.read(|state| {
            state.calls.iter().map(|it| (it.method.clone(), it.unit.clone())).collect()
        })
    }

    /// Each call with all its fields, in order of arrival.
    pub fn recorded(&self) -> Vec<Call> {
        self.state.read(|state| state.calls.clone())
    }

    /// Violations of the wire format by clients so far.
    pub fn violations(&self) -> Vec<String> {
        self.state.read(|state| state.violations.clone())
    }

    /// Changes the units directly, as another client of the same agent would.
    pub fn with_units<R>(&self, change: impl FnOnce(&mut Units) -> R) -> R {
        self.state.change(|state| change(&mut state.units))
    }

    /// Blocks until `done` is true of the agent's state.
    #[track_caller]
    pub fn wait_for(&self, what: &str, done: impl Fn(&AgentState) -> bool) {
        self.state.wait(what, |state| done(state).then_some(()));
    }

    /// As [`wait_for`](Self::wait_for), for a task on a runtime.
    pub async fn wait_for_async(&self, what: &str, done: impl Fn(&AgentState) -> bool) {
        self.state.wait_async(what, |state| done(state).then_some(())).await;
    }

    /// Blocks until the unit has this status.
    #[track_caller]
    pub fn wait_state(&self, unit: &str, status: &str) {
        self.wait_for(unit, |state| state.units.status(unit) == Some(status));
    }

    /// As [`wait_state`](Self::wait_state), for a task on a runtime.
    pub async fn wait_state_async(&self, unit: &str, status: &str) {
        self.wait_for_async(unit, |state| state.units.status(unit) == Some(status)).await;
    }

    fn listen(&mut self) {
        self.clear_path();
        let listener =
            UnixListener::bind(&self.path).expect("the fake agent's socket can be bound");
        fs::set_permissions(&self.path, Permissions::from_mode(0o600)).expect("our own socket");
        let main = serve::run(listener, Arc::clone(&self.state));
        self.server = Some(ServerThread::start("fake-agent", main));
    }

    fn clear_path(&self) {
        if let Some(parent) = self.path.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(parent)
                .expect("the socket's folder can be made");
        }
        assert!(
            UnixStream::connect(&self.path).is_err(),
            "socket path {} is not available",
            self.path.display()
        );
        match fs::remove_file(&self.path) {
            Err(err) if err.kind() != ErrorKind::NotFound => {
                panic!("cannot remove the stale socket {}: {err}", self.path.display())
            }
            _ => {}
        }
    }
}

impl Drop for FakeAgent {
    fn drop(&mut self) {
        if self.server.take().is_some() {
            // The folder may be gone already; a test's temporary folder takes
            // the socket with it.
            let _gone = fs::remove_file(&self.path);
        }
    }
}
