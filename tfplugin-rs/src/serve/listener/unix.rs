//! A Unix socket in a fresh folder that only its owner can enter.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;

use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};

use super::ListenError;

/// Longest path that fits a socket address beside its closing zero.
const PATH_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The names are short because the path has so little room.
const FOLDER_PREFIX: &str = "tf";
const SOCKET_NAME: &str = "s";

/// A bound socket. The folder goes with it.
pub(crate) struct UnixSocket {
    listener: UnixListener,
    path: String,
    _folder: TempDir,
}

impl UnixSocket {
    pub(super) fn bind(parent: Option<&Path>, group: Option<&str>) -> Result<Self, ListenError> {
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_owned);
        // The mode is given at creation: the default is 0755, and changing it
        // later leaves a moment in which others can enter.
        let folder = tempfile::Builder::new()
            .prefix(FOLDER_PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .map_err(|source| ListenError::Folder { folder: parent, source })?;
        let path = speakable(&folder.path().join(SOCKET_NAME))?;
        let listener = UnixListener::bind(&path)
            .map_err(|source| ListenError::Bind { path: path.clone(), source })?;
        if let Some(group) = group {
            open_to_group(folder.path(), Path::new(&path), group)
                .map_err(|source| ListenError::Group { group: group.to_owned(), source })?;
        }
        Ok(Self { listener, path, _folder: folder })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

/// The path as a field of the handshake line.
fn speakable(path: &Path) -> Result<String, ListenError> {
    let Some(text) = path.to_str().filter(|text| !text.contains(['|', '\n', '\r'])) else {
        return Err(ListenError::Unspeakable { path: path.to_owned() });
    };
    if text.len() > PATH_LIMIT {
        return Err(ListenError::TooLong { path: text.to_owned(), limit: PATH_LIMIT });
    }
    Ok(text.to_owned())
}

/// Lets the members of `group` pass the folder and connect.
fn open_to_group(folder: &Path, socket: &Path, group: &str) -> io::Result<()> {
    let id = group_id(group)?;
    chown(socket, None, Some(id))?;
    fs::set_permissions(socket, Permissions::from_mode(0o660))?;
    chown(folder, None, Some(id))?;
    fs::set_permissions(folder, Permissions::from_mode(0o710))
}

/// Number of a group given by number or by its name in `/etc/group`.
fn group_id(group: &str) -> io::Result<u32> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    find_group(&fs::read_to_string("/etc/group")?, group)
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such group in /etc/group"))
}

/// Lines are `name:password:number:members`.
pub(super) fn find_group(table: &str, group: &str) -> Option<u32> {
    table.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(group) {
            return None;
        }
        fields.nth(1)?.parse().ok()
    })
}
