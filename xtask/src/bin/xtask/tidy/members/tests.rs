//! A small workspace, and what is wrong with its variants.

use super::*;
use crate::tidy::findings;

const ROOT: &str = "[workspace]\nmembers = [\"a\", \"tests/kit\"]\n[workspace.package]\n\
     license = \"Apache-2.0\"\n";

fn package(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nlicense.workspace = true\nautotests = false\n[lints]\n")
}

#[track_caller]
fn check_workspace(root: &str, a: &str, kit: &str, expected: &[&str]) {
    let files = [
        ("Cargo.toml", root),
        ("LICENSE", "Apache License\n"),
        ("a/Cargo.toml", a),
        ("tests/kit/Cargo.toml", kit),
    ];
    assert_eq!(findings(check, &files), expected);
}

#[test]
fn tidy_accepts_packages_named_like_their_folders_and_testkit() {
    check_workspace(ROOT, &package("a"), &package("testkit"), &[]);
}

#[test]
fn tidy_refuses_packages_with_other_names() {
    let expected = "a/Cargo.toml: the package is called `b`, its folder `a`";
    check_workspace(ROOT, &package("b"), &package("testkit"), &[expected]);
    let expected = "tests/kit/Cargo.toml: the package is called `kit`, its folder `tests/kit`";
    check_workspace(ROOT, &package("a"), &package("kit"), &[expected]);
}

#[test]
fn tidy_refuses_missing_members_and_licences() {
    let root = ROOT.replace("\"a\"", "\"c\"");
    let expected = [
        "a/Cargo.toml: `a` is not a member of the workspace",
        "Cargo.toml: member `c` is not there",
    ];
    check_workspace(&root, &package("a"), &package("testkit"), &expected);
    let a = package("a").replace("license.workspace = true\n", "");
    let expected = "a/Cargo.toml: `license.workspace = true` is missing";
    check_workspace(ROOT, &a, &package("testkit"), &[expected]);
    let root = ROOT.replace("Apache-2.0", "MIT");
    let expected = "Cargo.toml: the licence of the workspace is Apache-2.0";
    check_workspace(&root, &package("a"), &package("testkit"), &[expected]);
}
