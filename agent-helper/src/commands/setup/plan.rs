//! The first two phases: the decisions before any file is changed, then the
//! folder, locked.

use std::path::PathBuf;
use std::time::Duration;

use coder_client::workspace::Files;
use settings::{Fault, Faults, Lookup};
use tokio::time::Instant;

use super::Kind;
use crate::cli::SetupArgs;
use crate::commands::{locked, path_below_home, read_stored};
use crate::config::stored::Stored;
use crate::config::{self, Config, Coordination, Flags, Setup};
use crate::error::Error;
use crate::files::{FilesError, Folder, Lock, LockError, Reach};
use crate::output::Output;
use crate::run_id::RunId;

/// What is known before the work starts.
pub(super) struct Plan {
    pub(super) kind: Kind,
    pub(super) run: RunId,
    pub(super) config: Config,
    pub(super) coordination: Coordination,
    /// The settings of the last set-up.
    pub(super) stored: Stored,
    place: Result<Files, Fault>,
    /// A certificate path for the hint about a folder that cannot be used.
    instead: Option<PathBuf>,
}

/// The folder, locked, and of no other instance.
pub(super) struct Opened<'p> {
    pub(super) place: &'p Files,
    pub(super) folder: Folder,
    _lock: Lock,
}

impl Plan {
    pub(super) fn read(kind: Kind, args: &SetupArgs, env: &dyn Lookup, out: &mut Output) -> Self {
        let place = config::place(&args.place, env);
        // What is wrong with the folder is found again, and reported, when it is opened
        // for writing.
        let stored = match &place {
            Ok(place) => Folder::open(place.folder(), Reach::Ours)
                .and_then(|it| it.map_or(Ok(Stored::default()), |it| read_stored(&it, place, out)))
                .unwrap_or_default(),
            Err(_) => Stored::default(),
        };
        let flags = Flags {
            coordination: &args.coordination,
            proxy: &args.proxy,
            ca: &args.ca,
            timeout: args.timeout.as_deref(),
        };
        let config = Config::read(flags, env, &stored);
        let coordination = config.coordination.decided();
        let run = RunId::current(&coordination.socket_path);
        Self { kind, run, config, coordination, stored, place, instead: path_below_home(env) }
    }

    /// The certificate's path, if it could be decided.
    pub(super) fn cert_path(&self) -> &str {
        self.place.as_ref().map_or("", |it| &it.cert_path)
    }

    /// The settings that the work cannot do without.
    pub(super) fn setup(&self) -> Result<Setup<'_>, settings::Error> {
        let mut faults = Faults::default();
        if let Err(fault) = &self.place {
            faults.add(fault.clone());
        }
        self.config.setup(faults)
    }

    /// Opens the folder and waits for its lock.
    pub(super) async fn open(
        &self,
        deadline: Instant,
        timeout: Duration,
    ) -> Result<Opened<'_>, Error> {
        let place = match &self.place {
            Ok(place) => place,
            // With every other fault, so that all are reported at once.
            Err(fault) => {
                return Err(self.setup().err().unwrap_or_else(|| fault.clone().into()).into());
            }
        };
        let folder = Folder::create(place.folder(), self.instead.clone())?;
        let lock = locked(&folder, deadline, timeout).await?;
        self.check_instance(place, &folder)?;
        Ok(Opened { place, folder, _lock: lock })
    }

    /// Opens the folder if its lock is free at once and it is of no other
    /// instance. The holder of the lock writes the status.
    pub(super) fn open_now(&self) -> Result<Option<Opened<'_>>, FilesError> {
        let Ok(place) = &self.place else { return Ok(None) };
        let folder = Folder::create(place.folder(), self.instead.clone())?;
        match folder.try_lock() {
            Ok(lock) if self.check_instance(place, &folder).is_ok() => {
                Ok(Some(Opened { place, folder, _lock: lock }))
            }
            Ok(_) | Err(LockError::Held) => Ok(None),
            Err(LockError::Files(err)) => Err(err),
        }
    }

    /// One instance a folder: the other files are not named after the
    /// certificate, so a second instance would overwrite the first one's.
    fn check_instance(&self, place: &Files, folder: &Folder) -> Result<(), Error> {
        let Some(content) = folder.read(place.settings_name())? else { return Ok(()) };
        // What cannot be read belongs to no instance and is overwritten.
        let Ok(stored) = Stored::parse(&content.bytes) else { return Ok(()) };
        if !stored.is_of_another(&place.cert_path, &self.coordination.unit) {
            return Ok(());
        }
        let message = format!(
            "this folder belongs to the instance with certificate `{}` and unit `{}`",
            stored.cert_path.unwrap_or_default(),
            stored.sync_unit.unwrap_or_default(),
        );
        let hint = format!(
            "give each instance its own folder; if the other one is gone, remove `{}`",
            place.settings_path,
        );
        Err(Fault::new(format!("`{}`", place.settings_path), message, Some(hint)).into())
    }
}
