//! Arguments, and the error when a start fails.

use std::ffi::OsString;

use super::listener::{Address, ListenError};
use super::{Mode, chain, reattach};

#[track_caller]
fn check_mode(arguments: &[&str], expected: Result<Mode, &str>) {
    let mode = Mode::parse(arguments.iter().map(OsString::from));
    assert_eq!(mode, expected.map_err(OsString::from), "{arguments:?}");
}

#[test]
fn argument_selects_mode_and_unknown_one_is_refused() {
    check_mode(&[], Ok(Mode::Plugin));
    check_mode(&["--debug"], Ok(Mode::Debug));
    check_mode(&["-debug"], Ok(Mode::Debug));
    check_mode(&["--version"], Ok(Mode::Version));
    check_mode(&["--verbose"], Err("--verbose"));
    check_mode(&["--debug", "x"], Err("x"));
}

#[test]
fn error_and_its_causes_are_one_line() {
    let inner = std::io::Error::other("the cause");
    let err = ListenError::Ports { min: 1, max: 2, source: inner };
    assert_eq!(chain(&err), "no free loopback port from `1` to `2`: the cause");
}

#[test]
fn reattach_assignment_is_quoted_for_a_shell() {
    let address = Address::Unix("/tmp/it's/s".to_owned());
    let plugin = r#"{"Protocol":"grpc","ProtocolVersion":6,"Pid":7,"Test":true,"#.to_owned()
        + r#""Addr":{"Network":"unix","String":"/tmp/it'\''s/s"}}"#;
    assert_eq!(
        reattach::assignment("example.com/a/b", &address, 7),
        format!(r#"TF_REATTACH_PROVIDERS='{{"example.com/a/b":{plugin}}}'"#)
    );
    let (terraform, opentofu) = ("registry.terraform.io/a/b", "registry.opentofu.org/a/b");
    for public in [terraform, opentofu] {
        assert_eq!(
            reattach::assignment(public, &address, 7),
            format!(r#"TF_REATTACH_PROVIDERS='{{"{terraform}":{plugin},"{opentofu}":{plugin}}}'"#)
        );
    }
}
