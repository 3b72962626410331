//! The rows that every codec of these values must hold: each kind of value in each state,
//! written in one way, read back, refused at every shorter length.
//!
//! The behaviour is go-cty's (`cty/msgpack`), the vectors are ours.

use std::collections::BTreeSet;

use tfplugin::ty::Type;
use tfplugin::value::msgpack::{decode, encode};
use tfplugin::value::{Number, Refinements, Unknown, Value};

use super::{bytes, number, open};

struct Row {
    name: &'static str,
    ty: Type,
    value: Value,
    hex: String,
}

fn row(name: &'static str, ty: Type, value: impl Into<Value>, hex: impl Into<String>) -> Row {
    Row { name, ty, value: value.into(), hex: hex.into() }
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(items.into_iter().collect())
}

fn set(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(items.into_iter().collect())
}

const UNKNOWN: &str = "d40000";

#[rustfmt::skip]
fn simple_rows() -> Vec<Row> {
    let number_row = |name, text: &str, hex: &str| row(name, Type::Number, number(text), hex);
    let long = format!("0.01{}1", "0".repeat(148));
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    vec![
        row("empty string", Type::String, "", "a0"),
        row("two bytes in one letter", Type::String, "é", "a2c3a9"),
        row("string of 32 bytes", Type::String, "a".repeat(32), format!("d920{}", "61".repeat(32))),
        row("longest short string", Type::String, "a".repeat(31), format!("bf{}", "61".repeat(31))),
        row("string of 256 bytes", Type::String, "a".repeat(256), format!("da0100{}", "61".repeat(256))),
        row("string of 65,536 bytes", Type::String, "a".repeat(1 << 16), format!("db00010000{}", "61".repeat(1 << 16))),
        row("four bytes in one letter", Type::String, "🦀", "a4f09fa680"),
        row("zero byte", Type::String, "\0", "a100"),
        row("null string", Type::String, Value::Null, "c0"),
        row("unknown string", Type::String, Value::unknown(), UNKNOWN),
        row("true", Type::Bool, true, "c3"),
        row("false", Type::Bool, false, "c2"),
        row("null bool", Type::Bool, Value::Null, "c0"),
        row("unknown bool", Type::Bool, Value::unknown(), UNKNOWN),
        number_row("last one-byte integer", "127", "7f"),
        number_row("first of two bytes", "128", "cc80"),
        number_row("last of two bytes", "255", "ccff"),
        number_row("first of three bytes", "256", "cd0100"),
        number_row("last of three bytes", "65535", "cdffff"),
        number_row("first of five bytes", "65536", "ce00010000"),
        number_row("last of five bytes", "4294967295", "ceffffffff"),
        number_row("first of nine bytes", "4294967296", "cf0000000100000000"),
        number_row("last one-byte negative", "-32", "e0"),
        number_row("first two-byte negative", "-33", "d0df"),
        number_row("last two-byte negative", "-128", "d080"),
        number_row("first three-byte negative", "-129", "d1ff7f"),
        number_row("last three-byte negative", "-32768", "d18000"),
        number_row("first five-byte negative", "-32769", "d2ffff7fff"),
        number_row("last five-byte negative", "-2147483648", "d280000000"),
        number_row("first nine-byte negative", "-2147483649", "d3ffffffff7fffffff"),
        number_row("exact fraction", "0.25", "cb3fd0000000000000"),
        number_row("fraction that no float has", "0.3", "a3302e33"),
        number_row("largest of 64 bits with a sign", "9223372036854775807", "cf7fffffffffffffff"),
        number_row("smallest of 64 bits with a sign", "-9223372036854775808", "d38000000000000000"),
        // A float, too, but Terraform would read other digits out of it.
        number_row("first whole number as text", "9223372036854775808", "b339323233333732303336383534373735383038"),
        number_row("negative fraction", "-1.5", "cbbff8000000000000"),
        row("one minus 0.99 in 512 bits", Type::Number, number(&long), format!("d999{}", hex(&long))),
        row("null number", Type::Number, Value::Null, "c0"),
        row("unknown number", Type::Number, Value::unknown(), UNKNOWN),
    ]
}

