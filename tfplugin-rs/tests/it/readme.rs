//! The README's smallest provider stays shorter than the same provider as it is written
//! with terraform-plugin-framework, whose source is in `tests/data/hello-framework`.

const README: &str = include_str!("../../README.md");
const GO: &str = include_str!("../data/hello-framework/main.go");

/// Pinned, so that a longer example is a decision; the README states both.
const OURS: usize = 77;
const THEIRS: usize = 113;

#[test]
fn smallest_provider_is_shorter_than_with_the_go_framework() {
    let (_, rest) = README.split_once("```rust,no_run\n").expect("the README has an example");
    let (example, _) = rest.split_once("\n```").expect("the example ends");
    assert_eq!((lines_of_code(example), lines_of_code(GO)), (OURS, THEIRS));
    const { assert!(OURS < THEIRS) };
    let stated = format!("{OURS} lines of code, against {THEIRS}");
    assert!(README.contains(&stated), "the README does not have `{stated}`");
}

/// Lines that are neither blank nor a comment alone; both languages begin one alike.
fn lines_of_code(source: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    source.lines().map(str::trim).filter(is_code).count()
}
