//! Folders and files that a neighbour has prepared, and writes that do not end.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::io::Errno;
use tempfile::TempDir;

use super::*;

fn folder() -> (TempDir, Folder) {
    let temp = TempDir::new().unwrap();
    let folder = Folder::create(&temp.path().join("ai"), None).unwrap();
    (temp, folder)
}

#[track_caller]
fn refuses<T: std::fmt::Debug>(result: Result<T, FilesError>, expected: &str) {
    let text = result.unwrap_err().to_string();
    assert!(text.contains(expected), "`{text}` has no `{expected}`");
}

#[test]
fn folder_is_created_readable_for_all_users() {
    let temp = TempDir::new().unwrap();
    let path = temp.path().join("a/b/c");
    let folder = Folder::create(&path, None).unwrap();
    for it in ["a", "a/b", "a/b/c"] {
        let mode = fs::metadata(temp.path().join(it)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o755, "{it}");
    }
    assert_eq!(folder.write("x", b"1").unwrap(), Written::Replaced);
    let mode = fs::metadata(path.join("x")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o644);
}

#[test]
fn missing_folder_is_not_created_for_a_reader() {
    let temp = TempDir::new().unwrap();
    assert!(Folder::open(&temp.path().join("none"), Reach::Ours).unwrap().is_none());
    assert!(!temp.path().join("none").exists());
}

#[test]
fn write_of_the_same_content_keeps_the_file_and_renews_its_times() {
    let (temp, folder) = folder();
    let path = temp.path().join("ai/x");
    folder.write("x", b"same").unwrap();
    let old = SystemTime::now() - Duration::from_secs(1000);
    fs::File::open(&path).unwrap().set_modified(old).unwrap();
    let before = fs::metadata(&path).unwrap();
    assert_eq!(folder.write("x", b"same").unwrap(), Written::Touched);
    let after = fs::metadata(&path).unwrap();
    assert_eq!(before.ino(), after.ino());
    assert!(after.modified().unwrap() > old + Duration::from_secs(900));
    assert_eq!(folder.write("x", b"diff").unwrap(), Written::Replaced);
    assert_ne!(fs::metadata(&path).unwrap().ino(), before.ino());
    folder.sync().unwrap();
    assert_eq!(fs::read_dir(temp.path().join("ai")).unwrap().count(), 1, "nothing else is left");
}

#[test]
fn write_replaces_the_temporary_file_of_a_killed_run() {
    let (temp, folder) = folder();
    let victim = temp.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, temp.path().join("ai/.x.new")).unwrap();
    folder.write("x", b"new").unwrap();
    assert_eq!(folder.read("x").unwrap().unwrap().bytes, b"new");
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
}

#[test]
fn temporary_file_of_a_killed_run_is_removed_when_the_content_is_the_same() {
    let (temp, folder) = folder();
    folder.write("x", b"same").unwrap();
    fs::write(temp.path().join("ai/.x.new"), "half").unwrap();
    assert_eq!(folder.write("x", b"same").unwrap(), Written::Touched);
    assert!(!temp.path().join("ai/.x.new").exists());
}

#[test]
fn failed_write_leaves_the_old_file_and_no_temporary_file() {
    let (temp, folder) = folder();
    folder.write("x", b"good").unwrap();
    // A folder stands where the temporary file must go, and it cannot be removed as a file.
    fs::create_dir(temp.path().join("ai/.x.new")).unwrap();
    refuses(folder.write("x", b"better"), "cannot be written");
    assert_eq!(folder.read("x").unwrap().unwrap().bytes, b"good");
}

#[test]
fn folder_that_is_a_link_is_refused() {
    let (temp, _) = folder();
    symlink(temp.path().join("ai"), temp.path().join("link")).unwrap();
    refuses(Folder::create(&temp.path().join("link"), None), "is a symbolic link");
    refuses(Folder::open(&temp.path().join("link"), Reach::OursOrRoots), "is a symbolic link");
}

