//! `setup` and `refresh`: fetch the CA, check it, put it in place, and say how
//! that went.
//!
//! The unit is begun before anything can fail and completed on every way out;
//! a refresh leaves it alone. In between, `attempt` does the work and
//! `conclude` turns whatever became of it into a status; neither ever removes
//! a certificate that is in place.

mod advice;
mod attempt;
mod conclude;
mod wording;

use std::ffi::OsString;
use std::time::Duration;

use clap::Parser;
use rustls_pki_types::CertificateDer;
use tokio::time::Instant;

use super::{locked, path_below_home, read_stored, runtime};
use crate::cli::{Cli, Command, SetupArgs};
use crate::coordination::Held;
use crate::env::Lookup;
use crate::error::Error;
use crate::exit::Exit;
use crate::files::{FilesError, Folder, Lock, LockError, Reach};
use crate::guard::{Signals, caught};
use crate::output::Output;
use crate::run_id::RunId;
use crate::settings::stored::Stored;
use crate::settings::{self, Coordination, Fault, Place, SettingsError};

/// How much longer than its deadline a set-up may take to notice it.
const GRACE: Duration = Duration::from_millis(500);

/// What a run is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The workspace starts.
    Start,
    /// A prebuilt workspace is made; nobody waits for it, and it must not fail.
    Prebuild,
    /// The workspace runs on, and dependents have built on its set-up.
    Refresh {
        /// Whether CAs that are served no more lose their trust at once.
        drops_old: bool,
    },
}

impl Kind {
    /// Whether dependents have built on what is in place already.
    pub(super) fn is_refresh(self) -> bool {
        matches!(self, Self::Refresh { .. })
    }
}

/// One run of the command: what is known before the work starts, and what the
/// work leaves behind for `conclude` even if it is dropped half-way.
pub(super) struct Session<'a> {
    kind: Kind,
    args: &'a SetupArgs,
    env: &'a dyn Lookup,
    place: Result<Place, SettingsError>,
    stored: Stored,
    coordination: Coordination,
    /// Faults of the coordination's settings; the attempt reports them.
    faults: Vec<Fault>,
    run: RunId,
    /// The deployment, once the settings are decided.
    access_url: Option<String>,
    /// The extra CAs of the settings, once they are read.
    extra_cas: Option<Vec<CertificateDer<'static>>>,
    opened: Option<Opened>,
    /// The folder belongs to another instance: nothing in it is touched.
    is_of_another: bool,
}

/// The folder, locked.
struct Opened {
    folder: Folder,
    _lock: Lock,
}

/// Runs the command.
///
/// # Errors
///
/// Only what keeps it from starting at all; everything else is reported here.
pub fn run(
    kind: Kind,
    args: &SetupArgs,
    env: &dyn Lookup,
    out: &mut Output,
) -> Result<Exit, Error> {
    go(kind, args, env, out, None)
}

/// Releases whoever waits for a set-up whose command line makes no sense, for
/// example because the script is newer than the helper. The status says so.
///
/// # Errors
///
/// As [`run`].
pub fn refuse(
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

/// A command line with what the flags say about unit and folder, without all
/// that is not understood.
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
        let mut signals = Signals::catch().map_err(Error::Runtime)?;
        let mut session = Session::start(kind, args, env, out);
        let mut held = if kind.is_refresh() {
            Held::nothing()
        } else {
            Held::new(&session.coordination.unit, &session.coordination)
        };
        let result = match refused {
            Some(err) => held.begin(out).await.and(Err(err)),
            None => supervised(&mut session, &mut held, &mut signals, out).await,
        };
        let was_signalled = matches!(result, Err(Error::Signal(_)));
        let mut report = match caught(async { conclude::conclude(&mut session, result) }).await {
            Ok(report) => report,
            Err(panic) => conclude::Report::failed(Error::Bug(panic)),
        };
        let ended = held.end_unless_insisted(&mut signals, was_signalled, out).await;
        report.add(ended, kind == Kind::Prebuild);
        let cert_path = session.place.as_ref().map_or("", |it| &it.cert_path);
        let access_url = session.access_url.as_deref().unwrap_or_default();
        Ok(wording::print(kind, &report, cert_path, access_url, out))
    });
    // A name look-up that nobody waits for any more must not hold the exit.
    runtime.shutdown_background();
    exit
}

