//! Tables: what means the same, in both orders.

use super::{
    Equality, any_order, by, case_insensitive, duration, each, empty_is_null, json, trimmed, url,
};
use crate::value::Value;

#[track_caller]
fn check(equality: &impl Equality, left: impl Into<Value>, right: impl Into<Value>, same: bool) {
    let (left, right) = (left.into(), right.into());
    assert_eq!(equality.is_same(&left, &right), same, "{left:?} {right:?}");
    assert_eq!(equality.is_same(&right, &left), same, "{right:?} {left:?}");
}

fn list<const N: usize>(items: [&str; N]) -> Value {
    Value::List(items.map(Value::from).to_vec())
}

fn set<const N: usize>(items: [&str; N]) -> Value {
    Value::Set(items.map(Value::from).to_vec())
}

#[test]
fn json_equality_ignores_white_space_order_and_spelling_of_numbers() {
    for (left, right, same) in [
        (r#"{"a":1,"b":[true,null]}"#, "{ \"b\": [true, null],\n \"a\": 1.0 }", true),
        ("1e2", "100", true),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.50", true),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.6", false),
        (r#"{"a":{"b":1}}"#, r#"{"a":{"b":2}}"#, false),
        (r#"{"a":1}"#, r#"{"a":1,"b":null}"#, false),
        (r#"{"a":1,"c":2}"#, r#"{"a":1,"b":2}"#, false),
        ("[1,2]", "[2,1]", false),
        ("[1]", "[1,1]", false),
        (r#""\u0061""#, r#""a""#, true),
        (r#""A""#, r#""a""#, false),
        ("1", "\"1\"", false),
        ("{", "{ ", false),
        ("", " ", false),
    ] {
        check(&json(), left, right, same);
    }
    let deep = "[".repeat(100_000);
    check(&json(), deep.as_str(), format!("{deep} ").as_str(), false);
    check(&json(), Value::Null, "null", false);
}

#[test]
fn text_equalities_compare_by_their_rule() {
    for (left, right, same) in [("Äb", "äB", true), ("ab", "ac", false), ("a", "a ", false)] {
        check(&case_insensitive(), left, right, same);
    }
    for (left, right, same) in [("a\n", "a", true), (" a b", "a b\t", true), ("a  b", "a b", false)]
    {
        check(&trimmed(), left, right, same);
    }
    for (left, right, same) in [
        ("HTTPS://Example.com", "https://example.com:443/", true),
        ("http://a:80/x", "http://a/x", true),
        ("http://a:443/x", "http://a/x", false),
        ("http://a/x", "http://a/X", false),
        ("http://a/x", "http://a/x/", false),
        ("https://a", "http://a", false),
        ("no url", "no url ", false),
    ] {
        check(&url(), left, right, same);
    }
    for (left, right, same) in
        [("60m", "1h", true), ("1h30m", "90m", true), ("1s", "1m", false), ("x", "y", false)]
    {
        check(&duration(), left, right, same);
    }
    let starts = by("compared by the first letter", |left, right| left.get(..1) == right.get(..1));
    check(&starts, "ab", "ac", true);
    check(&starts, "ab", "cb", false);
    check(&starts, "ab", 1, false);
}

#[test]
fn collection_equalities_compare_by_order_emptiness_and_element() {
    check(&any_order(), list(["a", "b", "a"]), list(["b", "a", "a"]), true);
    check(&any_order(), list(["a", "b", "a"]), list(["b", "a", "b"]), false);
    check(&any_order(), list(["a"]), list(["a", "a"]), false);
    check(&any_order(), list([]), Value::Null, false);

    check(&empty_is_null(), list([]), Value::Null, true);
    check(&empty_is_null(), set([]), Value::Null, true);
    check(&empty_is_null(), Value::map::<&str>([]), Value::Null, true);
    check(&empty_is_null(), list([]), list(["a"]), false);
    check(&empty_is_null(), "", Value::Null, false);

    let each = each(case_insensitive());
    check(&each, list(["a", "B"]), list(["A", "b"]), true);
    check(&each, list(["a", "B"]), list(["b", "A"]), false);
    check(&each, set(["a", "B"]), set(["b", "A"]), true);
    check(&each, set(["a", "A"]), set(["a", "b"]), false);
    let map = |key: &str, text: &str| Value::map([(key, Value::from(text))]);
    check(&each, map("k", "a"), map("k", "A"), true);
    check(&each, map("k", "a"), map("K", "a"), false);
    check(&each, list(["a"]), list(["a", "a"]), false);
    assert_eq!(each.describe(), "each element compared without regard to case");
}