#[rustfmt::skip]
fn compound_rows() -> Vec<Row> {
    let pair = || Type::object([("a", Type::String), ("b", Type::Number)]);
    let any = || Type::Dynamic;
    vec![
        row("empty list", Type::list(Type::String), list([]), "90"),
        row("list of null and unknown", Type::list(Type::String), list([Value::Null, Value::unknown()]), format!("92c0{UNKNOWN}")),
        row("list of lists", Type::list(Type::list(Type::Number)), list([list([]), list([1.into()])]), "92909101"),
        row("null list", Type::list(Type::Bool), Value::Null, "c0"),
        row("unknown list", Type::list(Type::Bool), Value::unknown(), UNKNOWN),
        row("empty set", Type::set(Type::Number), set([]), "90"),
        row("set as it came", Type::set(Type::Number), set([2.into(), 1.into()]), "920201"),
        row("set of sets", Type::set(Type::set(Type::Number)), set([set([2.into()]), set([1.into()])]), "9291029101"),
        row("set with an unknown member", Type::set(Type::String), set(["a".into(), Value::unknown()]), format!("92a161{UNKNOWN}")),
        row("set with a null member", Type::set(Type::String), set(["a".into(), Value::Null]), "92a161c0"),
        row("list of 16", Type::list(Type::Bool), list(std::iter::repeat_n(true.into(), 16)), format!("dc0010{}", "c3".repeat(16))),
        row("map in the order of its keys", Type::map(Type::Bool), Value::map([("b", false.into()), ("a", true.into())]), "82a161c3a162c2"),
        row("empty map", Type::map(Type::String), Value::map::<&str>([]), "80"),
        row("map with an empty key", Type::map(Type::Bool), Value::map([("", true.into())]), "81a0c3"),
        row("map with null and unknown", Type::map(Type::Bool), Value::map([("a", Value::Null), ("b", Value::unknown())]), format!("82a161c0a162{UNKNOWN}")),
        row("null map", Type::map(Type::Bool), Value::Null, "c0"),
        row("empty tuple", Type::Tuple(vec![]), Value::Tuple(vec![]), "90"),
        row("tuple of two", Type::Tuple(vec![Type::Bool, Type::Number]), Value::Tuple(vec![true.into(), Value::unknown()]), format!("92c3{UNKNOWN}")),
        row("tuple in a tuple", Type::Tuple(vec![Type::Tuple(vec![Type::String])]), Value::Tuple(vec![Value::Tuple(vec!["x".into()])]), "9191a178"),
        row("empty object", Type::object::<&str>([]), Value::object::<&str>([]), "80"),
        row("object", pair(), Value::object([("a", "x".into()), ("b", 1.into())]), "82a161a178a16201"),
        row("object of null and unknown", pair(), Value::object([("a", Value::Null), ("b", Value::unknown())]), format!("82a161c0a162{UNKNOWN}")),
        row("null object", pair(), Value::Null, "c0"),
        row("unknown object", pair(), Value::unknown(), UNKNOWN),
        row("null of any type", any(), Value::Null, "c0"),
        row("unknown of any type", any(), Value::unknown(), UNKNOWN),
        row("string of any type", any(), open(Type::String, "x".into()), "92c40822737472696e6722a178"),
        row("typed null of any type", any(), open(Type::Bool, Value::Null), "92c40622626f6f6c22c0"),
        row("typed unknown of any type", any(), open(Type::Bool, Value::unknown()), format!("92c40622626f6f6c22{UNKNOWN}")),
        row("empty tuple of any type", any(), open(Type::Tuple(vec![]), Value::Tuple(vec![])), "92c40c5b227475706c65222c5b5d5d90"),
        row("list of any type", Type::list(any()), list([open(Type::Bool, true.into()), open(Type::Bool, false.into())]), "9292c40622626f6f6c22c392c40622626f6f6c22c2"),
    ]
}

fn rows() -> Vec<Row> {
    let mut rows = simple_rows();
    rows.extend(compound_rows());
    let names: BTreeSet<_> = rows.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), rows.len(), "each row has a name of its own");
    rows
}

