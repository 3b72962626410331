//! One line for each file that is in order or out of it.

use super::*;
use crate::tidy::findings;

#[track_caller]
fn check_file(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(findings(check, &[(path, text)]), expected, "{path}: {text}");
}

#[test]
fn tidy_accepts_ordinary_files() {
    check_file("a/src/lib.rs", "//! Purpose.\n", &[]);
    check_file("README.md", "Text.\n", &[]);
    check_file("a/src/empty.txt", "", &[]);
}

#[test]
fn tidy_refuses_a_source_without_a_header() {
    check_file(
        "a/src/lib.rs",
        "fn f() {}\n",
        &["a/src/lib.rs:1: a file opens with `//!` and its one subject"],
    );
    check_file("tfplugin-rs/src/generated/plugin.rs", "fn f() {}\n", &[]);
}

#[test]
fn tidy_refuses_long_files() {
    let lines = |count: usize| format!("//! Purpose.\n{}", "x\n".repeat(count - 1));
    check_file("a/src/b.rs", &lines(800), &[]);
    check_file("a/src/b.rs", &lines(801), &["a/src/b.rs: 801 lines; at most 800"]);
    check_file("a/src/main.rs", &lines(151), &["a/src/main.rs: 151 lines; at most 150"]);
    check_file("a/data.bin", &"x\n".repeat(102_401), &["a/data.bin: 204802 bytes; at most 204800"]);
}

/// What tidy reports of a line of 101 columns.
fn too_wide(line: usize) -> String {
    format!("a/src/b.rs:{line}: 101 columns; at most 100, or rustfmt formats nothing around it")
}

#[test]
fn tidy_refuses_wide_lines_of_rust() {
    let line = |columns: usize| format!("//! Purpose.\n//{}\n", "ü".repeat(columns - 2));
    check_file("a/src/b.rs", &line(100), &[]);
    check_file("a/src/b.rs", &line(101), &[&too_wide(2)]);
    check_file("a.md", &line(101), &[]);
}

#[test]
fn tidy_accepts_wide_lines_in_an_unformatted_item_only() {
    let source = |item: &str, after: &str| format!("//! Purpose.\n{UNFORMATTED}\n{item}{after}");
    let wide = format!("    {}\n", "x".repeat(97));
    for item in [
        format!("fn f() {{\n    {{\n    }}\n{wide}}}\n"),
        format!("const A: [u8; 1] = [\n{wide}];\n"),
        format!("const A: &str = \"{}\";\n", "x".repeat(100)),
    ] {
        check_file("a/src/b.rs", &source(&item, ""), &[]);
        let found = too_wide(source(&item, "").lines().count() + 1);
        check_file("a/src/b.rs", &source(&item, &wide), &[&found]);
    }
}

#[test]
fn tidy_refuses_mod_rs() {
    let message = "a/src/b/mod.rs: a module `foo` lives in `foo.rs` and `foo/`, never in `mod.rs`";
    check_file("a/src/b/mod.rs", "//! Purpose.\n", &[message]);
}

#[test]
fn tidy_refuses_blanks_and_tabs() {
    check_file("a.md", "a \n", &["a.md:1: blank at the end of the line"]);
    check_file("a.md", "a\r\n", &["a.md:1: blank at the end of the line"]);
    check_file("a.tf", "\ta\n", &["a.tf:1: tab; indent with blanks, write `\\t` in literals"]);
    check_file("a.go", "\ta\n", &[]);
    check_file("a.md", "a", &["a.md:1: no line break at the end of the file"]);
    check_file("a/tests/data/help.txt", "a \n", &[]);
}

#[test]
fn tidy_refuses_marks_of_unfinished_work() {
    let line = |word: &str| format!("//! Purpose.\n// {word}: later\n");
    let found = format!("a/src/b.rs:2: `{UNFINISHED}`: do it, or file an issue");
    check_file("a/src/b.rs", &line(UNFINISHED), &[found.as_str()]);
    check_file("a/src/b.rs", &line(&format!("{UNFINISHED}S")), &[]);
    let found =
        format!("a/src/b.rs:2: `{WRONG_TODAY}` may only stand in a test that pins wrong behaviour");
    check_file("a/src/b.rs", &line(WRONG_TODAY), &[found.as_str()]);
    check_file("a/src/b/tests.rs", &line(WRONG_TODAY), &[]);
}

#[test]
fn tidy_refuses_code_in_a_list_of_modules() {
    let code = "//! List.\n// fn in a comment\n#[test]\nfn b() {}\n";
    let message = "a list of modules contains no code";
    let expected =
        [format!("a/tests/it/main.rs:3: {message}"), format!("a/tests/it/main.rs:4: {message}")];
    check_file("a/tests/it/main.rs", code, &[&expected[0], &expected[1]]);
    check_file("a/tests/it/other.rs", code, &[]);
}
