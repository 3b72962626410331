//! Equality, order, numbers, shaping and walking.

use proptest::prelude::*;

use super::{Number, NumberError, Refinements, Unknown, Value};
use crate::path::AttributePath;
use crate::ty::Type;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|err| panic!("{text}: {err}"))
}

fn set(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(items.into_iter().collect())
}

#[test]
fn numbers_compare_by_value() {
    for (left, right) in [
        ("1", "1.0"),
        ("1", "1e0"),
        ("100", "1e2"),
        ("100", "1E+2"),
        ("0.01", "1e-2"),
        ("-0", "0"),
        ("0.000", "0e99"),
        ("007", "7"),
        ("+5", "5"),
        ("12300e-2", "123"),
        ("1e2147483647", "10e2147483646"),
    ] {
        assert_eq!(number(left), number(right), "{left} and {right}");
    }
    let ascending = [
        "-1e99",
        "-10",
        "-9.99",
        "-1",
        "-0.5",
        "-1e-99",
        "0",
        "1e-2000000000",
        "0.1",
        "0.10001",
        "0.2",
        "1",
        "1.5",
        "9",
        "10",
        "11",
        "123456789012345678901234567890.4",
        "123456789012345678901234567890.5",
        "1e2000000000",
    ];
    for (at, left) in ascending.iter().enumerate() {
        for (other, right) in ascending.iter().enumerate() {
            assert_eq!(number(left).cmp(&number(right)), at.cmp(&other), "{left} and {right}");
        }
    }
}

#[test]
fn numbers_keep_their_text() {
    for (text, kept) in [
        ("1.50", "1.50"),
        ("007", "7"),
        ("+1", "1"),
        ("-00.5", "-0.5"),
        ("1E5", "1e5"),
        ("1e+5", "1e+5"),
    ] {
        assert_eq!(number(text).as_str(), kept);
        let json: Result<serde_json::Number, _> = kept.parse();
        assert!(json.is_ok(), "{kept} is not a JSON number");
    }
    let long = format!("0.{}", "12345".repeat(30));
    assert_eq!(number(&long).as_str(), long);
}

#[test]
fn number_refuses_text_that_is_not_a_decimal_number() {
    for text in [
        "", "-", "+", ".", "1.", ".5", "e5", "1e", "1e+", "0x10", "1_000", "Inf", "NaN", "1.2.3",
        "--1", " 1", "1 ", "١",
    ] {
        let refused = Number::parse(text);
        assert_eq!(refused, Err(NumberError::Malformed(text.to_owned())));
    }
    let beyond = "1e2147483648".to_owned();
    assert_eq!(Number::parse(&beyond), Err(NumberError::Exponent(beyond)));
    assert_eq!(Number::from_f64(f64::INFINITY), Err(NumberError::NotFinite));
    assert_eq!(Number::from_f64(f64::NAN), Err(NumberError::NotFinite));
    let message = Number::parse(&"x".repeat(1_000_000)).unwrap_err().to_string();
    assert!(message.len() < 100);
}

