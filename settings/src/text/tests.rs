//! Text of other programs as one line, and bytes as digits.

use super::{hex, one_line};

#[track_caller]
fn check(text: &str, max: usize, expected: &str) {
    assert_eq!(one_line(text, max), expected, "{text:?}");
}

#[test]
fn one_line_removes_control_characters() {
    check("", 10, "");
    check("AI Bridge Proxy is not enabled.", 80, "AI Bridge Proxy is not enabled.");
    check("  a \r\n\t b  ", 80, "a b");
    check("a\u{1b}[31mb\0c\u{7}", 80, "a [31mb c");
    check("a\u{202e}b", 80, "a b");
}

#[test]
fn one_line_cuts_at_the_limit() {
    check("abcdef", 6, "abcdef");
    check("abcdefg", 6, "abcdef…");
    check("abc def", 4, "abc…");
    check("äöü", 2, "äö…");
}

#[test]
fn hex_has_two_lower_case_digits_a_byte() {
    assert_eq!(hex(&[0x00, 0x0f, 0xa0, 0xff]), "000fa0ff");
}
