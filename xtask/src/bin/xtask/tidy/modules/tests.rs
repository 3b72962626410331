//! A whole module, and modules that lack something.

use super::*;
use crate::tidy::findings;

const WHOLE: [&str; 6] = [
    "modules/a/README.md",
    "modules/a/a.tftest.hcl",
    "modules/a/main.tf",
    "modules/a/outputs.tf",
    "modules/a/variables.tf",
    "modules/a/versions.tf",
];

#[track_caller]
fn check_without(missing: &str, expected: &[&str]) {
    let files: Vec<_> = WHOLE.iter().filter(|it| **it != missing).map(|it| (*it, "")).collect();
    assert_eq!(findings(check, &files), expected, "without {missing}");
}

#[test]
fn tidy_refuses_a_module_without_its_files_or_a_test() {
    check_without("", &[]);
    check_without("modules/a/versions.tf", &["modules/a: `versions.tf` is missing"]);
    check_without("modules/a/README.md", &["modules/a: `README.md` is missing"]);
    check_without("modules/a/a.tftest.hcl", &["modules/a: a module has a test (`*.tftest.hcl`)"]);
}

#[test]
fn tidy_refuses_a_stack_without_its_files() {
    let files = [("examples/stacks/demo/main.tf", ""), ("examples/stacks/demo/versions.tf", "")];
    assert_eq!(findings(check, &files), ["examples/stacks/demo: `README.md` is missing"]);
}
