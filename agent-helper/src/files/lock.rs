//! The lock that serialises what writes into one folder.
//!
//! A process that can open a file can lock it. Other users can read the folder, so
//! the lock file is closed to them: otherwise one could block every set-up.

use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::checks::{opening, system, widened};
use super::{FilesError, Folder};
use coder_client::workspace::LOCK_NAME;

/// Only the owner may open it.
const MODE: Mode = Mode::RUSR.union(Mode::WUSR);

/// Permissions that an earlier version gave to other users.
const OTHERS: u32 = 0o077;

/// Linux's list of the locks that are held.
const LOCKS: &str = "/proc/locks";

/// The lock, held until it is dropped; the kernel frees it if the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _fd: OwnedFd,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    /// Another process holds it.
    #[error("another set-up is running in this folder")]
    Held,
    /// The lock file cannot be used.
    #[error(transparent)]
    Files(#[from] FilesError),
}

/// What is known of the lock.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum LockState {
    /// No process holds it; also if it was never taken.
    #[default]
    Free,
    /// A process holds it.
    Held,
    /// It belongs to another user and cannot be opened: a process may hold it.
    Unknown,
}

impl Folder {
    /// Takes the lock if it is free.
    ///
    /// # Errors
    ///
    /// Held by another, or no file that can be locked.
    pub(crate) fn try_lock(&self) -> Result<Lock, LockError> {
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&self.fd, LOCK_NAME, flags, MODE)
            .map_err(|errno| self.fault(LOCK_NAME, opening(errno)))?;
        let stat = rustix::fs::fstat(&fd)
            .map_err(|errno| self.fault(LOCK_NAME, system("inspected", errno)))?;
        self.check_file(&stat).map_err(|problem| self.fault(LOCK_NAME, problem))?;
        if widened::<u32>(stat.st_mode) & OTHERS != 0 {
            // A file system without modes refuses; the lock works there as well.
            _ = rustix::fs::fchmod(&fd, MODE);
        }
        match rustix::fs::flock(&fd, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Lock { _fd: fd }),
            Err(Errno::WOULDBLOCK) => Err(LockError::Held),
            Err(errno) => Err(self.fault(LOCK_NAME, system("locked", errno)).into()),
        }
    }

    /// Whether a process holds the lock.
    pub(crate) fn lock_state(&self) -> LockState {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match rustix::fs::openat(&self.fd, LOCK_NAME, flags, Mode::empty()) {
            Ok(fd) => state(Ok(rustix::fs::flock(&fd, FlockOperation::NonBlockingLockShared))),
            Err(errno) => state(Err(errno)),
        }
    }

    /// Where the lock is.
    pub(crate) fn lock_path(&self) -> PathBuf {
        self.path.join(LOCK_NAME)
    }

    /// The process that holds the lock, if the system shows it.
    pub(crate) fn lock_holder(&self) -> Option<u32> {
        // For a message only, so the path may be walked once more.
        let file = std::fs::symlink_metadata(self.lock_path()).ok()?;
        holder(&std::fs::read_to_string(LOCKS).ok()?, file.dev(), file.ino())
    }
}

/// From what opening and then locking gave.
pub(super) fn state(tried: Result<Result<(), Errno>, Errno>) -> LockState {
    match tried {
        Ok(Err(Errno::WOULDBLOCK)) => LockState::Held,
        Err(Errno::ACCESS | Errno::PERM) => LockState::Unknown,
        // Missing; or such that a set-up cannot take it either.
        Ok(_) | Err(_) => LockState::Free,
    }
}

/// The holder of a file's lock in a list of this form, one lock a line:
/// `1: FLOCK  ADVISORY  WRITE 4145 fe:00:10953890 0 EOF`, with `->` before the
/// kind if it is only waited for. A process of another container is 0.
pub(super) fn holder(locks: &str, device: u64, inode: u64) -> Option<u32> {
    // Linux's own split of a device number; no other system has such a list.
    let major = device >> 32 & 0xffff_f000 | device >> 8 & 0xfff;
    let minor = device >> 12 & 0xffff_ff00 | device & 0xff;
    let file = format!("{major:02x}:{minor:02x}:{inode}");
    locks.lines().find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let is_held = fields.next() == Some("FLOCK");
        let process = fields.nth(2)?.parse().ok().filter(|it| *it != 0);
        (is_held && fields.next() == Some(&*file)).then_some(process).flatten()
    })
}
