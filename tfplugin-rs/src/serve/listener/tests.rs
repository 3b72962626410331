//! Sockets: private, short, gone afterwards, and one line if there is none.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

use super::unix::find_group;
use super::{Address, Endpoint, ListenError, Listener};

fn unix_in(folder: &Path) -> Endpoint {
    Endpoint::Unix { folder: Some(folder.to_owned()), group: None }
}

fn socket_path(listener: &Listener) -> PathBuf {
    let Address::Unix(path) = listener.address() else { panic!("a Unix socket is expected") };
    path.into()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it exists").permissions().mode() & 0o777
}

#[tokio::test]
async fn socket_is_private_short_and_removed_on_drop() {
    let parent = tempfile::tempdir().expect("temporary folder");
    let listener = Listener::bind(&unix_in(parent.path())).expect("a socket");
    let path = socket_path(&listener);
    let folder = path.parent().expect("a folder of its own");

    assert_eq!(folder.parent(), Some(parent.path()));
    assert_eq!(mode(folder), 0o700);
    assert!(path.as_os_str().len() <= parent.path().as_os_str().len() + "/tf123456/s".len());

    let (accepted, connected) = tokio::join!(listener.accept(), UnixStream::connect(&path));
    connected.expect("a client").write_all(b"x").await.expect("one byte");
    let mut byte = [0];
    accepted.expect("a connection").read_exact(&mut byte).await.expect("one byte");
    assert_eq!(byte, *b"x");

    drop(listener);
    assert!(fs::read_dir(parent.path()).expect("still there").next().is_none());
}

#[tokio::test]
async fn socket_folder_and_socket_are_open_to_the_named_group() {
    let parent = tempfile::tempdir().expect("temporary folder");
    let own = fs::metadata(parent.path()).expect("it exists").gid().to_string();
    let endpoint = Endpoint::Unix { folder: Some(parent.path().to_owned()), group: Some(own) };
    let listener = Listener::bind(&endpoint).expect("a socket");
    let path = socket_path(&listener);
    assert_eq!(mode(&path), 0o660);
    assert_eq!(mode(path.parent().expect("a folder of its own")), 0o710);
}

#[tokio::test]
async fn listener_binds_a_free_port_of_the_range() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("its address").port();
    let refused = Listener::bind(&Endpoint::Tcp { ports: port..=port });
    assert!(
        matches!(refused, Err(ListenError::Ports { min, max, .. }) if (min, max) == (port, port))
    );

    let listener = Listener::bind(&Endpoint::Tcp { ports: 0..=0 }).expect("any port");
    let Address::Tcp(address) = listener.address() else { panic!("a port is expected") };
    assert!(address.ip().is_loopback());
    let (accepted, connected) = tokio::join!(listener.accept(), TcpStream::connect(address));
    assert!(accepted.is_ok() && connected.is_ok());
}

#[track_caller]
fn check_refused(endpoint: &Endpoint, error: &str, hint: &str) {
    let Err(refused) = Listener::bind(endpoint) else { panic!("bound {endpoint:?}") };
    assert!(refused.to_string().starts_with(error), "{refused}");
    assert_eq!(refused.hint().unwrap_or_default(), hint);
}

#[tokio::test]
async fn failed_bind_names_the_path_and_a_hint() {
    let parent = tempfile::tempdir().expect("temporary folder");
    let writable = "set TMPDIR to a folder that is writable and not full";

    check_refused(&unix_in(&parent.path().join("absent")), "cannot make a folder", writable);

    let file = parent.path().join("file");
    fs::write(&file, "").expect("a file");
    check_refused(&unix_in(&file), "cannot make a folder", writable);

    let long = parent.path().join("x".repeat(100));
    fs::create_dir(&long).expect("a folder");
    let hint = "set TMPDIR to a folder with a shorter path";
    check_refused(&unix_in(&long), "the plugin socket's path has ", hint);

    let bar = parent.path().join("a|b");
    fs::create_dir(&bar).expect("a folder");
    let hint = "set TMPDIR to a path in UTF-8 without line ends and vertical bars";
    check_refused(&unix_in(&bar), "the plugin socket's path cannot be sent", hint);

    let folder = Some(parent.path().to_owned());
    let group = Some("no such group".to_owned());
    check_refused(&Endpoint::Unix { folder, group }, "cannot open the plugin socket to group", "");

    // Nothing of the attempts is left.
    for folder in [&long, &bar] {
        assert!(fs::read_dir(folder).expect("still there").next().is_none());
    }
}

#[test]
fn hint_is_given_only_for_errors_of_the_folder() {
    for (kind, is_told) in [
        (io::ErrorKind::StorageFull, true),
        (io::ErrorKind::ReadOnlyFilesystem, true),
        (io::ErrorKind::PermissionDenied, true),
        (io::ErrorKind::OutOfMemory, false),
        (io::ErrorKind::Other, false),
    ] {
        let refused = ListenError::Folder { folder: "/tmp".into(), source: kind.into() };
        assert_eq!(refused.hint().is_some(), is_told, "{kind}");
    }
}

#[test]
fn group_number_is_found_by_name() {
    let table = "root:x:0:\nadm:x:4:syslog,me\nbroken\nodd:x:no:\n";
    for (name, id) in [
        ("root", Some(0)),
        ("adm", Some(4)),
        ("ad", None),
        ("broken", None),
        ("odd", None),
        ("", None),
    ] {
        assert_eq!(find_group(table, name), id, "{name}");
    }
}
