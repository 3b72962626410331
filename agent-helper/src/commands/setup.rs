//! `setup` and `refresh`: fetch the CA, check it, put it in place, and report
//! the result.
//!
//! The unit is started before any step that can fail and completed on every exit;
//! a refresh does not change it. In between, each phase has a type that holds what
//! is known by then: [`Plan`], [`Opened`], [`Prepared`], [`Saved`]. [`Ended`]
//! is how far a run came, and `conclude` turns that into a status; no phase
//! ever removes a certificate that is in place.

mod advice;
mod attempt;
mod conclude;
mod plan;
mod wording;

use std::ffi::OsString;
use std::time::Duration;

use clap::Parser;
use rustls_pki_types::CertificateDer;
use settings::Lookup;
use tokio::time::Instant;

use self::attempt::{Prepared, Saved};
use self::conclude::Report;
use self::plan::{Opened, Plan};
use super::runtime;
use crate::cli::{Cli, Command, SetupArgs};
use crate::coordination::Held;
use crate::error::Error;
use crate::exit::Exit;
use crate::guard::{Signals, caught};
use crate::output::Output;

/// Time beyond the timeout within which a set-up must notice it.
const GRACE: Duration = Duration::from_millis(500);

/// What a run is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// The workspace starts.
    Start,
    /// A prebuilt workspace is made; it has no dependents yet, and must not fail.
    Prebuild,
    /// The workspace runs on, and dependents have built on its set-up.
    Refresh {
        /// Whether CAs that the deployment no longer serves lose their trust at once.
        drops_old: bool,
    },
}

impl Kind {
    /// Whether dependents have built on what is in place already.
    fn is_refresh(self) -> bool {
        matches!(self, Self::Refresh { .. })
    }
}

/// How far a run came, and its result.
enum Ended<'p> {
    /// The folder was not opened.
    Unopened(Error),
    /// The folder was open; settings or files were not complete.
    Unprepared(Opened<'p>, Error),
    /// The certificate could be fetched and saved, or could not.
    Attempted {
        opened: Opened<'p>,
        extra_cas: Vec<CertificateDer<'static>>,
        result: Result<Saved, Error>,
    },
}

impl Ended<'_> {
    fn error(&self) -> Option<&Error> {
        match self {
            Self::Unopened(err) | Self::Unprepared(_, err) => Some(err),
            Self::Attempted { result, .. } => result.as_ref().err(),
        }
    }
}

/// The ends that no phase causes itself: a signal, the timeout, a panic.
struct Watch {
    signals: Signals,
    timeout: Duration,
    deadline: Instant,
}

impl Watch {
    fn new(signals: Signals, timeout: Duration) -> Self {
        Self { signals, timeout, deadline: Instant::now() + timeout }
    }

    /// Runs one phase to its end, or to the first of those ends.
    async fn over<T>(&mut self, phase: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::select! {
            biased;
            signal = self.signals.next() => Err(Error::Signal(signal)),
            done = tokio::time::timeout_at(self.deadline + GRACE, caught(phase)) => match done {
                Ok(Ok(result)) => result,
                Ok(Err(panic)) => Err(Error::Bug(panic)),
                Err(_) => Err(Error::Deadline(self.timeout)),
            },
        }
    }
}

/// Runs the command.
///
/// # Errors
///
/// Only what prevents the start; every other failure is reported here.
pub(crate) fn run(
    kind: Kind,
    args: &SetupArgs,
    env: &dyn Lookup,
    out: &mut Output,
) -> Result<Exit, Error> {
    go(kind, args, env, out, None)
}

/// Completes the unit of a set-up whose command line is wrong, for example
/// because the script is newer than the helper, and writes a status.
///
/// # Errors
///
/// As [`run`].
pub(crate) fn refuse(
    flags: &[OsString],
    problem: String,
    env: &dyn Lookup,
    out: &mut Output,
) -> Result<Exit, Error> {
    let (kind, args) = match Cli::try_parse_from(rescued(flags)).map(|it| it.command) {
        Ok(Command::Setup { args, prebuild: true }) => (Kind::Prebuild, args),
        Ok(Command::Setup { args, .. }) => (Kind::Start, args),
        _ => (Kind::Start, SetupArgs::default()),
    };
    go(kind, &args, env, out, Some(Error::Usage(problem)))
}

/// A command line with the flags that name unit and folder, without those that
/// are unknown.
fn rescued(flags: &[OsString]) -> Vec<OsString> {
    const RESCUED: [&str; 5] = ["--cert-path", "--socket-path", "--sync", "--sync-unit", "--unit"];
    let mut kept = ["aibridge-agent", "setup"].map(OsString::from).to_vec();
    let mut rest = flags.iter().peekable();
    while let Some(word) = rest.next() {
        let text = word.to_string_lossy();
        let flag = text.split_once('=').map_or(&*text, |(flag, _)| flag);
        if flag == "--prebuild" || RESCUED.contains(&flag) {
            let takes_next = flag == text && flag != "--prebuild";
            kept.push(word.clone());
            kept.extend(rest.next_if(|_| takes_next).cloned());
        }
    }
    kept
}

fn go(
    kind: Kind,
    args: &SetupArgs,
    env: &dyn Lookup,
    out: &mut Output,
    refused: Option<Error>,
) -> Result<Exit, Error> {
    let runtime = runtime()?;
    let exit = runtime.block_on(async {
        // Before the plan: a signal meanwhile must not end the process without a status.
        let signals = Signals::catch().map_err(Error::Runtime)?;
        let plan = Plan::read(kind, args, env, out);
        let mut watch = Watch::new(signals, plan.config.timeout());
        let mut held = if kind.is_refresh() {
            Held::nothing()
        } else {
            Held::new(&plan.coordination.unit, &plan.coordination)
        };
        let ended = match refused {
            Some(err) => Ended::Unopened(held.begin(out).await.err().unwrap_or(err)),
            None => phases(&plan, &mut held, &mut watch, out).await,
        };
        let was_signalled = matches!(ended.error(), Some(Error::Signal(_)));
        let mut report = match caught(async { conclude::conclude(&plan, ended) }).await {
            Ok(report) => report,
            Err(panic) => Report::failed(Error::Bug(panic)),
        };
        let ended = held.end_unless_insisted(&mut watch.signals, was_signalled, out).await;
        report.add(ended, kind == Kind::Prebuild);
        Ok(wording::print(&plan, &report, out))
    });
    // A name resolution whose result is not needed any more must not delay the exit.
    runtime.shutdown_background();
    exit
}

/// Goes from phase to phase until one fails.
async fn phases<'p>(
    plan: &'p Plan,
    held: &mut Held,
    watch: &mut Watch,
    out: &mut Output,
) -> Ended<'p> {
    let (deadline, timeout) = (watch.deadline, watch.timeout);
    let opened = watch.over(async {
        held.begin_within(timeout, out).await?;
        plan.open(deadline, timeout).await
    });
    let opened = match opened.await {
        Ok(opened) => opened,
        Err(err) => return Ended::Unopened(err),
    };
    let prepared = match watch.over(async { Prepared::read(plan, &opened) }).await {
        Ok(prepared) => prepared,
        Err(err) => return Ended::Unprepared(opened, err),
    };
    let result = watch.over(prepared.attempt(plan, &opened, deadline, out)).await;
    Ended::Attempted { extra_cas: prepared.into_extra_cas(), opened, result }
}
