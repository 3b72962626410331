//! `wait`: block until the set-up of this workspace start has ended, and end
//! with its result.
//!
//! The unit shows *that* it ended, the status records the outcome; `verdict`
//! decides from the two, without I/O.

pub(crate) mod verdict;

use std::time::Duration;

use coder_client::agent_socket::{AgentSocket, SocketError, UnitState};
use coder_client::workspace::Files;
use settings::Lookup;
use time::OffsetDateTime;
use tokio::time::Instant;

use self::verdict::{Evidence, Observation, Verdict};
use super::{pause, runtime, stored};
use crate::cli::WaitArgs;
use crate::config::stored::Stored;
use crate::config::{self, Coordination, CoordinationSettings, SyncMode};
use crate::coordination::cli::SyncCli;
use crate::error::Error;
use crate::exit::Exit;
use crate::files::{Folder, LockState, Reach};
use crate::guard::Signals;
use crate::output::Output;
use crate::rotation;
use crate::run_id::RunId;
use crate::status::Status;

/// Time between the first two polls; each further pause is longer, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// How long a set-up that wrote its status may take to complete its unit.
const COMPLETION_GRACE: Duration = Duration::from_secs(2);

/// Timeout of a request to an agent that has not answered an earlier one, so
/// that the status is still polled often.
const LATER_REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

/// A wait for one set-up.
pub(super) struct Waiter<'a> {
    pub(super) place: &'a Files,
    pub(super) coordination: &'a Coordination,
    /// Unit that depends on the set-up.
    pub(super) as_unit: Option<&'a str>,
    /// Zero waits without end.
    pub(super) timeout: Duration,
}

/// Runs the command.
///
/// # Errors
///
/// Settings, 20, 21, or 19 if coordination is required.
pub(crate) fn run(args: &WaitArgs, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let place = config::place(&args.place, env)?;
    let stored = stored(&place, out)?;
    let coordination = CoordinationSettings::read(&args.coordination, env, &stored).checked()?;
    let timeout = config::flag_duration("--timeout", &args.timeout)?;
    let as_unit = args.as_unit.as_deref();
    let waiter = Waiter { place: &place, coordination: &coordination, as_unit, timeout };
    let runtime = runtime()?;
    runtime.block_on(async {
        let mut signals = Signals::catch().map_err(Error::Runtime)?;
        tokio::select! {
            biased;
            signal = signals.next() => Err(Error::Signal(signal)),
            waited = waiter.wait(out) => waited.map(|()| Exit::Done),
        }
    })
}

impl Waiter<'_> {
    /// Waits, starts the dependent unit, and returns the result of the set-up.
    pub(super) async fn wait(&self, out: &mut Output) -> Result<(), Error> {
        let mut link = Link::new(self.coordination, self.timeout);
        let waited = if self.timeout.is_zero() {
            Ok(self.watch(&mut link, out).await)
        } else {
            tokio::time::timeout(self.timeout, self.watch(&mut link, out)).await
        };
        let Ok(verdict) = waited else {
            let what = format!("unit `{}`", self.coordination.unit);
            return Err(Error::TimedOut { what, after: self.timeout });
        };
        let verdict = verdict?;
        if let Some(unit) = self.as_unit {
            // Also after a failed set-up: the dependent decides what it does
            // then, and its own dependents wait for its end.
            link.begin(unit, out).await?;
        }
        match verdict {
            Verdict::Usable => Ok(()),
            Verdict::NotUsable(reason) => Err(Error::NotSetUp(reason)),
        }
    }

    async fn watch(&self, link: &mut Link<'_>, out: &mut Output) -> Result<Verdict, Error> {
        if let Some(unit) = self.as_unit {
            link.want(unit, out).await?;
        }
        let mut pause_length = FIRST_PAUSE;
        let mut settled: Option<Instant> = None;
        loop {
            let state = link.state(out).await?;
            let evidence = self.evidence(state)?;
            match verdict::weigh(&evidence) {
                verdict::Weighed::Ended(verdict) => return Ok(verdict),
                verdict::Weighed::Settled(verdict) => {
                    let since = *settled.get_or_insert_with(Instant::now);
                    if since.elapsed() >= COMPLETION_GRACE {
                        return Ok(verdict);
                    }
                }
                verdict::Weighed::Open => settled = None,
            }
            pause(pause_length).await;
            pause_length = (pause_length * 2).min(LONGEST_PAUSE);
        }
    }

    /// The evidence at this time, beside the unit's state.
    fn evidence(&self, unit: Option<UnitState>) -> Result<Evidence, Error> {
        let run = RunId::current(&self.coordination.socket_path);
        let Some(folder) = Folder::open(self.place.folder(), Reach::OursOrRoots)? else {
            return Ok(Evidence { unit, run, ..Evidence::default() });
        };
        let mut seen = self.observe(&folder)?;
        let mut is_running_now = seen.lock != LockState::Free;
        if seen.is_doubtful() {
            let again = self.observe(&folder)?;
            is_running_now = again.is_running_after(&seen);
            seen = again;
        }
        let status = seen.status;
        let has_valid_ca =
            status.is_none() && unit == Some(UnitState::Completed) && self.has_valid_ca(&folder);
        Ok(Evidence { unit, run, status, is_running_now, has_valid_ca })
    }

    /// Reads the lock's state and then the status: a set-up that ends in
    /// between has written a final one.
    fn observe(&self, folder: &Folder) -> Result<Observation, Error> {
        let lock = folder.lock_state();
        let content = folder.read(self.place.status_name())?;
        let written = content.as_ref().map(|it| it.modified);
        let status = content.and_then(|it| Status::parse(&it.bytes));
        let status = status.map_or(Ok(None), |it| self.ours(folder, it))?;
        Ok(Observation { lock, status, written })
    }

    /// The status, if it is of this certificate and this unit.
    fn ours(&self, folder: &Folder, status: Status) -> Result<Option<Status>, Error> {
        let stored = folder.read(self.place.settings_name())?;
        let stored = stored.and_then(|it| Stored::parse(&it.bytes).ok()).unwrap_or_default();
        let cert_path = &self.place.cert_path;
        // The bootstrap script's status names no certificate.
        let is_ours = (status.cert_path.is_empty() || status.cert_path == *cert_path)
            && !stored.is_of_another(cert_path, &self.coordination.unit);
        Ok(is_ours.then_some(status))
    }

    /// Whether a CA is in place that is valid now. A file that is not ours or
    /// cannot be read holds none.
    fn has_valid_ca(&self, folder: &Folder) -> bool {
        let now = OffsetDateTime::now_utc();
        let file = folder.read(self.place.cert_name()).ok().flatten();
        file.is_some_and(|it| !rotation::read(&it.bytes, now, &[], now, None).is_empty())
    }
}

