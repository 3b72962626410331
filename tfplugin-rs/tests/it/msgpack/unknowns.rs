//! Unknown values: every extension is one, and what may be promised about them.

use tfplugin::ty::Type;
use tfplugin::value::msgpack::{decode, encode};
use tfplugin::value::{Number, Refinements, Value};

use super::{bytes, reads, refuses};

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
    let problem = "the refinements of an unknown value are malformed";
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
