//! The table of exit codes.

use std::collections::BTreeSet;

use super::Exit;

#[test]
fn exit_codes_and_classes_are_unique() {
    let codes: BTreeSet<u8> = Exit::ALL.iter().map(|it| it.code()).collect();
    let classes: BTreeSet<&str> = Exit::ALL.iter().map(|it| it.class()).collect();
    assert_eq!((codes.len(), classes.len()), (Exit::ALL.len(), Exit::ALL.len()));
}

#[test]
fn exit_codes_of_signals_and_commands_are_those_of_a_shell() {
    assert_eq!(Exit::Signal(15).code(), 143);
    assert_eq!(Exit::Command(7).code(), 7);
}
