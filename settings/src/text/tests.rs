//! Foreign text, tamed.

use super::{hex, one_line};

#[track_caller]
fn check(text: &str, max: usize, expected: &str) {
    assert_eq!(one_line(text, max), expected, "{text:?}");
}

#[test]
fn keeps_one_plain_line() {
    check("", 10, "");
    check("AI Bridge Proxy is not enabled.", 80, "AI Bridge Proxy is not enabled.");
    check("  a \r\n\t b  ", 80, "a b");
    check("a\u{1b}[31mb\0c\u{7}", 80, "a [31mb c");
    check("a\u{202e}b", 80, "a b");
}

#[test]
fn cuts_at_the_bound() {
    check("abcdef", 6, "abcdef");
    check("abcdefg", 6, "abcdef…");
    check("abc def", 4, "abc…");
    check("äöü", 2, "äö…");
}

#[test]
fn writes_hexadecimal() {
    assert_eq!(hex(&[0x00, 0x0f, 0xa0, 0xff]), "000fa0ff");
}
