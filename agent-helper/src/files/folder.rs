//! One open folder: found or made without following other users' links, read
//! and written relative to its descriptor.

use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, Timespec, Timestamps, UTIME_NOW};
use rustix::io::Errno;

use super::checks::{Reach, check_mode, check_owner, opening, system, widened};
use super::descend::{descend, reopen};
use super::{FilesError, Problem};

/// What a write did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Written {
    /// The same bytes stood there; only the times were renewed, so that
    /// cleaners of `/tmp` spare the file.
    Touched,
    /// New bytes, on the disk.
    Replaced,
}

/// A file's bytes and when they were last written or touched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Content {
    /// All of them.
    pub(crate) bytes: Vec<u8>,
    /// The file's modification time.
    pub(crate) modified: SystemTime,
}

/// More than any file of ours can be: a bundle with thousands of roots.
const SIZE_LIMIT: u64 = 16 << 20;

/// An open folder that passed the checks.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(super) fd: OwnedFd,
    pub(super) path: PathBuf,
    reach: Reach,
    instead: Option<PathBuf>,
}

impl Folder {
    /// Opens a folder for reading; `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// A folder that fails the checks, or cannot be opened.
    pub(crate) fn open(path: &Path, reach: Reach) -> Result<Option<Self>, FilesError> {
        Self::find(path, reach, None, false)
    }

    /// Opens a folder for writing; makes it, and what is missing above it.
    /// `instead` is a path of a certificate that the hint of an error names.
    ///
    /// # Errors
    ///
    /// A folder that fails the checks, or cannot be made.
    pub(crate) fn create(path: &Path, instead: Option<PathBuf>) -> Result<Self, FilesError> {
        let missing = || FilesError {
            path: path.to_owned(),
            problem: Problem::System { doing: "made", source: Errno::NOENT.into() },
            instead: instead.clone(),
        };
        Self::find(path, Reach::Ours, instead.clone(), true)?.ok_or_else(missing)
    }

    fn find(
        path: &Path,
        reach: Reach,
        instead: Option<PathBuf>,
        make: bool,
    ) -> Result<Option<Self>, FilesError> {
        let fault = |(path, problem)| FilesError { path, problem, instead: instead.clone() };
        let Some(fd) = descend(path, make).map_err(fault)? else {
            return Ok(None);
        };
        let stat = rustix::fs::fstat(&fd)
            .map_err(|errno| fault((path.to_owned(), system("inspected", errno))))?;
        check_owner(&stat, reach)
            .and_then(|()| check_mode(&stat))
            .map_err(|problem| fault((path.to_owned(), problem)))?;
        let fd = if make {
            reopen(&fd).map_err(|errno| fault((path.to_owned(), system("opened", errno))))?
        } else {
            fd
        };
        Ok(Some(Self { fd, path: path.to_owned(), reach, instead }))
    }

