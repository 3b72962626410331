//! Whether and where to coordinate, decided even if settings are wrong.

use std::borrow::Cow;
use std::path::PathBuf;

use coder_client::agent_socket;
use settings::{Fault, Faults, Lookup, Setting};

use super::reader;
use super::specs::{SOCKET_PATH, SYNC, SYNC_UNIT};
use super::stored::Stored;
use crate::cli::CoordinationArgs;

/// Whether units are started and completed over the agent socket.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum SyncMode {
    /// If the agent offers it.
    #[default]
    Auto,
    /// The command fails if the agent does not offer it.
    Required,
    /// Never.
    Off,
}

impl SyncMode {
    /// The mode in flags and files.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Required => "required",
            Self::Off => "off",
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        [Self::Auto, Self::Required, Self::Off]
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| format!("unknown coordination mode `{text}`"))
    }
}

/// The settings of the coordination.
#[derive(Clone, Debug)]
pub(crate) struct CoordinationSettings {
    pub(crate) mode: Setting<SyncMode>,
    pub(crate) unit: Setting<String>,
    pub(crate) socket_path: Setting<PathBuf>,
    decided: Coordination,
}

/// How to coordinate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Coordination {
    pub(crate) mode: SyncMode,
    pub(crate) unit: String,
    pub(crate) socket_path: PathBuf,
}

impl CoordinationSettings {
    pub(crate) fn read(args: &CoordinationArgs, env: &dyn Lookup, stored: &Stored) -> Self {
        let reader = reader(env);
        let hint = "expected `auto`, `required` or `off`";
        let mode = reader
            .text(&SYNC, args.sync.as_deref(), stored.sync.as_deref())
            .parse(|it| SyncMode::parse(&it), |_| Some(hint.to_owned()));
        let unit = reader
            .text(&SYNC_UNIT, args.sync_unit.as_deref(), stored.sync_unit.as_deref())
            .map(Cow::into_owned);
        let socket_path = read_socket_path(args.socket_path.as_ref(), env, stored);
        // The default unit would be another instance's.
        let decided = Coordination {
            mode: mode.usable().copied().unwrap_or_default(),
            unit: unit.usable().cloned().unwrap_or_default(),
            socket_path: or_default(socket_path.value().cloned()),
        };
        Self { mode, unit, socket_path, decided }
    }

    /// How to coordinate, with the next source or the default in place of a
    /// setting that is wrong: dependents must be released even then.
    pub(crate) fn decided(&self) -> Coordination {
        self.decided.clone()
    }

    /// How to coordinate, for a command that does nothing if a setting is wrong.
    ///
    /// # Errors
    ///
    /// All faults together.
    pub(crate) fn checked(&self) -> Result<Coordination, settings::Error> {
        let mut faults = Faults::default();
        self.faults().cloned().for_each(|it| faults.add(it));
        faults.finish(Some(self.decided()))
    }

    pub(crate) fn faults(&self) -> impl Iterator<Item = &Fault> {
        [self.mode.fault(), self.unit.fault(), self.socket_path.fault()].into_iter().flatten()
    }
}

/// The socket alone, for commands that need no unit.
pub(crate) fn socket_path(flag: Option<&PathBuf>, env: &dyn Lookup) -> PathBuf {
    or_default(read_socket_path(flag, env, &Stored::default()).into_value())
}

fn read_socket_path(flag: Option<&PathBuf>, env: &dyn Lookup, stored: &Stored) -> Setting<PathBuf> {
    let flag = flag.map(PathBuf::as_path);
    reader(env).path(&SOCKET_PATH, flag, stored.socket_path.as_deref()).map(Cow::into_owned)
}

fn or_default(socket_path: Option<PathBuf>) -> PathBuf {
    socket_path.unwrap_or_else(|| agent_socket::default_path().to_owned())
}
