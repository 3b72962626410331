//! Rules about single files: header, size, width, blanks, forbidden words, lists of modules.

use super::Finding;
use super::tree::Tree;

#[cfg(test)]
mod tests;

/// Source files above this are two files.
const MAX_LINES: usize = 800;
const MAX_LINES_OF_MAIN: usize = 150;
/// Of a Rust source: rustfmt leaves a statement or an item as it is, without a message, if
/// a line of it cannot be made shorter, not even one inside a text.
const MAX_COLUMNS: usize = 100;
/// The attribute of an item that may have wider lines, such as a table: the source shows
/// that rustfmt leaves it as it is.
const UNFORMATTED: &str = "#[rustfmt::skip]";
/// Bytes; larger files do not belong into a repository of sources.
const MAX_FILE_SIZE: usize = 200 * 1024;

/// Written apart, so that this file does not contain the words it rejects.
const UNFINISHED: &str = concat!("TO", "DO");
const WRONG_TODAY: &str = concat!("FIX", "ME");

/// Endings of files that are written by hand as code.
const CODE: [&str; 10] =
    [".hcl", ".proto", ".py", ".rs", ".sh", ".tf", ".tftpl", ".toml", ".yaml", ".yml"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, size) in tree.files() {
        if size > MAX_FILE_SIZE {
            findings.push(Finding::new(path, 0, format!("{size} bytes; at most {MAX_FILE_SIZE}")));
        }
        if path.ends_with("/mod.rs") {
            findings.push(Finding::new(
                path,
                0,
                "a module `foo` lives in `foo.rs` and `foo/`, never in `mod.rs`",
            ));
        }
    }
    for (path, text) in tree.texts().filter(|(path, _)| !is_recorded(path)) {
        check_blanks(path, text, &mut findings);
        if CODE.iter().any(|it| path.ends_with(it)) {
            check_words(path, text, &mut findings);
        }
    }
    for (path, text) in tree.rust() {
        check_rust(path, text, &mut findings);
    }
    findings
}

/// Recorded outputs keep the blanks that a program wrote, inputs of a fuzzer are any bytes,
/// the licence has the blanks of its authors.
fn is_recorded(path: &str) -> bool {
    path.contains("/tests/data/")
        || path.contains("/fuzz/corpus/")
        || path.starts_with("tests/cases/")
        || path == "LICENSE"
}

fn check_blanks(path: &str, text: &str, findings: &mut Vec<Finding>) {
    // Not `lines()`, which would swallow a carriage return.
    for (index, line) in text.split('\n').enumerate() {
        if line.ends_with([' ', '\t', '\r']) {
            findings.push(Finding::new(path, index + 1, "blank at the end of the line"));
        }
        if line.contains('\t') && !path.ends_with(".go") {
            findings.push(Finding::new(
                path,
                index + 1,
                "tab; indent with blanks, write `\\t` in literals",
            ));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        findings.push(Finding::new(
            path,
            text.lines().count(),
            "no line break at the end of the file",
        ));
    }
}

fn check_words(path: &str, text: &str, findings: &mut Vec<Finding>) {
    for (index, line) in text.lines().enumerate() {
        if has_word(line, UNFINISHED) {
            findings.push(Finding::new(
                path,
                index + 1,
                format!("`{UNFINISHED}`: do it, or file an issue"),
            ));
        }
        if has_word(line, WRONG_TODAY) && !is_test(path) {
            let message =
                format!("`{WRONG_TODAY}` may only stand in a test that pins wrong behaviour");
            findings.push(Finding::new(path, index + 1, message));
        }
    }
}

fn check_rust(path: &str, text: &str, findings: &mut Vec<Finding>) {
    if !text.starts_with("//!") {
        findings.push(Finding::new(path, 1, "a file opens with `//!` and its one subject"));
    }
    let count = text.lines().count();
    let limit = if path.ends_with("/main.rs") { MAX_LINES_OF_MAIN } else { MAX_LINES };
    if count > limit {
        findings.push(Finding::new(path, 0, format!("{count} lines; at most {limit}")));
    }
    check_width(path, text, findings);
    if is_module_list(path) {
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.starts_with("//") && (line.contains("fn ") || line.ends_with("test]")) {
                findings.push(Finding::new(path, index + 1, "a list of modules contains no code"));
            }
        }
    }
}

fn check_width(path: &str, text: &str, findings: &mut Vec<Finding>) {
    // The indentation of the unformatted item that the line belongs to.
    let mut unformatted = None;
    for (index, line) in text.lines().enumerate() {
        let indentation = line.len() - line.trim_start().len();
        if line.trim_start() == UNFORMATTED {
            unformatted = Some(indentation);
        }
        let columns = line.chars().count();
        if columns > MAX_COLUMNS && unformatted.is_none() {
            let message = format!(
                "{columns} columns; at most {MAX_COLUMNS}, or rustfmt formats nothing around it"
            );
            findings.push(Finding::new(path, index + 1, message));
        }
        if unformatted == Some(indentation) && line.ends_with(['}', ';']) {
            unformatted = None;
        }
    }
}

/// `main.rs` of an integration binary: names and comments only.
fn is_module_list(path: &str) -> bool {
    path.ends_with("tests/it/main.rs") || path == "tests/e2e/main.rs"
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.starts_with("tests/")
}

/// Whether `word` stands in the line, not as part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let part = |it: char| it.is_alphanumeric() || it == '_';
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}
