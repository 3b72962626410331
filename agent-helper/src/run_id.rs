//! Which start of the workspace this is: tells today's status from yesterday's
//! on a home folder that outlives the workspace.
//!
//! Three marks, because none is enough: the kernel's boot id (a container keeps
//! its host's through restarts), the start of process 1 (a container's own
//! start), and the agent socket's inode and modification time (an agent that
//! starts again in the same container, as at the claim of a prebuild, makes a
//! new socket). All three are the same for every terminal, script and cron
//! job of one agent start, which the ancestors of a process do not. The
//! modification time is that of `bind`; unlike the change time it survives the
//! `chmod` that follows. A mark that cannot be read is `-`; so is that of a
//! socket which no agent of ours can have made, because any user may put one
//! into `/tmp`, again and again.

#[cfg(test)]
mod tests;

use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::geteuid;
use serde::{Deserialize, Serialize};

const UNKNOWN: &str = "-";
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
const FIRST_PROCESS: &str = "/proc/1/stat";

/// The field of `/proc/PID/stat` with the start time, counted from the process
/// state, which is the first one behind the command in parentheses.
const START_TIME_FIELD: usize = 19;

/// The three marks, joined by `/`. Empty if the writer could not know them.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct RunId(String);

impl RunId {
    /// This start's.
    pub(crate) fn current(socket_path: &Path) -> Self {
        let read = |path| std::fs::read_to_string(path).ok();
        let boot = read(BOOT_ID).map(|it| it.trim().to_owned());
        let first = read(FIRST_PROCESS).and_then(|it| start_time(&it).map(str::to_owned));
        let socket = std::fs::symlink_metadata(socket_path)
            .ok()
            .filter(|it| is_agents(it.uid(), geteuid().as_raw()))
            .map(|it| format!("{}-{}.{:09}", it.ino(), it.mtime(), it.mtime_nsec()));
        Self::of(boot.as_deref(), first.as_deref(), socket.as_deref())
    }

    /// Joins marks.
    pub(crate) fn of(boot: Option<&str>, first: Option<&str>, socket: Option<&str>) -> Self {
        Self([boot, first, socket].map(|it| it.unwrap_or(UNKNOWN)).join("/"))
    }

    /// Whether the writer could not know its run: the bootstrap script.
    pub(crate) fn is_unknown(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something that was written as `recorded` belongs to this run.
    /// A socket that is gone by now (a cleaner of `/tmp`) tells nothing.
    pub(crate) fn is_same(&self, recorded: &Self) -> bool {
        match (self.0.rsplit_once('/'), recorded.0.rsplit_once('/')) {
            (Some((machine, UNKNOWN)), Some((recorded, _))) => machine == recorded,
            _ => self == recorded,
        }
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the agent of this user may have made the socket: it is ours or
/// root's.
fn is_agents(owner: u32, us: u32) -> bool {
    const ROOT: u32 = 0;
    owner == us || owner == ROOT
}

fn start_time(stat: &str) -> Option<&str> {
    // The command may hold spaces and parentheses of its own.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_ascii_whitespace().nth(START_TIME_FIELD)
}
