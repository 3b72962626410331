//! Who may own a folder or file that is used, and who may write to it.

use rustix::fs::Stat;
use rustix::io::Errno;
use rustix::process::geteuid;

use super::{Problem, STICKY};

/// Who may own what is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// Only us: for writing, and for what decides about writing.
    Ours,
    /// Us or root: a tool may run as another user than the set-up did.
    OursOrRoots,
    /// Us, root, or this user, on whose behalf root acts.
    OursOrOf(u32),
}

const OTHERS_WRITE: u32 = 0o022;
const ALL_WRITE: u32 = 0o002;

pub(super) fn opening(errno: Errno) -> Problem {
    match errno {
        Errno::LOOP => Problem::Link,
        // The error of opening a socket.
        Errno::NXIO | Errno::ISDIR => Problem::NotFile,
        _ => system("opened", errno),
    }
}

pub(super) fn system(doing: &'static str, errno: Errno) -> Problem {
    Problem::System { doing, source: errno.into() }
}

/// A field whose width differs between systems.
pub(super) fn widened<T>(field: impl Into<T>) -> T {
    field.into()
}

pub(super) fn check_owner(stat: &Stat, reach: Reach) -> Result<(), Problem> {
    let us = geteuid().as_raw();
    let is_fine = stat.st_uid == us
        || match reach {
            Reach::Ours => false,
            Reach::OursOrRoots => stat.st_uid == 0,
            Reach::OursOrOf(user) => stat.st_uid == 0 || stat.st_uid == user,
        };
    if is_fine { Ok(()) } else { Err(Problem::NotOurs { owner: stat.st_uid, us }) }
}

pub(super) fn check_mode(stat: &Stat) -> Result<(), Problem> {
    let mode = widened::<u32>(stat.st_mode) & 0o7777;
    if mode & OTHERS_WRITE == 0 { Ok(()) } else { Err(Problem::WritableByOthers(mode)) }
}

/// A folder on the way in which any user may rename our folder, and put another
/// in its place. The sticky bit, as in `/tmp`, prevents that.
pub(super) fn check_way(stat: &Stat) -> Result<(), Problem> {
    let mode = widened::<u32>(stat.st_mode) & 0o7777;
    if mode & (ALL_WRITE | STICKY) == ALL_WRITE {
        return Err(Problem::WritableByOthers(mode));
    }
    Ok(())
}
