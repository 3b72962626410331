//! Table: hex ↔ value, both directions.

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

/// The value is written as that hex and read from it.
#[track_caller]
fn check(ty: &Type, value: &Value, hex: &str) {
    assert_eq!(encode(value, ty).unwrap(), bytes(hex), "writing {value:?}");
    reads(ty, value, hex);
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
fn simple_values() {
    let string = &Type::String;
    check(string, &"hello".into(), "a5 68656c6c6f");
    check(string, &"".into(), "a0");
    check(string, &Value::Null, "c0");
    check(string, &Value::unknown(), "d4 00 00");
    check(string, &"é".into(), "a2 c3a9");
    let long = format!("d9 20 {}", "61".repeat(32));
    check(string, &"a".repeat(32).into(), &long);
    check(&Type::Bool, &true.into(), "c3");
    check(&Type::Bool, &false.into(), "c2");
    check(&Type::Bool, &Value::Null, "c0");
    check(&Type::Bool, &Value::unknown(), "d4 00 00");
}

#[test]
fn numbers_are_integers_exact_floats_or_text() {
    let ty = &Type::Number;
    check(ty, &number("0"), "00");
    check(ty, &number("1"), "01");
    check(ty, &number("127"), "7f");
    check(ty, &number("128"), "cc 80");
    check(ty, &number("-1"), "ff");
    check(ty, &number("-32"), "e0");
    check(ty, &number("-33"), "d0 df");
    check(ty, &number("65536"), "ce 00010000");
    check(ty, &number("9223372036854775807"), "cf 7fffffffffffffff");
    check(ty, &number("-9223372036854775808"), "d3 8000000000000000");
    check(ty, &number("0.5"), "cb 3fe0000000000000");
    check(ty, &number("-1.5"), "cb bff8000000000000");
    check(ty, &number("0.1"), "a3 302e31");
    // A float, too, but Terraform would read other digits out of it.
    check(ty, &number("9223372036854775808"), "b3 39323233333732303336383534373735383038");
    reads(ty, &number("9223372036854775808"), "cb 43e0000000000000");
    check(ty, &number("9223372036854775809"), "b3 39323233333732303336383534373735383039");
    check(ty, &Value::Null, "c0");
    // One minus 0.99, as Terraform's 512 bits have it.
    let text = format!("0.01{}1", "0".repeat(148));
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    check(ty, &number(&text), &format!("d9 {:02x} {hex}", text.len()));
}

#[test]
fn numbers_are_read_in_every_form() {
    let ty = &Type::Number;
    reads(ty, &number("1"), "d0 01");
    reads(ty, &number("1"), "d3 0000000000000001");
    reads(ty, &number("18446744073709551615"), "cf ffffffffffffffff");
    reads(ty, &number("1"), "cb 3ff0000000000000");
    reads(ty, &number("1.5"), "ca 3fc00000");
    reads(ty, &number("0.1"), "cb 3fb999999999999a");
    reads(ty, &number("1"), "a1 31");
    reads(ty, &number("1000"), "a3 316533");
    refuses(ty, "cb 7ff0000000000000", "", "a number must be finite");
    refuses(ty, "a3 496e66", "", "`Inf` is not a decimal number");
    refuses(ty, "c3", "", "a value of type number is needed, found bool");
}

#[test]
fn collections() {
    let list = &Type::list(Type::Bool);
    check(list, &Value::List(vec![]), "90");
    check(list, &Value::List(vec![true.into()]), "91 c3");
    check(list, &Value::List(vec![true.into(), Value::Null]), "92 c3 c0");
    check(list, &Value::List(vec![Value::unknown()]), "91 d4 00 00");
    check(list, &Value::Null, "c0");
    check(list, &Value::unknown(), "d4 00 00");
    let sixteen = Value::List(vec![true.into(); 16]);
    check(list, &sixteen, &format!("dc 0010 {}", "c3".repeat(16)));
    reads(list, &sixteen, &format!("dd 00000010 {}", "c3".repeat(16)));

    let set = &Type::set(Type::String);
    check(set, &Value::Set(vec![]), "90");
    check(set, &Value::Set(vec!["a".into(), "b".into()]), "92 a161 a162");
    reads(set, &Value::Set(vec!["b".into(), "a".into()]), "92 a161 a162");
    reads(set, &Value::Set(vec!["a".into()]), "92 a161 a161");
    reads(set, &Value::Set(vec![Value::unknown(), Value::unknown()]), "92 d40000 d40000");

    let map = &Type::map(Type::Bool);
    check(map, &Value::map::<&str>([]), "80");
    check(map, &Value::map([("greeting", true.into())]), "81 a8 6772656574696e67 c3");
    check(map, &Value::map([("b", false.into()), ("a", true.into())]), "82 a161 c3 a162 c2");
    // Keys are normalised: e and combining acute are one letter.
    reads(map, &Value::map([("\u{e9}", true.into())]), "81 a3 65cc81 c3");
}

#[test]
fn structures() {
    let tuple = &Type::Tuple(vec![Type::String, Type::Bool]);
    check(tuple, &Value::Tuple(vec!["a".into(), true.into()]), "92 a161 c3");
    check(&Type::Tuple(vec![]), &Value::Tuple(vec![]), "90");
    refuses(tuple, "91 a161", "", "2 elements are needed, not 1");
    refuses(tuple, "93 a161 c3 c3", "", "2 elements are needed, not 3");

    let object = &Type::object([("name", Type::String), ("on", Type::Bool)]);
    let value = Value::object([("name", "x".into()), ("on", Value::Null)]);
    check(object, &value, "82 a4 6e616d65 a178 a2 6f6e c0");
    reads(object, &value, "82 a2 6f6e c0 a4 6e616d65 a178");
    refuses(object, "81 a4 6e616d65 a178", "on", "the attribute is missing");
    let none = "there is no such attribute, or it is repeated";
    refuses(object, "83 a4 6e616d65 a178 a2 6f6e c0 a161 c0", "a", none);
    refuses(object, "82 a4 6e616d65 a178 a4 6e616d65 a178", "name", none);
    let bool = "a value of type bool is needed, found string";
    refuses(object, "82 a4 6e616d65 a178 a2 6f6e a178", "on", bool);
    check(&Type::object::<&str>([]), &Value::object::<&str>([]), "80");
}

#[test]
fn open_values_carry_their_type() {
    let ty = &Type::Dynamic;
    check(ty, &open(Type::String, "hi".into()), "92 c408 22737472696e6722 a2 6869");
    check(ty, &open(Type::String, Value::Null), "92 c408 22737472696e6722 c0");
    check(ty, &open(Type::Bool, Value::unknown()), "92 c406 22626f6f6c22 d40000");
    check(ty, &Value::Null, "c0");
    check(ty, &Value::unknown(), "d40000");
    let list = Type::list(Type::Bool);
    check(
        ty,
        &open(list, Value::List(vec![true.into()])),
        "92 c40f 5b226c697374222c22626f6f6c225d 91 c3",
    );
    let inside = &Type::object([("any", Type::Dynamic)]);
    let value = Value::object([("any", open(Type::Number, 1.into()))]);
    check(inside, &value, "81 a3 616e79 92 c408 226e756d62657222 01");
    refuses(ty, "92 c408 226e756d62657220 01", "", "the type is not valid JSON");
    refuses(ty, "92 c406 226e6f706522 01", "", "`\"nope\"` is not a type");
    refuses(ty, "93 c0 c0 c0", "", "a value of type any is needed, found sequence");
}

#[test]
fn values_of_another_type_are_not_written() {
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
    fn every_value_survives(
        (ty, value) in any_type().prop_flat_map(|ty| {
            let value = any_value(&ty, Unknowns::Some);
            (Just(ty), value)
        })
    ) {
        let encoded = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&encoded, &ty), Ok(value));
    }

    #[test]
    fn arbitrary_bytes_never_panic(ty in any_type(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(value) = decode(&bytes, &ty) {
            prop_assert!(encode(&value, &ty).is_ok());
        }
    }
}
