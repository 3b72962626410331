//! Bytes that are no values: no UTF-8, false lengths, too deep.

use tfplugin::ty::Type;
use tfplugin::value::msgpack::{MAX_OPEN_DEPTH, decode};

use super::{bytes, refuses};

#[test]
fn strings_that_are_no_utf8_and_trailing_bytes_are_refused() {
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

#[test]
fn values_shorter_than_their_length_are_refused() {
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
fn dynamic_values_that_nest_too_deeply_are_refused() {
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
fn types_in_dynamic_values_that_nest_too_deeply_are_refused() {
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