/// Does the work until it ends, a signal comes, or it panics.
async fn supervised(
    session: &mut Session<'_>,
    held: &mut Held,
    signals: &mut Signals,
    out: &mut Output,
) -> Result<attempt::Saved, Error> {
    let timeout = session.timeout();
    let deadline = Instant::now() + timeout;
    let work = caught(async {
        held.begin_within(timeout, out).await?;
        attempt::attempt(session, timeout, deadline, out).await
    });
    tokio::select! {
        biased;
        signal = signals.next() => Err(Error::Signal(signal)),
        done = tokio::time::timeout_at(deadline + GRACE, work) => match done {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(Error::Bug(panic)),
            Err(_) => Err(Error::Deadline(timeout)),
        },
    }
}

impl<'a> Session<'a> {
    fn start(kind: Kind, args: &'a SetupArgs, env: &'a dyn Lookup, out: &mut Output) -> Self {
        let place = settings::place(&args.place, env);
        // What is wrong with the folder is found again, and reported, when it is opened
        // for writing.
        let stored = match &place {
            Ok(place) => Folder::open(place.folder(), Reach::Ours)
                .and_then(|it| it.map_or(Ok(Stored::default()), |it| read_stored(&it, place, out)))
                .unwrap_or_default(),
            Err(_) => Stored::default(),
        };
        let (coordination, faults) = settings::coordination(&args.coordination, env, &stored);
        let run = RunId::current(&coordination.socket_path);
        Self {
            kind,
            args,
            env,
            place,
            stored,
            coordination,
            faults,
            run,
            access_url: None,
            extra_cas: None,
            opened: None,
            is_of_another: false,
        }
    }

    /// The deadline, also if other settings are wrong.
    fn timeout(&self) -> Duration {
        settings::timeout(self.args, self.env, &self.stored)
    }

    /// Opens the folder and waits for its lock.
    async fn open(&mut self, deadline: Instant, timeout: Duration) -> Result<(), Error> {
        let Ok(place) = &self.place else { return Ok(()) };
        let folder = Folder::create(place.folder(), path_below_home(self.env))?;
        let lock = locked(&folder, deadline, timeout).await?;
        self.check_instance(&folder)?;
        self.opened = Some(Opened { folder, _lock: lock });
        Ok(())
    }

    /// Opens the folder if its lock is free at once.
    fn open_now(&mut self) -> Result<(), FilesError> {
        let Ok(place) = &self.place else { return Ok(()) };
        let folder = Folder::create(place.folder(), path_below_home(self.env))?;
        match folder.try_lock() {
            Ok(lock) => {
                if self.check_instance(&folder).is_ok() {
                    self.opened = Some(Opened { folder, _lock: lock });
                }
                Ok(())
            }
            // Whoever holds it writes the status.
            Err(LockError::Held) => Ok(()),
            Err(LockError::Files(err)) => Err(err),
        }
    }

    /// One instance a folder: the other files are not named after the
    /// certificate, so a second instance would overwrite the first one's.
    fn check_instance(&mut self, folder: &Folder) -> Result<(), Error> {
        let Ok(place) = &self.place else { return Ok(()) };
        let Some(content) = folder.read(place.settings_name())? else { return Ok(()) };
        // What cannot be read is nobody's and is written anew.
        let Ok(stored) = Stored::parse(&content.bytes) else { return Ok(()) };
        if !stored.is_of_another(&place.cert_path, &self.coordination.unit) {
            return Ok(());
        }
        self.is_of_another = true;
        let message = format!(
            "this folder belongs to the instance with certificate `{}` and unit `{}`",
            stored.cert_path.unwrap_or_default(),
            stored.sync_unit.unwrap_or_default(),
        );
        let hint = format!(
            "give each instance its own folder; if the other one is gone, remove `{}`",
            place.settings_path,
        );
        Err(SettingsError::one(format!("`{}`", place.settings_path), message, Some(hint)).into())
    }
}
