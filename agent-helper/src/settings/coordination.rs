//! Whether and where to coordinate, decided even if other settings are wrong.

use std::path::PathBuf;

use coder_client::agent_socket;
use coder_client::workspace::DEFAULT_SYNC_UNIT;

use super::resolve::{Resolver, Spec};
use super::stored::Stored;
use super::{Fault, kept};
use crate::cli::CoordinationArgs;
use crate::env::{self, Lookup};

/// Whether to coordinate.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SyncMode {
    /// If the agent offers it.
    #[default]
    Auto,
    /// Or fail.
    Required,
    /// Never.
    Off,
}

impl SyncMode {
    /// The word for it in flags and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Required => "required",
            Self::Off => "off",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Auto, Self::Required, Self::Off].into_iter().find(|it| it.as_str() == text)
    }
}

/// How to coordinate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Coordination {
    /// Whether.
    pub mode: SyncMode,
    /// Unit of the set-up.
    pub unit: String,
    /// Socket of the agent.
    pub socket_path: PathBuf,
    /// What of this was said by flag or reserved variable, or stored; for `settings.json`.
    pub explicit: ExplicitCoordination,
}

/// The parts of [`Coordination`] that are worth storing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ExplicitCoordination {
    /// The mode, if it was said.
    pub mode: Option<SyncMode>,
    /// The socket, if it was said by flag.
    pub socket_path: Option<PathBuf>,
}

const SYNC: Spec = Spec::new("--sync", env::ENV_SYNC, "sync");
const SYNC_UNIT: Spec = Spec::new("--sync-unit", env::ENV_SYNC_UNIT, "sync_unit");

/// Decides how to coordinate. A fault does not stop that: whoever waits must be
/// released even if the settings are wrong, so the caller gets a usable answer
/// and the faults beside it.
pub fn coordination(
    args: &CoordinationArgs,
    env: &dyn Lookup,
    stored: &Stored,
) -> (Coordination, Vec<Fault>) {
    let mut resolver = Resolver::new(env, stored);
    let mode = resolver.text(SYNC, args.sync.as_deref(), stored.sync.as_deref()).and_then(|it| {
        let mode = SyncMode::parse(&it.value);
        if mode.is_none() {
            let hint = Some("write auto, required or off".to_owned());
            resolver.fault(it.source, format!("`{}` is no mode", it.value), hint);
        }
        mode
    });
    let unit = resolver.text(SYNC_UNIT, args.sync_unit.as_deref(), stored.sync_unit.as_deref());
    let flag = args.socket_path.clone().filter(|it| !it.as_os_str().is_empty());
    let kept = kept(&stored.socket_path).filter(|_| args.socket_path.is_none());
    let explicit = flag.or(kept);
    let socket_path = explicit
        .clone()
        .or_else(|| env.non_empty(env::ENV_SOCKET_PATH).map(PathBuf::from))
        .unwrap_or_else(|| agent_socket::default_path().to_owned());
    let coordination = Coordination {
        mode: mode.unwrap_or_default(),
        unit: unit.map_or_else(|| DEFAULT_SYNC_UNIT.to_owned(), |it| it.value),
        socket_path,
        explicit: ExplicitCoordination { mode, socket_path: explicit },
    };
    (coordination, resolver.into_faults())
}