#[test]
fn links_on_the_way_must_belong_to_root() {
    let (temp, _) = folder();
    let link = temp.path().join("way");
    symlink(temp.path(), &link).unwrap();
    let found = Folder::create(&link.join("ai"), None);
    if rustix::process::geteuid().is_root() {
        found.unwrap();
        rustix::fs::chownat(
            CWD,
            &link,
            Some(rustix::fs::Uid::from_raw(12345)),
            None,
            rustix::fs::AtFlags::SYMLINK_NOFOLLOW,
        )
        .unwrap();
        refuses(Folder::create(&link.join("ai"), None), "symbolic link of another user");
    } else {
        refuses(found, "symbolic link of another user");
    }
}

#[test]
fn folder_behind_circular_links_is_refused() {
    let temp = TempDir::new().unwrap();
    symlink("b", temp.path().join("a")).unwrap();
    symlink("a", temp.path().join("b")).unwrap();
    let expected = if rustix::process::geteuid().is_root() { "too many" } else { "another user" };
    refuses(Folder::create(&temp.path().join("a/x"), None), expected);
}

#[test]
fn folder_of_another_user_is_refused_with_another_path_in_the_hint() {
    let (temp, path) = folder_of_another_user();
    let instead = Some("/home/u/.local/share/aibridge-proxy/ca-cert.pem".into());
    let err = Folder::create(&path, instead).unwrap_err();
    assert!(err.to_string().contains("belongs to user"), "{err}");
    let hint = err.hint().unwrap();
    assert_eq!(hint, "use `--cert-path /home/u/.local/share/aibridge-proxy/ca-cert.pem`");
    drop(temp);
}

/// A folder that is not ours: another user's if we are root, else root's.
fn folder_of_another_user() -> (Option<TempDir>, PathBuf) {
    if !rustix::process::geteuid().is_root() {
        return (None, PathBuf::from("/usr/share"));
    }
    let temp = TempDir::new().unwrap();
    let path = temp.path().join("theirs");
    fs::create_dir(&path).unwrap();
    std::os::unix::fs::chown(&path, Some(12345), None).unwrap();
    (Some(temp), path)
}

#[test]
fn folder_that_other_users_may_write_to_is_refused() {
    for (mode, hint) in [
        (0o777, "chmod go-w"),
        (0o775, "chmod go-w"),
        (0o1777, "give the certificate a folder of its own"),
    ] {
        let (temp, _) = folder();
        let path = temp.path().join("ai");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let err = Folder::create(&path, None).unwrap_err();
        assert!(err.to_string().contains("can be written by other users"), "{err}");
        assert!(err.hint().unwrap().contains(hint));
    }
}

#[test]
fn writable_folder_on_the_way_is_refused_unless_it_is_sticky() {
    for (mode, is_fine) in [(0o777, false), (0o772, false), (0o1777, true), (0o775, true)] {
        let temp = TempDir::new().unwrap();
        let shared = temp.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(mode)).unwrap();
        let created = Folder::create(&shared.join("ai"), None).map(|_| ());
        let opened = Folder::open(&shared.join("ai"), Reach::OursOrRoots).map(|_| ());
        if is_fine {
            created.unwrap();
            opened.unwrap();
        } else {
            refuses(created, "can be written by other users");
            refuses(opened, "can be written by other users");
            assert!(!shared.join("ai").exists());
        }
    }
}

#[test]
fn links_devices_and_folders_in_place_of_a_file_are_refused() {
    #[track_caller]
    fn check(lay: impl Fn(&Path, &Path), expected: &str) {
        let (temp, folder) = folder();
        let victim = temp.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        lay(&temp.path().join("ai/x"), &victim);
        refuses(folder.read("x"), expected);
        refuses(folder.write("x", b"new"), expected);
        refuses(folder.has("x"), expected);
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
    }
    check(|x, victim| symlink(victim, x).unwrap(), "is a symbolic link");
    check(|x, _| symlink("/nowhere", x).unwrap(), "is a symbolic link");
    check(|x, victim| fs::hard_link(victim, x).unwrap(), "has 2 hard links");
    check(|x, _| fs::create_dir(x).unwrap(), "is not a regular file");
    check(
        |x, _| mknodat(CWD, x, FileType::Fifo, Mode::from_raw_mode(0o644), 0).unwrap(),
        "is not a regular file",
    );
    check(|x, _| drop(std::os::unix::net::UnixListener::bind(x).unwrap()), "is not a regular file");
    if rustix::process::geteuid().is_root() {
        check(
            |x, _| {
                fs::write(x, "planted").unwrap();
                std::os::unix::fs::chown(x, Some(12345), None).unwrap();
            },
            "belongs to user 12345",
        );
    }
}

