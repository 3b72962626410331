//! Examples and pages of resource types.

use super::*;
use crate::tidy::findings;

#[track_caller]
fn check_files(others: &[&str], expected: &[&str]) {
    let mut files = vec![
        ("provider/src/resources/proxy.rs", ""),
        ("provider/src/resources/proxy/tests.rs", ""),
    ];
    files.extend(others.iter().map(|it| (*it, "")));
    assert_eq!(findings(check, &files), expected);
}

#[test]
fn resources_have_an_example_and_a_page() {
    let example = "examples/resources/aibridge_proxy/resource.tf";
    check_files(
        &[],
        &[
            "provider/src/resources/proxy.rs:0: `examples/resources/aibridge_proxy/resource.tf` is missing",
        ],
    );
    check_files(&[example], &[]);
    let expected = "provider/src/resources/proxy.rs:0: `docs/resources/proxy.md` is missing";
    check_files(&[example, "docs/index.md"], &[expected]);
    check_files(&[example, "docs/index.md", "docs/resources/proxy.md"], &[]);
}
