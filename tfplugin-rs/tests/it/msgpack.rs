//! Table: hex ↔ value, both directions; and bytes that are no values.

use proptest::prelude::*;
use tfplugin::ty::Type;
use tfplugin::value::msgpack::{MAX_OPEN_DEPTH, decode, encode};
use tfplugin::value::{Dynamic, Number, Refinements, Value};

use crate::values::{Unknowns, any_type, any_value, mutations};

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
    check(ty, &number("9223372036854775808"), "cb 43e0000000000000");
    check(ty, &number("0.1"), "a3 302e31");
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
    reads(ty, &number("1"), "a1 31");
    reads(ty, &number("1000"), "a3 316533");
    refuses(ty, "cb 7ff0000000000000", "", "a number must be finite");
    refuses(ty, "a3 496e66", "", "`Inf` is no decimal number");
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
    let none = "there is no such attribute, or it is there twice";
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
    refuses(ty, "92 c408 226e756d62657220 01", "", "the type is no valid JSON");
    refuses(ty, "92 c406 226e6f706522 01", "", "`\"nope\"` is no type");
    refuses(ty, "93 c0 c0 c0", "", "a value of type any is needed, found sequence");
}

#[test]
fn every_extension_is_unknown() {
    for hex in [
        "d40000",
        "d4 0c 00",
        "d4 7f 00",
        "d5 01 0000",
        "d6 01 00000000",
        "c7 00 00",
        "c8 0001 05 ff",
        "c9 00000001 05 ff",
        "c7 03 07 ffffff",
        "d7 00 0000000000000000",
        "d8 00 00000000000000000000000000000000",
    ] {
        for ty in [Type::String, Type::list(Type::Bool), Type::Dynamic] {
            reads(&ty, &Value::unknown(), hex);
        }
    }
}

#[track_caller]
fn promises(hex: &str, expected: &Refinements) {
    let value = decode(&bytes(hex), &Type::String).unwrap();
    let Value::Unknown(unknown) = &value else { panic!("{value:?}") };
    assert_eq!(unknown.refinements(), Some(expected));
    // What was promised to us is not ours to promise.
    assert_eq!(encode(&value, &Type::String).unwrap(), bytes("d40000"));
}

#[test]
fn promises_about_unknown_values_are_read_and_never_written() {
    let none = Refinements::default;
    promises("c7 03 0c 81 01 c2", &Refinements { null: Some(false), ..none() });
    promises(
        "c7 0c 0c 82 01 c2 02 a7 68747470733a2f",
        &Refinements { null: Some(false), string_prefix: Some("https:/".into()), ..none() },
    );
    let one = Number::from(1_i64);
    promises(
        "c7 05 0c 81 03 92 01 c3",
        &Refinements { number_lower: Some((one.clone(), true)), ..none() },
    );
    promises(
        "c7 06 0c 81 04 92 a1 31 c2",
        &Refinements { number_upper: Some((one, false)), ..none() },
    );
    promises(
        "c7 05 0c 82 05 01 06 02",
        &Refinements { length_lower: Some(1), length_upper: Some(2), ..none() },
    );
    // A kind that we do not know says nothing, whatever it holds.
    promises("c7 0a 0c 82 21 92 81 a161 c0 90 01 c2", &Refinements { null: Some(false), ..none() });
}

#[test]
fn malformed_promises_are_refused() {
    let problem = "the promises about an unknown value are malformed";
    for hex in [
        "c7 03 0c 81 01 a0",
        "c7 02 0c 81 01",
        "c7 03 0c 91 01 c2",
        "c7 04 0c 81 01 c2 c0",
        "c7 05 0c 81 05 d0 ff c0",
        "c7 05 0c 81 03 91 01 c3",
    ] {
        refuses(&Type::String, hex, "", problem);
    }
    let long = format!("c8 0401 0c {}", "00".repeat(1025));
    refuses(&Type::String, &long, "", problem);
}

#[test]
fn text_must_be_utf8_and_bytes_must_end() {
    refuses(&Type::String, "a1 ff", "", "a string is no UTF-8");
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
        let is_cut = text == "the value is cut off" || text == "the type is no valid JSON";
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
        "the promises about an unknown value are malformed",
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
