//! The workspace agent's socket: units that scripts of one workspace wait for.
//!
//! Coder's agent serves `coder.agentsocket.v1.AgentSocket` over dRPC on a Unix
//! socket. Units live in the agent's memory, know no failure, and are readable
//! and writable by every process that may open the socket; so coordination is a
//! convenience that may be missing, never a reason to fail a set-up.

mod error;
mod frame;
mod messages;
mod rpc;
mod transport;
mod unit;

use std::path::Path;

pub use self::error::{RemoteError, RemoteErrorKind, SocketError};
use self::messages::{
    Empty, ListResponse, ReadyResponse, StatusResponse, UnitRequest, WantRequest,
};
use self::rpc::{Connection, Method};
pub use self::unit::{Begun, Dependency, UnitState, UnitStatus, UnitSummary};

/// Where the agent listens unless configured otherwise.
pub fn default_path() -> &'static Path {
    Path::new(if cfg!(windows) {
        r"\\.\pipe\com.coder.agentsocket"
    } else {
        "/tmp/coder-agent.sock"
    })
}

/// One connection to the agent. Calls follow each other; each has a deadline
/// of five seconds.
///
/// A call that failed for another reason than the agent's own answer, or whose
/// future was dropped, leaves the connection unusable: later calls give
/// [`SocketError::Closed`].
#[derive(Debug)]
pub struct AgentSocket {
    connection: Connection<transport::Stream>,
}

impl AgentSocket {
    /// Connects within two seconds.
    ///
    /// A socket whose listener belongs to another user (neither root nor
    /// ours) is refused unless we are root: every user may put a socket into
    /// `/tmp` before the agent does.
    pub async fn connect(path: &Path) -> Result<Self, SocketError> {
        let stream = transport::connect(path).await?;
        Ok(Self { connection: Connection::new(stream) })
    }

    /// Checks that the agent responds at all (`Ping`).
    pub async fn ping(&mut self) -> Result<(), SocketError> {
        let Empty {} = self.connection.call(Method::Ping, &Empty {}).await?;
        Ok(())
    }

    /// Starts a unit, registering it if needed (`SyncStart`).
    ///
    /// The agent also does this to a **completed** unit, which takes the
    /// completion back; [`begin`](Self::begin) does not.
    pub async fn start(&mut self, unit: &str) -> Result<(), SocketError> {
        let Empty {} = self.connection.call(Method::SyncStart, &UnitRequest::new(unit)).await?;
        Ok(())
    }

    /// Declares that `unit` waits for `depends_on` to complete, registering
    /// `unit` but not the other (`SyncWant`). Repeating it is harmless.
    pub async fn want(&mut self, unit: &str, depends_on: &str) -> Result<(), SocketError> {
        let request = WantRequest { unit: unit.to_owned(), depends_on: depends_on.to_owned() };
        let Empty {} = self.connection.call(Method::SyncWant, &request).await?;
        Ok(())
    }

    /// Completes a registered unit (`SyncComplete`). [`end`](Self::end) also
    /// completes one that was never started.
    pub async fn complete(&mut self, unit: &str) -> Result<(), SocketError> {
        let Empty {} = self.connection.call(Method::SyncComplete, &UnitRequest::new(unit)).await?;
        Ok(())
    }

    /// Whether each dependency of `unit` is completed; true for a unit that is not
    /// registered (`SyncReady`).
    pub async fn ready(&mut self, unit: &str) -> Result<bool, SocketError> {
        let answer: ReadyResponse =
            self.connection.call(Method::SyncReady, &UnitRequest::new(unit)).await?;
        Ok(answer.ready)
    }

    /// Describes a unit. One that is not registered is no error (`SyncStatus`).
    pub async fn status(&mut self, unit: &str) -> Result<UnitStatus, SocketError> {
        let answer: StatusResponse =
            self.connection.call(Method::SyncStatus, &UnitRequest::new(unit)).await?;
        Ok(answer.into())
    }

    /// Lists the registered units (`SyncList`). Agents before 2.35 answer with
    /// [`RemoteErrorKind::UnknownRpc`].
    pub async fn list(&mut self) -> Result<Vec<UnitSummary>, SocketError> {
        let answer: ListResponse = self.connection.call(Method::SyncList, &Empty {}).await?;
        Ok(answer.units.into_iter().map(UnitSummary::from).collect())
    }

    /// Sees to it that a unit is started, and never takes a completion back.
    ///
    /// # Errors
    ///
    /// [`RemoteErrorKind::NotReady`] if the unit waits for others.
    pub async fn begin(&mut self, unit: &str) -> Result<Begun, SocketError> {
        match self.status(unit).await?.state {
            UnitState::Completed => return Ok(Begun::AlreadyCompleted),
            UnitState::Started => return Ok(Begun::AlreadyStarted),
            UnitState::NotRegistered | UnitState::Pending | UnitState::Other(_) => {}
        }
        match self.start(unit).await {
            Ok(()) => Ok(Begun::Started),
            // Another client completed it between the two calls.
            Err(err) if err.is_remote(RemoteErrorKind::SameStatus) => Ok(Begun::AlreadyStarted),
            Err(err) => Err(err),
        }
    }

    /// Completes a unit in every case, so that no dependent waits for ever: one that was
    /// never registered is started first, a completed one is left alone.
    pub async fn end(&mut self, unit: &str) -> Result<(), SocketError> {
        match self.complete(unit).await {
            Err(err) if err.is_remote(RemoteErrorKind::SameStatus) => Ok(()),
            Err(err) if err.is_remote(RemoteErrorKind::NotFound) => {
                self.start_and_complete(unit).await
            }
            verdict => verdict,
        }
    }

    async fn start_and_complete(&mut self, unit: &str) -> Result<(), SocketError> {
        for outcome in [self.start(unit).await, self.complete(unit).await] {
            match outcome {
                Err(err) if !err.is_remote(RemoteErrorKind::SameStatus) => return Err(err),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}
