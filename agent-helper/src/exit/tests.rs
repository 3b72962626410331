//! The table of exit codes.

use std::collections::BTreeSet;

use coder_client::http::FaultClass;

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

#[test]
fn deployments_fault_classes_have_stable_names_and_codes() {
    for (class, name, code) in [
        (FaultClass::Network, "network", 11),
        (FaultClass::Tls, "tls", 12),
        (FaultClass::NotSignedIn, "not_signed_in", 13),
        (FaultClass::NotLicensed, "not_licensed", 14),
        (FaultClass::NotEnabled, "not_enabled", 15),
        (FaultClass::NotCoder, "not_coder", 16),
        (FaultClass::Certificate, "certificate", 17),
    ] {
        let exit = Exit::from(class);
        assert_eq!((exit.class(), exit.code()), (name, code));
    }
}