/// The agent's side of a wait: connected when it can be.
struct Link<'a> {
    coordination: &'a Coordination,
    socket: Option<AgentSocket>,
    was_warned: bool,
    /// Timeout of one request: the status has to be polled as well.
    request_timeout: Duration,
}

impl<'a> Link<'a> {
    /// A timeout of zero leaves requests to the socket's own timeouts.
    fn new(coordination: &'a Coordination, timeout: Duration) -> Self {
        let request_timeout = match (timeout.is_zero(), coordination.mode) {
            (true, _) => Duration::MAX,
            // Less than the whole timeout: an error that names the missing agent is
            // more use than a timeout.
            (false, SyncMode::Required) => timeout / 2,
            (false, _) => timeout / 4,
        };
        Self { coordination, socket: None, was_warned: false, request_timeout }
    }

    async fn connected(&mut self) -> Result<&mut AgentSocket, SocketError> {
        if self.socket.is_none() {
            self.socket = Some(AgentSocket::connect(&self.coordination.socket_path).await?);
        }
        self.socket.as_mut().ok_or(SocketError::Closed)
    }

    /// State of the set-up's unit; `None` without an agent.
    async fn state(&mut self, out: &mut Output) -> Result<Option<UnitState>, Error> {
        if self.coordination.mode == SyncMode::Off {
            return Ok(None);
        }
        let (unit, timeout) = (&self.coordination.unit, self.request_timeout);
        let request = async { self.connected().await?.status(unit).await };
        match in_time(timeout, request).await {
            Ok(status) => Ok(Some(status.state)),
            Err(err) => self.without(err, out).map(|()| None),
        }
    }

    async fn want(&mut self, dependent: &str, out: &mut Output) -> Result<(), Error> {
        if self.coordination.mode == SyncMode::Off {
            return Ok(());
        }
        let (unit, timeout) = (&self.coordination.unit, self.request_timeout);
        let request = async { self.connected().await?.want(dependent, unit).await };
        in_time(timeout, request).await.or_else(|err| self.without(err, out))
    }

    async fn begin(&mut self, dependent: &str, out: &mut Output) -> Result<(), Error> {
        if self.coordination.mode == SyncMode::Off {
            return Ok(());
        }
        let request = match self.connected().await {
            Ok(socket) => socket.begin(dependent).await.map(|_| ()),
            Err(err) => Err(err),
        };
        let Err(err) = request else { return Ok(()) };
        match SyncCli::after(&err, &self.coordination.socket_path) {
            Some(cli) if cli.begin(dependent).await => Ok(()),
            _ => self.without(err, out),
        }
    }

    /// Goes on without the agent, with one warning.
    fn without(&mut self, source: SocketError, out: &mut Output) -> Result<(), Error> {
        self.socket = None;
        if matches!(source, SocketError::Timeout { .. }) {
            self.request_timeout = self.request_timeout.min(LATER_REQUEST_TIMEOUT);
        }
        let socket_path = self.coordination.socket_path.clone();
        if self.coordination.mode == SyncMode::Required {
            return Err(Error::Coordination { socket_path, source });
        }
        if !self.was_warned {
            self.was_warned = true;
            let path = socket_path.display();
            let hint = "the status file of the set-up is polled instead";
            out.warn(&format!("no coordination over agent socket `{path}` ({source})"), Some(hint));
        }
        Ok(())
    }
}

/// A request with a timeout. The connection cannot be used after that.
async fn in_time<T>(
    timeout: Duration,
    request: impl Future<Output = Result<T, SocketError>>,
) -> Result<T, SocketError> {
    let timed_out = SocketError::Timeout { during: "requesting the unit's state" };
    tokio::time::timeout(timeout, request).await.unwrap_or(Err(timed_out))
}
