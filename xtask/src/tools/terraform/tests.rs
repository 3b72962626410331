//! Version texts of the CLIs.

use super::*;

#[track_caller]
fn check(text: &str, expected: Option<(u64, u64)>) {
    assert_eq!(parse_version(text), expected, "{text}");
}

#[test]
fn parse_version_reads_major_and_minor() {
    check("1.11.4", Some((1, 11)));
    check("1.12.0-beta1", Some((1, 12)));
    check("2.0", Some((2, 0)));
    check("1", None);
    check("v1.9.0", None);
    check("", None);
}

#[test]
fn version_1_10_is_newer_than_version_1_9() {
    assert!(parse_version("1.10.5") > parse_version("1.9.8"));
}
