//! The lock that serialises what writes into one folder.

use std::os::fd::OwnedFd;

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::folder::{opening, system};
use super::{FilesError, Folder};
use crate::settings::LOCK_NAME;

/// The lock, held until it is dropped; the kernel frees it if the process dies.
#[derive(Debug)]
pub struct Lock {
    _fd: OwnedFd,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("another set-up is at work in this folder")]
    Held,
    /// The lock file is of no use.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl Folder {
    /// Takes the lock if it is free.
    ///
    /// # Errors
    ///
    /// Held by another, or no file that can be locked.
    pub fn try_lock(&self) -> Result<Lock, LockError> {
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&self.fd, LOCK_NAME, flags, Mode::from_raw_mode(0o644))
            .map_err(|errno| self.fault(LOCK_NAME, opening(errno)))?;
        let stat = rustix::fs::fstat(&fd)
            .map_err(|errno| self.fault(LOCK_NAME, system("looked at", errno)))?;
        self.check_file(&stat).map_err(|problem| self.fault(LOCK_NAME, problem))?;
        match rustix::fs::flock(&fd, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Lock { _fd: fd }),
            Err(Errno::WOULDBLOCK) => Err(LockError::Held),
            Err(errno) => Err(self.fault(LOCK_NAME, system("locked", errno)).into()),
        }
    }

    /// Whether somebody holds the lock; also false if nobody ever took it.
    pub fn is_locked(&self) -> bool {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let Ok(fd) = rustix::fs::openat(&self.fd, LOCK_NAME, flags, Mode::empty()) else {
            return false;
        };
        rustix::fs::flock(&fd, FlockOperation::NonBlockingLockShared) == Err(Errno::WOULDBLOCK)
    }
}
