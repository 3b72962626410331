//! Which functions are found, and how long they are.

use super::*;
use crate::tidy::findings;

#[track_caller]
fn check_source(source: &str, expected: &[(&str, usize, usize)]) {
    let found = functions(&mask(source));
    let found: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.line, it.lines)).collect();
    assert_eq!(found, expected, "{source}");
}

#[test]
fn finds_bodies_and_their_lengths() {
    check_source("fn a() {}\n", &[("a", 1, 1)]);
    check_source("x\nfn a(\n  b: [u8; 4],\n) -> T\n{\n}\n", &[("a", 2, 5)]);
    check_source("fn a() { fn b() {\n} }", &[("a", 1, 2), ("b", 1, 2)]);
    check_source("fn a() { \"}\" // }\n}", &[("a", 1, 2)]);
}

#[test]
fn passes_over_declarations_types_and_words() {
    check_source("trait T { fn a(&self); }", &[]);
    check_source("type F = fn (u8) -> u8;", &[]);
    check_source("let my_fn = 1; // fn b() {}", &[]);
}

#[test]
fn names_the_function_that_is_too_long() {
    let source = |lines: usize| format!("//! P.\nfn long() {{\n{}}}\n", "x\n".repeat(lines - 2));
    assert_eq!(findings(check, &[("a.rs", &source(80))]), [""; 0]);
    assert_eq!(
        findings(check, &[("a.rs", &source(81))]),
        ["a.rs:2: `long` has 81 lines; at most 80"]
    );
}