#[test]
fn file_that_other_users_may_write_to_is_replaced() {
    let (temp, folder) = folder();
    let path = temp.path().join("ai/x");
    fs::write(&path, "new").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    refuses(folder.read("x"), "can be written by other users");
    assert_eq!(folder.write("x", b"new").unwrap(), Written::Replaced);
    assert_eq!(folder.read("x").unwrap().unwrap().bytes, b"new");
}

#[test]
fn folder_below_a_file_is_refused() {
    let (temp, folder) = folder();
    folder.write("x", b"1").unwrap();
    refuses(Folder::create(&temp.path().join("ai/x/y"), None), "is not a folder");
}

#[test]
fn lock_is_refused_while_another_holder_has_it() {
    let (temp, folder) = folder();
    assert_eq!(folder.lock_state(), LockState::Free);
    let lock = folder.try_lock().unwrap();
    let other = Folder::open(&temp.path().join("ai"), Reach::OursOrRoots).unwrap().unwrap();
    assert_eq!(other.lock_state(), LockState::Held);
    assert!(matches!(other.try_lock(), Err(LockError::Held)));
    drop(lock);
    assert_eq!(other.lock_state(), LockState::Free);
    drop(other.try_lock().unwrap());
}

#[test]
fn lock_file_is_closed_to_other_users() {
    let (_temp, folder) = folder();
    let mode = || {
        let mode = fs::metadata(folder.lock_path()).unwrap().permissions().mode();
        mode & 0o7777
    };
    drop(folder.try_lock().unwrap());
    assert_eq!(mode(), 0o600);
    fs::set_permissions(folder.lock_path(), fs::Permissions::from_mode(0o644)).unwrap();
    drop(folder.try_lock().unwrap());
    assert_eq!(mode(), 0o600);
}

#[test]
fn lock_of_another_user_may_be_held() {
    for (tried, expected) in [
        (Ok(Ok(())), LockState::Free),
        (Ok(Err(Errno::WOULDBLOCK)), LockState::Held),
        (Ok(Err(Errno::NOLCK)), LockState::Free),
        (Err(Errno::NOENT), LockState::Free),
        (Err(Errno::LOOP), LockState::Free),
        (Err(Errno::ACCESS), LockState::Unknown),
        (Err(Errno::PERM), LockState::Unknown),
    ] {
        assert_eq!(lock::state(tried), expected, "{tried:?}");
    }
}

#[test]
fn lock_holder_is_found_by_device_inode_and_kind() {
    let (_temp, folder) = folder();
    let (device, ours) = (0xfe03, 10_953_890);
    let line = |kind: &str, process: i32, inode: u64| {
        format!("7: {kind}  ADVISORY  WRITE {process} fe:03:{inode} 0 EOF\n")
    };
    for (locks, expected) in [
        (line("FLOCK", 12, ours), Some(12)),
        (line("FLOCK", 11, ours + 1) + &line("FLOCK", 12, ours), Some(12)),
        (line("-> FLOCK", 12, ours), None),
        (line("POSIX", 12, ours), None),
        (line("FLOCK", 0, ours), None),
        (line("FLOCK", -1, ours), None),
        ("cut short".to_owned(), None),
        (String::new(), None),
    ] {
        assert_eq!(lock::holder(&locks, device, ours), expected, "{locks}");
    }
    let _lock = folder.try_lock().unwrap();
    if cfg!(target_os = "linux") {
        // Some file systems give the kernel and us different numbers.
        let us = folder.lock_holder();
        assert!(us.is_none_or(|it| it == std::process::id()), "{us:?}");
    }
}
