//! One line a form.

use super::Redactor;

#[track_caller]
fn check(text: &str, expected: &str) {
    let redactor = Redactor::new().literal("/tmp/abc", "TEMP").literal("/tmp/abc/def", "WORK");
    assert_eq!(redactor.apply(text), expected);
}

#[test]
fn changing_forms_are_replaced() {
    check("", "");
    check("in /tmp/abc/x and /tmp/abc/def.", "in [TEMP]/x and [WORK].");
    check("http://127.0.0.1:41234/api", "http://[LOOPBACK]/api");
    check(
        "at 2026-11-23T10:00:01.123456Z, took 1.25s (12ms)",
        "at [TIME], took [DURATION] ([DURATION])",
    );
    check("2026-11-23T10:00:01+01:00", "[TIME]");
    check("id 8d6c8f4e-58a4-4a7b-9d3e-0d4c6f2b1a90", "id [UUID]");
    check(&format!("sha {}!", "ab01".repeat(16)), "sha [SHA256]!");
    check("coder:AAAAAAAAAA-bbbbbbbbbbbbbbbbbbbbbb@h", "coder:[TOKEN]@h");
}

#[test]
fn similar_words_are_kept() {
    for text in ["v12s3", "sha 12abs", "localhost:", "2026-11-23", "grüße 12 ms", "x12ms"] {
        check(text, text);
    }
}
