//! What hides braces, and what only looks as if it did.

use super::mask;

/// `hidden` is the source with each hidden character written as `.`.
#[track_caller]
fn check(source: &str, hidden: &str) {
    assert_eq!(mask(source).replace(' ', "."), hidden.replace(' ', "."), "{source}");
}

#[test]
fn hides_comments_and_literals() {
    check("a // {\nb", "a ....\nb");
    check("a/*{/*{*/{*/b", "a...........b");
    check(r#"f("{")"#, "f(...)");
    check(r#"f("\"{")"#, "f(.....)");
    check(r##"r#"{"#;"##, "......;");
    check(r##"br"\";"##, "b....;");
    check(r#"c"{";"#, "c...;");
    check(r"'{' '\'' '\u{7b}'", "... .... ........");
}

#[test]
fn lifetimes_words_and_raw_identifiers_hide_nothing() {
    check("fn f<'a>(x: &'a T) {}", "fn f<'a>(x: &'a T) {}");
    check("r#type {}", "r#type {}");
    check("for var in r {}", "for var in r {}");
}

#[test]
fn unfinished_literals_end_with_the_file() {
    for source in ["\"{", "/*{", "r#\"{\"", "'\\", "\"\\"] {
        assert_eq!(mask(source).trim(), if source == "'\\" { "'\\" } else { "" }, "{source}");
    }
}

#[test]
fn keeps_line_numbers() {
    assert_eq!(mask("\"a\nb\"\n/*\n*/x").lines().count(), 4);
}