#[test]
fn whole_number_is_recognised_in_every_spelling() {
    for (text, whole) in [
        ("0", Some(0)),
        ("-0.0", Some(0)),
        ("5e3", Some(5000)),
        ("12300e-2", Some(123)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("1e2147483647", None),
        ("1.5", None),
        ("1e-1", None),
        ("0.1e1", Some(1)),
    ] {
        assert_eq!(number(text).to_i64(), whole, "{text}");
    }
}

#[test]
fn float_becomes_the_number_that_terraform_reads() {
    assert_eq!(number("0.5").to_f64(), Some(0.5));
    assert_eq!(number("0.1").to_f64(), Some(0.1));
    assert_eq!(number("1e300").to_f64(), None);
    assert_eq!(number("9223372036854775808").to_f64(), Some(9_223_372_036_854_775_808.0));
    assert_eq!(number("1e999").to_f64(), None);
    let tenth = number("0.1000000000000000055511151231257827021181583404541015625");
    assert_eq!(tenth.to_f64(), None);
    for (float, text) in [
        (0.1, "0.1"),
        (2_f64.sqrt(), "1.4142135623730951"),
        (1e-7, "0.0000001"),
        (-2.5, "-2.5"),
        (-0.0, "0"),
        (1e22, "10000000000000000000000"),
        (1e23, "99999999999999991611392"),
        (18_446_744_073_709_551_616.0, "18446744073709551616"),
    ] {
        assert_eq!(Number::from_f64(float), Ok(number(text)), "{text}");
    }
    for (text, float) in [("0.5", Some(0.5)), ("0.1", None), ("1e22", Some(1e22)), ("1e23", None)] {
        assert_eq!(number(text).to_exact_f64(), float, "{text}");
    }
    assert_eq!(Number::from_f64(f64::MIN_POSITIVE).unwrap().to_f64(), Some(f64::MIN_POSITIVE));
}

proptest! {
    #[test]
    fn every_finite_float_reads_back_from_its_number(
        float in any::<f64>().prop_filter("finite", |it| it.is_finite()),
    ) {
        prop_assert_eq!(Number::from_f64(float).unwrap().to_f64(), Some(float));
    }

    #[test]
    fn every_whole_number_reads_back_from_its_number(whole in any::<i64>()) {
        prop_assert_eq!(Number::from(whole).to_i64(), Some(whole));
    }

    #[test]
    fn order_of_whole_numbers_is_numeric(left in any::<i64>(), right in any::<i64>()) {
        prop_assert_eq!(Number::from(left).cmp(&Number::from(right)), left.cmp(&right));
    }

    #[test]
    fn shifting_the_point_changes_no_value(digits in "[1-9][0-9]{0,20}", shift in 0..40_i32) {
        let shifted = format!("{digits}{}e-{shift}", "0".repeat(shift.unsigned_abs() as usize));
        prop_assert_eq!(number(&digits), number(&shifted));
    }
}

#[test]
fn strings_compare_after_normalisation() {
    assert_eq!(Value::from("h\u{e9}"), Value::from("he\u{301}"));
    assert_ne!(Value::from("h\u{e9}"), Value::from("he"));
    assert_eq!(Value::map([("\u{e9}", true.into())]), Value::map([("e\u{301}", true.into())]));
}

#[test]
fn sets_compare_without_order_and_merge() {
    let (a, b) = (Value::from("a"), Value::from("b"));
    assert_eq!(set([a.clone(), b.clone()]), set([b.clone(), a.clone(), a.clone()]));
    assert_ne!(set([a.clone()]), set([a.clone(), b.clone()]));
    assert_eq!(set([set([a.clone(), b.clone()])]), set([set([b.clone(), a.clone()])]));
    assert_ne!(Value::List(vec![a.clone(), b.clone()]), Value::List(vec![b, a]));
    // Two unknown elements may yet differ.
    assert_ne!(set([Value::unknown()]), set([Value::unknown(), Value::unknown()]));
}

#[test]
fn unknown_values_are_equal_whatever_their_refinements() {
    let refined = Unknown::refined(Refinements { null: Some(false), ..Refinements::default() });
    assert_eq!(refined.refinements().and_then(|it| it.null), Some(false));
    assert_eq!(Value::Unknown(refined), Value::unknown());
    assert_eq!(Unknown::refined(Refinements::default()), Unknown::default());
}

#[test]
fn large_sets_compare_in_less_than_quadratic_time() {
    // A quadratic comparison would need 10^10 steps here.
    let ascending = set((0..100_000_i64).map(Value::from));
    let descending = set((0..100_000_i64).rev().map(Value::from));
    assert_eq!(ascending, descending);
}

#[test]
fn values_take_the_shape_of_their_type() {
    let object = Type::object([("tags", Type::set(Type::String)), ("open", Type::Dynamic)]);
    let value = Value::map([
        ("tags", Value::List(vec!["b".into(), "a".into(), "b".into()])),
        ("open", Value::List(vec!["x".into(), 1.into()])),
    ]);
    let shaped = value.conform(&object).unwrap();
    assert_eq!(shaped.get("tags"), Some(&set(["a".into(), "b".into()])));
    let Some(Value::Dynamic(open)) = shaped.get("open") else { panic!("{shaped:?}") };
    assert_eq!(open.ty, Type::Tuple(vec![Type::String, Type::Number]));
    // A second time changes nothing.
    assert_eq!(shaped.clone().conform(&object), Ok(shaped));
}

#[test]
fn value_of_another_shape_is_refused_with_its_path() {
    let object = Type::object([("a", Type::list(Type::Bool)), ("b", Type::Tuple(vec![]))]);
    let empty = || Value::List(vec![]);
    for (value, path, problem) in [
        (Value::object([("a", empty())]), "b", "the attribute is missing"),
        (
            Value::object([("a", empty()), ("b", empty()), ("c", empty())]),
            "c",
            "there is no such attribute in the schema",
        ),
        (
            Value::object([("a", Value::List(vec![Value::Null, "x".into()])), ("b", empty())]),
            "a[1]",
            "a value of type bool is needed, found string",
        ),
        (
            Value::object([("a", empty()), ("b", Value::List(vec![Value::Null]))]),
            "b",
            "a tuple of 0 elements is needed, not of 1",
        ),
    ] {
        let err = value.conform(&object).unwrap_err();
        assert_eq!((err.path.to_string().as_str(), err.to_string().as_str()), (path, problem));
    }
}

#[test]
fn unknown_parts_are_found_and_nulled() {
    let value = Value::object([
        ("known", 1.into()),
        ("list", Value::List(vec![1.into(), Value::unknown()])),
        ("map", Value::map([("k", Value::unknown())])),
        ("set", set([Value::unknown()])),
        ("open", Value::unknown()),
    ]);
    let paths: Vec<String> = value.unknown_paths().iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["list[1]", "map[\"k\"]", "open", "set"]);
    assert!(!value.is_wholly_known());
    let nulled = value.unknown_as_null();
    assert!(nulled.is_wholly_known());
    assert_eq!(nulled.at(&AttributePath::from("list").index(1)), Some(&Value::Null));
    assert_eq!(nulled.at(&AttributePath::from("list").index(2)), None);
    assert_eq!(nulled.at(&AttributePath::from("map").key("k")), Some(&Value::Null));
}
