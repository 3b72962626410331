//! The way from the root to a folder, one open step after the other, so that no
//! other user's link is followed.

use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::Problem;
use super::checks::{check_way, opening, system};

/// As many as Linux follows in one path.
const LINK_LIMIT: u32 = 40;

/// How a step on the way is opened. On Linux that takes no permission to list
/// it, which homes below a `0711` folder do not give.
#[cfg(target_os = "linux")]
const STEP: OFlags =
    OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
const STEP: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Walks from the root to the folder, one open step after the other; `None` if
/// a step is missing and none is to be made.
pub(super) fn descend(path: &Path, make: bool) -> Result<Option<OwnedFd>, (PathBuf, Problem)> {
    let mut steps: Vec<OsString> = steps_of(path).collect();
    let mut at = PathBuf::from("/");
    let mut fd = open_step(None, OsStr::new("/")).map_err(|it| (at.clone(), opening(it)))?;
    let mut links = 0;
    let mut is_new = false;
    while let Some(step) = steps.pop() {
        let is_last = steps.is_empty();
        let here = at.join(&step);
        let fault = |problem| (here.clone(), problem);
        let stat = match rustix::fs::statat(&fd, &step, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => stat,
            Err(Errno::NOENT) if make => {
                is_new = make_step(&fd, &step).map_err(|errno| fault(system("made", errno)))?;
                steps.push(step);
                continue;
            }
            Err(Errno::NOENT) => return Ok(None),
            Err(errno) => return Err(fault(system("inspected", errno))),
        };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                if !is_last {
                    check_way(&stat).map_err(fault)?;
                }
                fd = open_step(Some(&fd), &step).map_err(|errno| fault(opening(errno)))?;
                if std::mem::take(&mut is_new) {
                    widen(&fd).map_err(|errno| fault(system("opened to readers", errno)))?;
                }
                at = here;
            }
            FileType::Symlink if is_last => return Err(fault(Problem::Link)),
            FileType::Symlink if stat.st_uid != 0 => return Err(fault(Problem::ForeignLink)),
            FileType::Symlink => {
                links += 1;
                if links > LINK_LIMIT {
                    return Err(fault(Problem::LinkLoop));
                }
                let target = rustix::fs::readlinkat(&fd, &step, Vec::new())
                    .map_err(|errno| fault(system("followed", errno)))?;
                let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
                if target.is_absolute() {
                    at = PathBuf::from("/");
                    fd = open_step(None, OsStr::new("/")).map_err(|it| fault(opening(it)))?;
                }
                steps.extend(steps_of(&target));
            }
            _ => return Err(fault(Problem::NotFolder)),
        }
    }
    Ok(Some(fd))
}

/// The steps of a path in reverse, so that the next one is at the end.
fn steps_of(path: &Path) -> impl Iterator<Item = OsString> {
    path.components().rev().filter_map(|it| match it {
        Component::Normal(_) | Component::ParentDir => Some(it.as_os_str().to_owned()),
        Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
    })
}

fn open_step(parent: Option<&OwnedFd>, step: &OsStr) -> Result<OwnedFd, Errno> {
    match parent {
        Some(parent) => rustix::fs::openat(parent, step, STEP, Mode::empty()),
        None => rustix::fs::open(step, STEP, Mode::empty()),
    }
}

/// Makes one step; false if another process was faster.
fn make_step(parent: &OwnedFd, step: &OsStr) -> Result<bool, Errno> {
    match rustix::fs::mkdirat(parent, step, Mode::from_raw_mode(0o755)) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        Err(errno) => Err(errno),
    }
}

/// Undoes a strict umask on a folder that was just made: nothing in it is
/// secret, and tools of other users read it.
fn widen(folder: &OwnedFd) -> Result<(), Errno> {
    rustix::fs::fchmod(reopen(folder)?, Mode::from_raw_mode(0o755))
}

/// The same folder, open for what a mere step is not good for.
pub(super) fn reopen(step: &OwnedFd) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::openat(step, ".", flags, Mode::empty())
}
