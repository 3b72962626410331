//! MessagePack and values: forms that are only decoded, values that are refused, and any value
//! at all. `rows` has the forms that are encoded.

use proptest::prelude::*;
use tfplugin::ty::Type;
use tfplugin::value::msgpack::{decode, encode};
use tfplugin::value::{Dynamic, Number, Value};

use crate::values::{Unknowns, any_type, any_value};

mod hostile;
mod rows;
mod unknowns;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|it| !it.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

/// The value is read from that hex, which is not how we write it.
#[track_caller]
fn reads(ty: &Type, value: &Value, hex: &str) {
    assert_eq!(decode(&bytes(hex), ty).as_ref(), Ok(value), "reading {hex}");
}

#[track_caller]
fn refuses(ty: &Type, hex: &str, path: &str, problem: &str) {
    let err = decode(&bytes(hex), ty).unwrap_err();
    assert_eq!((err.path.to_string().as_str(), err.to_string().as_str()), (path, problem));
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

fn open(ty: Type, value: Value) -> Value {
    Value::Dynamic(Box::new(Dynamic { ty, value }))
}

#[test]
fn values_are_decoded_from_forms_that_are_not_encoded() {
    let (number_ty, set) = (Type::Number, Type::set(Type::String));
    for (text, hex) in [
        ("1", "d0 01"),
        ("1", "d3 0000000000000001"),
        ("18446744073709551615", "cf ffffffffffffffff"),
        ("9223372036854775808", "cb 43e0000000000000"),
        ("1", "cb 3ff0000000000000"),
        ("1.5", "ca 3fc00000"),
        ("0.1", "cb 3fb999999999999a"),
        ("1", "a1 31"),
        ("1000", "a3 316533"),
    ] {
        reads(&number_ty, &number(text), hex);
    }
    let sixteen = Value::List(vec![true.into(); 16]);
    reads(&Type::list(Type::Bool), &sixteen, &format!("dd 00000010 {}", "c3".repeat(16)));
    reads(&set, &Value::Set(vec!["b".into(), "a".into()]), "92 a161 a162");
    reads(&set, &Value::Set(vec!["a".into()]), "92 a161 a161");
    reads(&set, &Value::Set(vec![Value::unknown(), Value::unknown()]), "92 d40000 d40000");
    // Keys are normalised: e and combining acute are one letter.
    reads(&Type::map(Type::Bool), &Value::map([("\u{e9}", true.into())]), "81 a3 65cc81 c3");
    let object = Type::object([("name", Type::String), ("on", Type::Bool)]);
    let value = Value::object([("name", "x".into()), ("on", Value::Null)]);
    reads(&object, &value, "82 a2 6f6e c0 a4 6e616d65 a178");
}

#[test]
fn values_that_do_not_fit_their_type_are_refused_at_their_path() {
    let tuple = || Type::Tuple(vec![Type::String, Type::Bool]);
    let object = || Type::object([("name", Type::String), ("on", Type::Bool)]);
    let twice = "there is no such attribute, or it is repeated";
    let bool = "a value of type bool is needed, found string";
    let sequence = "a value of type any is needed, found sequence";
    for (ty, hex, path, problem) in [
        (Type::Number, "cb 7ff0000000000000", "", "a number must be finite"),
        (Type::Number, "a3 496e66", "", "`Inf` is not a decimal number"),
        (Type::Number, "c3", "", "a value of type number is needed, found bool"),
        (tuple(), "91 a161", "", "2 elements are needed, not 1"),
        (tuple(), "93 a161 c3 c3", "", "2 elements are needed, not 3"),
        (object(), "81 a4 6e616d65 a178", "on", "the attribute is missing"),
        (object(), "83 a4 6e616d65 a178 a2 6f6e c0 a161 c0", "a", twice),
        (object(), "82 a4 6e616d65 a178 a4 6e616d65 a178", "name", twice),
        (object(), "82 a4 6e616d65 a178 a2 6f6e a178", "on", bool),
        (Type::Dynamic, "92 c408 226e756d62657220 01", "", "the type is not valid JSON"),
        (Type::Dynamic, "92 c406 226e6f706522 01", "", "`\"nope\"` is not a type"),
        (Type::Dynamic, "93 c0 c0 c0", "", sequence),
    ] {
        refuses(&ty, hex, path, problem);
    }
}

#[test]
fn values_of_another_type_are_not_encoded() {
    let object = Type::object([("a", Type::list(Type::Bool))]);
    let list = "a value of type list(bool) is needed, found string";
    let none = "there is no such attribute in the schema";
    for (value, path, problem) in [
        (Value::object([("a", "x".into())]), "a", list),
        (
            Value::object([("a", Value::List(vec![1.into()]))]),
            "a[0]",
            "a value of type bool is needed, found number",
        ),
        (Value::object::<&str>([]), "a", "the attribute is missing"),
        (Value::object([("a", Value::Null), ("b", Value::Null)]), "b", none),
    ] {
        let err = encode(&value, &object).unwrap_err();
        assert_eq!((err.path.to_string().as_str(), err.to_string().as_str()), (path, problem));
    }
}

proptest! {
    #[test]
    fn every_value_decodes_to_what_was_encoded(
        (ty, value) in any_type().prop_flat_map(|ty| {
            let value = any_value(&ty, Unknowns::Some);
            (Just(ty), value)
        })
    ) {
        let encoded = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&encoded, &ty), Ok(value));
    }

    #[test]
    fn arbitrary_bytes_never_panic(
        ty in any_type(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        if let Ok(value) = decode(&bytes, &ty) {
            prop_assert!(encode(&value, &ty).is_ok());
        }
    }
}
