//! Holding a unit of the workspace agent from its beginning to its end.
//!
//! Dependents wait on the unit, so it is completed after every result of the work
//! in between. A fault on the socket fails the work only if coordination is required.

pub(crate) mod cli;

use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use coder_client::agent_socket::{AgentSocket, SocketError};
use tokio::time::{Instant, timeout};

use self::cli::SyncCli;
use crate::config::{Coordination, SyncMode};
use crate::error::Error;
use crate::guard::Signals;
use crate::output::Output;

/// One unit, to be begun and ended by this process.
#[derive(Debug)]
pub(crate) struct Held {
    unit: String,
    mode: SyncMode,
    socket_path: PathBuf,
    socket: Option<AgentSocket>,
    is_known_missing: bool,
}

impl Held {
    /// Nothing happens yet.
    pub(crate) fn new(unit: &str, coordination: &Coordination) -> Self {
        Self {
            unit: unit.to_owned(),
            mode: coordination.mode,
            socket_path: coordination.socket_path.clone(),
            socket: None,
            is_known_missing: false,
        }
    }

    /// No unit at all.
    pub(crate) fn nothing() -> Self {
        Self {
            unit: String::new(),
            mode: SyncMode::Off,
            socket_path: PathBuf::new(),
            socket: None,
            is_known_missing: false,
        }
    }

    /// Starts the unit, unless it was completed before: a second run must not
    /// take back what dependents have built on.
    ///
    /// # Errors
    ///
    /// [`Error::Coordination`] if it cannot be had but is required.
    pub(crate) async fn begin(&mut self, out: &mut Output) -> Result<(), Error> {
        self.begin_in(Duration::MAX, out).await
    }

    /// As [`Self::begin`], for work that has a deadline of its own: an agent
    /// that does not answer must not use that up, so after a quarter of it the
    /// work goes on without. Not at the same time as the work: who sees that
    /// running sees the unit started.
    ///
    /// # Errors
    ///
    /// As there. Where coordination is required there is nothing to go on
    /// with, and all of the deadline may pass.
    pub(crate) async fn begin_within(
        &mut self,
        deadline: Duration,
        out: &mut Output,
    ) -> Result<(), Error> {
        let is_required = self.mode == SyncMode::Required;
        self.begin_in(if is_required { deadline } else { deadline / 4 }, out).await
    }

    async fn begin_in(&mut self, patience: Duration, out: &mut Output) -> Result<(), Error> {
        if self.mode == SyncMode::Off {
            return Ok(());
        }
        let started = Instant::now();
        let source = match timeout(patience, self.try_begin()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(source)) => source,
            Err(_) => SocketError::Timeout { during: "beginning the unit" },
        };
        let left = patience.saturating_sub(started.elapsed());
        if let Some(cli) = SyncCli::after(&source, &self.socket_path)
            && timeout(left, cli.begin(&self.unit)).await.unwrap_or(false)
        {
            self.tell_of_the_cli(&source, out);
            return Ok(());
        }
        self.is_known_missing = matches!(source, SocketError::Missing);
        self.tolerate(source, "other scripts cannot wait for this unit", out)
    }

    /// Completes the unit, also if beginning it had failed: by now the agent
    /// may be there, and so may dependents. Harmless to repeat.
    ///
    /// # Errors
    ///
    /// [`Error::Coordination`] if it cannot be had but is required.
    pub(crate) async fn end(&mut self, out: &mut Output) -> Result<(), Error> {
        if self.mode == SyncMode::Off {
            return Ok(());
        }
        if let Some(mut socket) = self.socket.take()
            && socket.end(&self.unit).await.is_ok()
        {
            return Ok(());
        }
        // The agent may have started again in between: a new connection decides.
        let Err(source) = self.try_end().await else { return Ok(()) };
        // Also where it did not help at the beginning: a unit that stays open
        // holds others up for minutes.
        if let Some(cli) = SyncCli::after(&source, &self.socket_path)
            && cli.end(&self.unit).await
        {
            return Ok(());
        }
        if matches!(source, SocketError::Missing)
            && self.is_known_missing
            && self.mode == SyncMode::Auto
        {
            return Ok(());
        }
        self.tolerate(source, "scripts that wait for this unit may wait until their timeout", out)
    }

    /// As [`Self::end`], for a user who may insist: the first signal has
    /// nothing left to end and is passed over, unless one has ended the work
    /// already; the next one gives up on an agent that does not answer.
    ///
    /// # Errors
    ///
    /// As there, or [`Error::Signal`].
    pub(crate) async fn end_unless_insisted(
        &mut self,
        signals: &mut Signals,
        was_signalled: bool,
        out: &mut Output,
    ) -> Result<(), Error> {
        let mut is_insistent = was_signalled;
        let mut ending = pin!(self.end(out));
        loop {
            tokio::select! {
                biased;
                ended = &mut ending => return ended,
                signal = signals.next() => {
                    if std::mem::replace(&mut is_insistent, true) {
                        return Err(Error::Signal(signal));
                    }
                }
            }
        }
    }

    async fn try_begin(&mut self) -> Result<(), SocketError> {
        let mut socket = AgentSocket::connect(&self.socket_path).await?;
        socket.begin(&self.unit).await?;
        self.socket = Some(socket);
        Ok(())
    }

    async fn try_end(&self) -> Result<(), SocketError> {
        AgentSocket::connect(&self.socket_path).await?.end(&self.unit).await
    }

    /// Others are released as ever; but it is slower, and worth mending.
    fn tell_of_the_cli(&self, source: &SocketError, out: &mut Output) {
        let path = self.socket_path.display();
        out.warn(
            &format!(
                "no coordination over agent socket `{path}` ({source}): using \
                 `coder exp sync` instead"
            ),
            source.hint().as_deref(),
        );
    }

    fn tolerate(
        &self,
        source: SocketError,
        consequence: &str,
        out: &mut Output,
    ) -> Result<(), Error> {
        let socket_path = self.socket_path.clone();
        if self.mode == SyncMode::Required {
            return Err(Error::Coordination { socket_path, source });
        }
        let path = socket_path.display();
        out.warn(
            &format!("no coordination over agent socket `{path}` ({source}): {consequence}"),
            None,
        );
        Ok(())
    }
}
