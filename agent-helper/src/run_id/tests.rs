//! One start from another.

use std::os::unix::net::UnixListener;

use super::*;

#[test]
fn run_ids_are_the_same_within_one_workspace_start() {
    #[track_caller]
    fn check(now: [Option<&str>; 3], recorded: [Option<&str>; 3], expected: bool) {
        let [now, recorded] = [now, recorded].map(|[a, b, c]| RunId::of(a, b, c));
        assert_eq!(now.is_same(&recorded), expected, "{now} and {recorded}");
    }
    let full = [Some("boot"), Some("1"), Some("9-9")];
    check(full, full, true);
    check(full, [Some("other"), Some("1"), Some("9-9")], false);
    check(full, [Some("boot"), Some("2"), Some("9-9")], false);
    check(full, [Some("boot"), Some("1"), Some("8-8")], false);
    // The socket has been cleaned away since.
    check([Some("boot"), Some("1"), None], full, true);
    check([Some("boot"), Some("2"), None], full, false);
    // The earlier start had no socket, this one has.
    check(full, [Some("boot"), Some("1"), None], false);
    check([None, None, None], [None, None, None], true);
    assert!(!RunId::of(None, None, None).is_same(&RunId::default()));
}

#[test]
fn run_id_changes_with_a_new_agent_socket() {
    let temp = tempfile::TempDir::new().unwrap();
    let path = temp.path().join("s");
    let without = RunId::current(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let first = RunId::current(&path);
    assert_eq!(first, RunId::current(&path));
    assert!(without.is_same(&first) && !first.is_same(&without));
    drop(listener);
    std::fs::remove_file(&path).unwrap();
    let _again = UnixListener::bind(&path).unwrap();
    assert!(!RunId::current(&path).is_same(&first));
}

#[test]
fn run_id_ignores_files_that_cannot_be_the_agents_socket() {
    for (owner, us, expected) in
        [(1000, 1000, true), (0, 1000, true), (0, 0, true), (1001, 1000, false), (1001, 0, false)]
    {
        assert_eq!(is_agents(owner, us), expected, "{owner} for {us}");
    }
}

#[test]
fn run_id_ignores_a_new_socket_of_another_user() {
    // Only root can give a socket away.
    if !geteuid().is_root() {
        return;
    }
    let temp = tempfile::TempDir::new().unwrap();
    let path = temp.path().join("s");
    let recorded = RunId::current(&path);
    for _ in 0..2 {
        let _listener = UnixListener::bind(&path).unwrap();
        std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
        assert!(RunId::current(&path).is_same(&recorded));
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn start_time_is_read_behind_any_command_name() {
    let fields = (0..30).map(|it| it.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(start_time(&format!("1 (a) b) {fields}")), Some("19"));
    assert_eq!(start_time("1 (init) S 0"), None);
    assert_eq!(start_time(""), None);
}
