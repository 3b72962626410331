//! Unknown values: every extension is one, and what may be promised about them.

use tfplugin::ty::Type;
use tfplugin::value::msgpack::decode;
use tfplugin::value::{Refinements, Value};

use super::{bytes, reads, refuses};

#[test]
fn every_extension_is_decoded_as_unknown() {
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

#[test]
fn refinements_of_an_unknown_kind_are_ignored() {
    let bytes = bytes("c7 0a 0c 82 21 92 81 a161 c0 90 01 c2");
    let Value::Unknown(unknown) = decode(&bytes, &Type::String).unwrap() else { panic!("known") };
    let expected = Refinements { null: Some(false), ..Refinements::default() };
    assert_eq!(unknown.refinements(), Some(&expected));
}

#[test]
fn malformed_refinements_are_refused() {
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
