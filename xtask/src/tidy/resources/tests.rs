//! Examples and pages of resource types.

use super::*;
use crate::tidy::findings;

#[track_caller]
fn check_files(others: &[&str], expected: &[&str]) {
    let resource = "provider/src/resources/aibridge_proxy";
    let (file, tests) = (format!("{resource}.rs"), format!("{resource}/tests.rs"));
    let mut files = vec![(file.as_str(), ""), (tests.as_str(), "")];
    files.extend(others.iter().map(|it| (*it, "")));
    assert_eq!(findings(check, &files), expected);
}

#[test]
fn resources_have_an_example_and_a_page() {
    let example = "examples/resources/aibridge_proxy/resource.tf";
    check_files(
        &[],
        &[
            "provider/src/resources/aibridge_proxy.rs:0: `examples/resources/aibridge_proxy/resource.tf` is missing",
        ],
    );
    check_files(&[example], &[]);
    let expected =
        "provider/src/resources/aibridge_proxy.rs:0: `docs/resources/proxy.md` is missing";
    check_files(&[example, "docs/index.md"], &[expected]);
    check_files(&[example, "docs/index.md", "docs/resources/proxy.md"], &[]);
}

#[test]
fn file_may_lack_the_prefix_of_the_type() {
    let files = [
        ("provider/src/resources/proxy.rs", ""),
        ("examples/resources/aibridge_proxy/resource.tf", ""),
    ];
    assert_eq!(findings(check, &files), [""; 0]);
}