    /// Reads a whole file; `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// A file that is not ours alone, is no regular file, or cannot be read.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Content>, FilesError> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let fd = match rustix::fs::openat(&self.fd, name, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(self.fault(name, opening(errno))),
        };
        let stat = rustix::fs::fstat(&fd).map_err(|it| self.fault(name, system("read", it)))?;
        self.check_file(&stat)
            .and_then(|()| check_mode(&stat))
            .map_err(|it| self.fault(name, it))?;
        let mut bytes = Vec::with_capacity(usize::try_from(stat.st_size).unwrap_or_default());
        let mut file = std::fs::File::from(fd);
        let modified = file.metadata().and_then(|it| it.modified());
        let read = (&mut file).take(SIZE_LIMIT + 1).read_to_end(&mut bytes);
        let modified = read
            .and(modified)
            .map_err(|source| self.fault(name, Problem::System { doing: "read", source }))?;
        if bytes.len() as u64 > SIZE_LIMIT {
            return Err(self.fault(name, Problem::TooLarge(SIZE_LIMIT)));
        }
        Ok(Some(Content { bytes, modified }))
    }

    /// Whether a file is there, is ours, and has content; cheaper than reading it.
    ///
    /// # Errors
    ///
    /// A file that is not ours alone or is no regular file.
    pub(crate) fn has(&self, name: &str) -> Result<bool, FilesError> {
        match self.stat(name)? {
            None => Ok(false),
            Some(stat) => {
                let checked = self.check_file(&stat).and_then(|()| check_mode(&stat));
                checked.map_err(|it| self.fault(name, it))?;
                Ok(stat.st_size > 0)
            }
        }
    }

    /// Puts these bytes under this name at once: a reader sees the old file or
    /// the new one, also after a crash. The caller holds the lock, and calls
    /// [`Self::sync`] if the new file must be the one that a crash leaves.
    ///
    /// # Errors
    ///
    /// Something at that name that is not ours to replace, or the system's refusal;
    /// the old file is untouched then.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<Written, FilesError> {
        self.put(name, bytes, true)
    }

    /// As [`Self::write`], but a crash of the machine may leave an empty file.
    ///
    /// # Errors
    ///
    /// As there.
    pub(crate) fn write_unsynced(&self, name: &str, bytes: &[u8]) -> Result<Written, FilesError> {
        self.put(name, bytes, false)
    }

    fn put(&self, name: &str, bytes: &[u8], synced: bool) -> Result<Written, FilesError> {
        let temporary = format!(".{name}.new");
        if let Some(stat) = self.stat(name)? {
            self.check_file(&stat).map_err(|it| self.fault(name, it))?;
            if stat.st_size as u64 == bytes.len() as u64 && self.touch_if_same(name, bytes)? {
                // Left by a run that was killed; mostly there is none.
                _ = rustix::fs::unlinkat(&self.fd, &temporary, AtFlags::empty());
                return Ok(Written::Touched);
            }
        }
        let written = self.write_new(&temporary, bytes, synced).and_then(|()| {
            rustix::fs::renameat(&self.fd, &temporary, &self.fd, name).map_err(io::Error::from)
        });
        if let Err(source) = written {
            // It may not exist; and the write's own fault is the one to report.
            _ = rustix::fs::unlinkat(&self.fd, &temporary, AtFlags::empty());
            return Err(self.fault(name, Problem::System { doing: "written", source }));
        }
        Ok(Written::Replaced)
    }

    /// Renews a file's times; false if it does not exist.
    ///
    /// # Errors
    ///
    /// The system's refusal.
    pub(crate) fn touch(&self, name: &str) -> Result<bool, FilesError> {
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let times = Timestamps { last_access: now, last_modification: now };
        match rustix::fs::utimensat(&self.fd, name, &times, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(self.fault(name, system("touched", errno))),
        }
    }

    /// Puts the folder's own entries on the disk.
    ///
    /// # Errors
    ///
    /// The system's refusal.
    pub(crate) fn sync(&self) -> Result<(), FilesError> {
        rustix::fs::fsync(&self.fd).map_err(|errno| FilesError {
            path: self.path.clone(),
            problem: system("synced", errno),
            instead: self.instead.clone(),
        })
    }

    fn write_new(&self, temporary: &str, bytes: &[u8], synced: bool) -> io::Result<()> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o600);
        let fd = match rustix::fs::openat(&self.fd, temporary, flags, mode) {
            Err(Errno::EXIST) => {
                // Left by a run that was killed; the holder of the lock may remove it.
                rustix::fs::unlinkat(&self.fd, temporary, AtFlags::empty())?;
                rustix::fs::openat(&self.fd, temporary, flags, mode)?
            }
            other => other?,
        };
        let mut file = std::fs::File::from(fd);
        file.write_all(bytes)?;
        rustix::fs::fchmod(&file, Mode::from_raw_mode(0o644))?;
        if synced { file.sync_all() } else { Ok(()) }
    }

    fn touch_if_same(&self, name: &str, bytes: &[u8]) -> Result<bool, FilesError> {
        // A file that others may write to is always replaced, also if its content is the same.
        let Ok(Some(old)) = self.read(name) else { return Ok(false) };
        if old.bytes != bytes {
            return Ok(false);
        }
        self.touch(name)
    }

    fn stat(&self, name: &str) -> Result<Option<Stat>, FilesError> {
        match rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.fault(name, system("inspected", errno))),
        }
    }

    pub(super) fn check_file(&self, stat: &Stat) -> Result<(), Problem> {
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {}
            FileType::Symlink => return Err(Problem::Link),
            _ => return Err(Problem::NotFile),
        }
        check_owner(stat, self.reach)?;
        match widened::<u64>(stat.st_nlink) {
            1 => Ok(()),
            links => Err(Problem::HardLinks(links)),
        }
    }

    /// A fault of one file. The place is not at fault, so no other is named.
    pub(super) fn fault(&self, name: &str, problem: Problem) -> FilesError {
        let instead = match &problem {
            Problem::System { .. } | Problem::NotOurs { .. } => self.instead.clone(),
            _ => None,
        };
        FilesError { path: self.path.join(name), problem, instead }
    }
}
