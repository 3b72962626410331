//! Bytes that are no values: cut off, lying about lengths, too deep, mutated.

use tfplugin::ty::Type;
use tfplugin::value::Value;
use tfplugin::value::msgpack::{MAX_OPEN_DEPTH, decode, encode};

use super::{bytes, number, open, refuses};
use crate::values::mutations;

#[test]
fn text_must_be_utf8_and_bytes_must_end() {
    refuses(&Type::String, "a1 ff", "", "a string is not UTF-8");
    refuses(&Type::String, "a161 c0", "", "1 bytes follow the value");
    refuses(&Type::String, "c1", "", "a value of type value is needed, found reserved byte");
    refuses(
        &Type::String,
        "c4 01 61",
        "",
        "a value of type string is needed, found block of bytes",
    );
    refuses(&Type::map(Type::Bool), "81 c0 c3", "", "a value of type string is needed, found null");
}

/// Something of everything, as bytes and type.
fn rich() -> (Vec<u8>, Type) {
    let ty = Type::object([
        ("any", Type::Dynamic),
        ("list", Type::list(Type::object([("n", Type::Number)]))),
        ("map", Type::map(Type::String)),
        ("set", Type::set(Type::String)),
        ("tuple", Type::Tuple(vec![Type::Bool, Type::String])),
    ]);
    let item = |n: Value| Value::object([("n", n)]);
    let value = Value::object([
        ("any", open(Type::map(Type::Dynamic), Value::map([("k", open(Type::Bool, true.into()))]))),
        ("list", Value::List(vec![item(number("0.1")), item(0.into()), item(number("1.5"))])),
        ("map", Value::map([("a", "x".repeat(40).into()), ("b", Value::unknown())])),
        ("set", Value::Set(vec!["a".into(), "b".into()])),
        ("tuple", Value::Tuple(vec![Value::Null, "t".into()])),
    ]);
    let encoded = encode(&value, &ty).unwrap();
    assert_eq!(decode(&encoded, &ty), Ok(value));
    (encoded, ty)
}

#[test]
fn every_prefix_is_refused() {
    let (encoded, ty) = rich();
    for length in 0..encoded.len() {
        let err = decode(&encoded[..length], &ty).expect_err("a prefix is no value");
        let text = err.to_string();
        let is_cut = text == "the value is cut off" || text == "the type is not valid JSON";
        assert!(is_cut, "{length}: {text}");
    }
}

#[test]
fn declared_lengths_are_not_believed() {
    for hex in [
        "dd ffffffff",
        "df ffffffff",
        "db ffffffff",
        "c6 ffffffff",
        "c9 ffffffff 00",
        "dd ffffffff c3",
    ] {
        for ty in [
            Type::String,
            Type::list(Type::Bool),
            Type::set(Type::Bool),
            Type::map(Type::Bool),
            Type::Dynamic,
            Type::object([("a", Type::Bool)]),
        ] {
            assert!(decode(&bytes(hex), &ty).is_err(), "{hex} as {ty}");
        }
    }
    // Inside promises of a kind that is passed over.
    refuses(
        &Type::String,
        "c7 07 0c 81 21 dd ffffffff",
        "",
        "the refinements of an unknown value are malformed",
    );
}

#[test]
fn deep_open_values_are_refused() {
    let nested = |depth: usize| {
        let mut encoded = bytes("92 c409 2264796e616d696322").repeat(depth);
        // "dynamic" has nine letters with its quotes; the innermost is null.
        encoded.push(0xc0);
        encoded
    };
    let hex = "92 c409 2264796e616d696322";
    assert_eq!(bytes(hex).len(), 12);
    assert!(decode(&nested(MAX_OPEN_DEPTH), &Type::Dynamic).is_ok());
    let err = decode(&nested(MAX_OPEN_DEPTH + 1), &Type::Dynamic).unwrap_err();
    assert_eq!(err.to_string(), "the value nests too deeply");
    assert!(decode(&nested(100_000), &Type::Dynamic).is_err());
}

#[test]
fn deep_types_in_open_values_are_refused() {
    let ty = (0..31).fold(Type::Dynamic, |ty, _| Type::list(ty));
    // Thirty-one lists of one element each around the next open value.
    let mut level = vec![0x92, 0xc5];
    let json = ty.to_json();
    level.extend(u16::try_from(json.len()).unwrap().to_be_bytes());
    level.extend(json.as_bytes());
    level.extend([0x91; 31]);
    let nested = |depth: usize| [level.repeat(depth), vec![0xc0]].concat();
    assert!(decode(&nested(3), &Type::Dynamic).is_ok());
    let err = decode(&nested(5), &Type::Dynamic).unwrap_err();
    assert_eq!(err.to_string(), "the value nests too deeply");
}

#[test]
fn mutated_values_never_panic() {
    let (encoded, ty) = rich();
    let mut refused = 0;
    for mutated in mutations(&encoded).take(2_000) {
        match decode(&mutated, &ty) {
            Ok(value) => assert!(encode(&value, &ty).is_ok()),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 1_000, "{refused}");
}