#[test]
fn each_row_is_encoded_to_its_bytes_and_decoded_from_them() {
    for Row { name, ty, value, hex } in rows() {
        assert_eq!(encode(&value, &ty).as_ref(), Ok(&bytes(&hex)), "writing: {name}");
        assert_eq!(decode(&bytes(&hex), &ty).as_ref(), Ok(&value), "reading: {name}");
    }
}

#[test]
fn each_row_is_refused_when_cut_off_and_with_more_bytes() {
    for Row { name, ty, hex, .. } in rows() {
        let whole = bytes(&hex);
        // Every length of short rows, a stride of long ones.
        let stride = whole.len().div_ceil(600).max(1);
        for length in (0..whole.len()).step_by(stride) {
            let refused = decode(&whole[..length], &ty).is_err();
            assert!(refused, "{name}, {length} of {} bytes", whole.len());
        }
        let longer = [&whole[..], &[0xc0]].concat();
        assert!(decode(&longer, &ty).is_err(), "{name}, with a byte more");
    }
}

#[test]
fn numbers_of_any_size_are_decoded_exactly() {
    let mut texts: Vec<String> = Vec::new();
    for digits in [1, 15, 16, 17, 18, 19, 20, 38, 77, 155, 309, 400] {
        let nines = "9".repeat(digits);
        texts.extend([
            nines.clone(),
            format!("-{nines}"),
            format!("0.{nines}"),
            format!("1{}", "0".repeat(digits)),
        ]);
        texts.extend([format!("{nines}.{nines}"), format!("0.{}1", "0".repeat(digits))]);
    }
    texts.extend(
        ["18446744073709551615", "18446744073709551616", "9007199254740993"].map(str::to_owned),
    );
    texts.extend(["1e400", "-1e-400", "1.7976931348623157e308", "4.9e-324"].map(str::to_owned));
    for text in texts {
        let value = number(&text);
        let written = encode(&value, &Type::Number).unwrap();
        assert_eq!(decode(&written, &Type::Number), Ok(value.clone()), "{text}");
        let inside = open(Type::Number, value);
        let written = encode(&inside, &Type::Dynamic).unwrap();
        assert_eq!(decode(&written, &Type::Dynamic), Ok(inside), "{text} of any type");
    }
}

#[test]
fn equivalent_strings_have_one_normal_form() {
    // Composed, decomposed; the third column is what stays apart.
    for (composed, decomposed, other) in [
        ("\u{e9}", "e\u{301}", "e"),
        ("\u{c5}", "\u{212b}", "A"),
        ("\u{3a9}", "\u{2126}", "\u{3c9}"),
        ("\u{ac00}", "\u{1100}\u{1161}", "\u{1100}"),
        ("\u{1e69}", "s\u{307}\u{323}", "s\u{323}"),
        // Only canonical equivalence: a ligature is no two letters.
        ("\u{fb01}", "\u{fb01}", "fi"),
    ] {
        let text = |text: &str| Value::from(text);
        assert_eq!(text(composed), text(decomposed));
        assert_ne!(text(composed), text(other));
        let ty = Type::set(Type::String);
        let packed = |items: &[&str]| {
            let mut packed = vec![0x90 + u8::try_from(items.len()).unwrap()];
            for item in items {
                packed.push(0xa0 + u8::try_from(item.len()).unwrap());
                packed.extend(item.as_bytes());
            }
            packed
        };
        let merged = decode(&packed(&[composed, decomposed]), &ty).unwrap();
        assert_eq!(merged, set([text(composed)]), "{composed}");
        assert_eq!(merged.as_elements().map(<[Value]>::len), Some(1), "equal elements merge");
        let apart = decode(&packed(&[composed, other]), &ty).unwrap();
        assert_eq!(apart.as_elements().map(<[Value]>::len), Some(2));
    }
}

