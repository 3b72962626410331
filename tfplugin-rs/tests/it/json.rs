//! Table: stored JSON ↔ value, both directions; and JSON that is no value.

use proptest::prelude::*;
use tfplugin::ty::Type;
use tfplugin::value::json::{Strictness, decode, from_json, to_json};
use tfplugin::value::{Dynamic, Number, Value};

use crate::values::{Unknowns, any_type, any_value};

#[track_caller]
fn check(ty: &Type, value: &Value, json: &str) {
    assert_eq!(to_json(value).unwrap().to_string(), json, "writing {value:?}");
    reads(ty, value, json);
}

#[track_caller]
fn reads(ty: &Type, value: &Value, json: &str) {
    let read = decode(json.as_bytes(), ty, Strictness::Exact);
    assert_eq!(read.as_ref(), Ok(value), "reading {json}");
}

#[track_caller]
fn refuses(ty: &Type, json: &str, path: &str, problem: &str) {
    let err = decode(json.as_bytes(), ty, Strictness::Exact).unwrap_err();
    assert_eq!((err.path.to_string().as_str(), err.to_string().as_str()), (path, problem));
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

#[test]
fn values_are_encoded_in_one_json_form() {
    check(&Type::Bool, &true.into(), "true");
    check(&Type::String, &"a\"é".into(), "\"a\\\"é\"");
    check(&Type::String, &Value::Null, "null");
    check(&Type::Number, &7.into(), "7");
    check(&Type::list(Type::Bool), &Value::List(vec![true.into(), Value::Null]), "[true,null]");
    check(&Type::set(Type::String), &Value::Set(vec!["a".into(), "b".into()]), r#"["a","b"]"#);
    check(&Type::map(Type::Number), &Value::map([("k", 1.into())]), r#"{"k":1}"#);
    let tuple = Type::Tuple(vec![Type::Bool, Type::String]);
    check(&tuple, &Value::Tuple(vec![true.into(), "x".into()]), r#"[true,"x"]"#);
    let object = Type::object([("a", Type::String), ("b", Type::Bool)]);
    let value = Value::object([("a", "x".into()), ("b", Value::Null)]);
    check(&object, &value, r#"{"a":"x","b":null}"#);
    let open = Dynamic { ty: Type::list(Type::String), value: Value::List(vec!["x".into()]) };
    check(
        &Type::Dynamic,
        &Value::Dynamic(Box::new(open)),
        r#"{"type":["list","string"],"value":["x"]}"#,
    );
}

#[test]
fn numbers_keep_every_digit() {
    for text in [
        "123456789012345678901234567890.5",
        "0.1",
        "-0.00000000000000000000000000000000000000001",
        "99999999999999999999999999999999999999999999",
        "1e400",
    ] {
        let json = to_json(&number(text)).unwrap().to_string();
        let read = decode(json.as_bytes(), &Type::Number, Strictness::Exact).unwrap();
        assert_eq!(read, number(text));
        assert_eq!(decode(text.as_bytes(), &Type::Number, Strictness::Exact), Ok(number(text)));
    }
}

#[test]
fn primitive_values_are_converted_from_another_type() {
    reads(&Type::Number, &number("1.50"), "\"1.5\"");
    reads(&Type::String, &"1.50".into(), "1.50");
    reads(&Type::String, &"true".into(), "true");
    reads(&Type::Bool, &true.into(), "\"true\"");
    refuses(&Type::Bool, "\"yes\"", "", "a value of type bool is needed, found string");
    refuses(&Type::Bool, "1", "", "a value of type bool is needed, found number");
    refuses(&Type::Number, "\"x\"", "", "`x` is not a decimal number");
    refuses(&Type::Number, "true", "", "a value of type number is needed, found bool");
}

#[test]
fn json_that_does_not_fit_its_type_is_refused_at_its_path() {
    let object = Type::object([("a", Type::list(Type::Bool)), ("b", Type::map(Type::Bool))]);
    refuses(&object, r#"{"a":[]}"#, "b", "the attribute is missing");
    refuses(&object, r#"{"a":[],"b":{},"c":1}"#, "c", "there is no such attribute in the schema");
    let bool = "a value of type bool is needed, found sequence";
    refuses(&object, r#"{"a":[true,[]],"b":{}}"#, "a[1]", bool);
    refuses(&object, r#"{"a":[],"b":{"k":[]}}"#, "b[\"k\"]", bool);
    let one = Type::Tuple(vec![Type::Bool]);
    refuses(&one, "[]", "", "1 elements are needed, not 0");
    let open = "a value of type any is needed, found object";
    refuses(&Type::Dynamic, r#"{"type":"string"}"#, "", open);
    refuses(&Type::Dynamic, r#"{"type":"string","value":"x","more":1}"#, "", open);
    refuses(&Type::Dynamic, r#"{"type":"strin","value":"x"}"#, "", "`\"strin\"` is not a type");
}

#[test]
fn state_of_an_older_schema_loses_and_gains_attributes() {
    let inner = Type::object([("kept", Type::String), ("new", Type::list(Type::Bool))]);
    let ty = Type::object([("list", Type::list(inner.clone())), ("one", inner)]);
    let json = r#"{"gone":1,"one":{"kept":"x","gone":[]},"list":[{"kept":"y"},null]}"#;
    let object = |kept: &str| Value::object([("kept", kept.into()), ("new", Value::Null)]);
    let expected = Value::object([
        ("one", object("x")),
        ("list", Value::List(vec![object("y"), Value::Null])),
    ]);
    assert_eq!(decode(json.as_bytes(), &ty, Strictness::Lenient), Ok(expected));
}

#[test]
fn unknown_values_are_not_encoded() {
    let value = Value::object([("a", Value::List(vec![Value::unknown()]))]);
    let err = to_json(&value).unwrap_err();
    assert_eq!(err.to_string(), "`a[0]` is not known, so it cannot be stored");
}

#[test]
fn json_that_nests_too_deeply_is_refused() {
    let deep = "[".repeat(100_000);
    let err = decode(deep.as_bytes(), &Type::list(Type::Bool), Strictness::Exact).unwrap_err();
    assert!(err.to_string().contains("recursion limit"), "{err}");
}

#[test]
fn json_that_is_cut_off_is_refused() {
    let ty = Type::object([("a", Type::list(Type::Number)), ("b", Type::map(Type::String))]);
    let json = r#"{"a":[1.5,null,2],"b":{"k":"v","l":"\u00e9"}}"#;
    assert!(decode(json.as_bytes(), &ty, Strictness::Exact).is_ok());
    for length in 0..json.len() {
        assert!(decode(&json.as_bytes()[..length], &ty, Strictness::Exact).is_err(), "{length}");
    }
}

proptest! {
    #[test]
    fn every_known_value_decodes_to_what_was_encoded(
        (ty, value) in any_type().prop_flat_map(|ty| {
            let value = any_value(&ty, Unknowns::None);
            (Just(ty), value)
        })
    ) {
        let text = to_json(&value).unwrap().to_string();
        prop_assert_eq!(decode(text.as_bytes(), &ty, Strictness::Exact), Ok(value.clone()));
        let json = to_json(&value).unwrap();
        prop_assert_eq!(from_json(json, &ty, Strictness::Lenient), Ok(value));
    }

    #[test]
    fn arbitrary_text_never_panics(ty in any_type(), text in "[\\[\\]{}\",:0-9a-z.-]{0,80}") {
        if let Ok(value) = decode(text.as_bytes(), &ty, Strictness::Lenient) {
            prop_assert!(value.is_wholly_known());
        }
    }
}
