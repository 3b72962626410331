//! The table in the help is the truth.

use super::*;

#[test]
fn help_names_every_code() {
    let all = [
        Exit::Done,
        Exit::Bug,
        Exit::Usage,
        Exit::Settings,
        Exit::Network,
        Exit::Tls,
        Exit::NotSignedIn,
        Exit::NotLicensed,
        Exit::NotEnabled,
        Exit::NotCoder,
        Exit::Certificate,
        Exit::FileSystem,
        Exit::Coordination,
        Exit::TimedOut,
        Exit::SetupFailed,
    ];
    let lines: Vec<u8> = exit_codes!()
        .lines()
        .filter_map(|it| it.split_ascii_whitespace().next()?.parse().ok())
        .collect();
    let codes: Vec<u8> = all.iter().map(|it| it.code()).chain([126]).collect();
    assert_eq!(lines, codes);
    assert_eq!(Exit::Signal(15).code(), 143);
    assert_eq!(Exit::Command(7).code(), 7);
}
