//! The folder of the certificate and the files in it, as a neighbour on the
//! same machine cannot turn them against us.
//!
//! Tools trust what stands in that folder, and its default place is below a
//! `/tmp` that every user may write to. So every step is taken relative to an open
//! folder and follows no link that another user could have made.

mod checks;
mod descend;
mod folder;
mod lock;

#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

pub(crate) use checks::Reach;
pub(crate) use folder::{Folder, Written};
pub(crate) use lock::{Lock, LockError, LockState};

/// Why the folder or a file in it is not used.
#[derive(Debug, thiserror::Error)]
#[error("`{}` {problem}", path.display())]
pub(crate) struct FilesError {
    /// The folder or file.
    pub(crate) path: PathBuf,
    /// What is wrong.
    pub(crate) problem: Problem,
    /// A path below the home folder that would do instead, if the place is at fault.
    pub(crate) instead: Option<PathBuf>,
}

/// What is wrong with a folder or file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// A step of the path is a link that was not made by root.
    #[error("is a symbolic link of another user in the folder's path")]
    ForeignLink,
    /// The folder or file itself is a link.
    #[error("is a symbolic link")]
    Link,
    /// Too many links in the path.
    #[error("leads through too many symbolic links")]
    LinkLoop,
    /// Something else stands where a folder should.
    #[error("is not a folder")]
    NotFolder,
    /// A FIFO, a device, a socket or a folder stands where a file should.
    #[error("is not a regular file")]
    NotFile,
    /// The file has a second name.
    #[error("has {0} hard links")]
    HardLinks(u64),
    /// It belongs to another user.
    #[error("belongs to user {owner}, not to user {us}")]
    NotOurs {
        /// Who owns it.
        owner: u32,
        /// Who we are.
        us: u32,
    },
    /// Others may write to it.
    #[error("can be written by other users (mode {0:04o})")]
    WritableByOthers(u32),
    /// More than any file of ours can be.
    #[error("is larger than {0} bytes")]
    TooLarge(u64),
    /// The system refused.
    #[error("cannot be {doing}: {source}")]
    System {
        /// What was tried, as a participle.
        doing: &'static str,
        /// The system's answer.
        source: io::Error,
    },
}

/// The mode bit of a folder that many share.
const STICKY: u32 = 0o1000;

impl FilesError {
    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        let elsewhere =
            self.instead.as_ref().map(|it| format!("use `--cert-path {}`", it.display()));
        match &self.problem {
            // For example `/tmp` itself, which is shared and must stay open to other users.
            Problem::WritableByOthers(mode) if mode & STICKY != 0 => {
                Some(elsewhere.unwrap_or("give the certificate a folder of its own".to_owned()))
            }
            Problem::WritableByOthers(_) => {
                let ours = format!("run `chmod go-w {}`", self.path.display());
                Some(elsewhere.map_or(ours.clone(), |it| format!("{ours}, or {it}")))
            }
            Problem::Link | Problem::NotFile | Problem::HardLinks(_) | Problem::TooLarge(_)
                if self.instead.is_none() =>
            {
                Some(format!("remove `{}`", self.path.display()))
            }
            _ => elsewhere,
        }
    }
}
