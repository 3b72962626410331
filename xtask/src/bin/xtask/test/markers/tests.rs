//! Names of tests in sources.

use super::names_in;

#[track_caller]
fn check(line: &str, expected: &[&str]) {
    assert_eq!(names_in(&format!("fn f() {{\n{line}\n}}\n")), expected, "{line}");
}

#[test]
fn names_in_finds_markers_in_code_but_not_in_comments() {
    let opening = "slow::ring3(\"a-b\") else { return };";
    check(&format!("    let Some(_marker) = {opening}"), &["a-b"]);
    check(&format!("    let Some(_marker) = testkit::{opening}"), &["a-b"]);
    check(&format!("    // let Some(_marker) = {opening}"), &[]);
    check(&format!("    const TEXT: &str = r#\"{opening}"), &[]);
    check("    pub fn ring3(name: &str) {}", &[]);
}
