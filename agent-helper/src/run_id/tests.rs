//! One start from another.

use std::os::unix::net::UnixListener;

use super::*;

#[test]
fn compares_starts() {
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
fn a_new_socket_is_a_new_start() {
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
fn the_start_time_is_behind_any_command() {
    let fields = (0..30).map(|it| it.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(start_time(&format!("1 (a) b) {fields}")), Some("19"));
    assert_eq!(start_time("1 (init) S 0"), None);
    assert_eq!(start_time(""), None);
}