#[test]
fn sets_are_compared_without_order_and_with_unknown_members() {
    let unknown = Value::unknown;
    let equal = [
        (set(["a".into(), "b".into()]), set(["b".into(), "a".into()])),
        (set([1.into(), number("1.0")]), set([1.into()])),
        (set(["a".into(), unknown()]), set([unknown(), "a".into()])),
        (set([set([1.into(), 2.into()])]), set([set([2.into(), 1.into()])])),
        (set([Value::Null, Value::Null]), set([Value::Null])),
    ];
    for (left, right) in equal {
        assert_eq!(left, right);
    }
    let different = [
        // Two that are not known may yet differ.
        (set([unknown(), unknown()]), set([unknown()])),
        (set(["a".into()]), set(["a".into(), unknown()])),
        (set(["a".into()]), set(["a".into(), Value::Null])),
        (set([]), Value::Null),
        (set([list([1.into(), 2.into()])]), set([list([2.into(), 1.into()])])),
    ];
    for (left, right) in different {
        assert_ne!(left, right);
    }
}

/// One promise of each kind, on a type that it is made about.
fn promises() -> Vec<(&'static str, Type, Refinements, &'static str)> {
    let none = Refinements::default;
    let bound = |number: i64, is_inclusive| Some((Number::from(number), is_inclusive));
    let strings = || Type::list(Type::String);
    vec![
        ("not null", Type::Bool, Refinements { null: Some(false), ..none() }, "81 01 c2"),
        ("null", Type::Bool, Refinements { null: Some(true), ..none() }, "81 01 c3"),
        (
            "prefix",
            Type::String,
            Refinements { string_prefix: Some("ami-".into()), ..none() },
            "81 02 a4616d692d",
        ),
        (
            "from 1 on",
            Type::Number,
            Refinements { number_lower: bound(1, true), ..none() },
            "81 03 9201c3",
        ),
        (
            "above 1",
            Type::Number,
            Refinements { number_lower: bound(1, false), ..none() },
            "81 03 9201c2",
        ),
        (
            "up to -1",
            Type::Number,
            Refinements { number_upper: bound(-1, true), ..none() },
            "81 04 92ffc3",
        ),
        (
            "below 300",
            Type::Number,
            Refinements { number_upper: bound(300, false), ..none() },
            "81 04 92cd012cc2",
        ),
        ("at least 2", strings(), Refinements { length_lower: Some(2), ..none() }, "81 05 02"),
        (
            "at most 7",
            Type::set(Type::Bool),
            Refinements { length_upper: Some(7), ..none() },
            "81 06 07",
        ),
        (
            "not null, from 1 to 5",
            Type::map(Type::Bool),
            Refinements {
                null: Some(false),
                length_lower: Some(1),
                length_upper: Some(5),
                ..none()
            },
            "83 01c2 0501 0605",
        ),
    ]
}

#[test]
fn refinements_of_unknown_values_are_decoded_and_not_encoded() {
    for (name, ty, expected, hex) in promises() {
        let inner = bytes(hex);
        let extension = [&[0xc7, u8::try_from(inner.len()).unwrap(), 0x0c], &inner[..]].concat();
        let check = |value: Option<&Value>| {
            let Some(Value::Unknown(unknown)) = value else { panic!("{name}: {value:?}") };
            assert_eq!(unknown.refinements(), Some(&expected), "{name}");
        };
        let alone = decode(&extension, &ty).unwrap();
        check(Some(&alone));
        assert_eq!(encode(&alone, &ty), Ok(bytes(UNKNOWN)), "{name}");
        assert_eq!(alone, Value::Unknown(Unknown::default()), "promises are not compared");

        let object = Type::object([("a", Type::list(ty.clone()))]);
        let nested = decode(&[&bytes("81a16191")[..], &extension].concat(), &object).unwrap();
        check(nested.get("a").and_then(Value::as_elements).and_then(<[Value]>::first));

        let json = ty.to_json();
        let header = [0x92, 0xc4, u8::try_from(json.len()).unwrap()];
        let any = [&header, json.as_bytes(), &extension[..]].concat();
        let Value::Dynamic(any) = decode(&any, &Type::Dynamic).unwrap() else { panic!("{name}") };
        check(Some(&any.value));
    }
}
