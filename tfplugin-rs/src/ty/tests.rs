//! Types to JSON and back.

use proptest::prelude::*;

use super::{Type, TypeError};
use crate::path::AttributePath;

#[track_caller]
fn check(json: &str, ty: &Type) {
    assert_eq!(Type::from_json(json.as_bytes()).as_ref(), Ok(ty), "reading {json}");
    assert_eq!(ty.to_json(), json, "writing {ty}");
}

#[test]
fn types_have_one_json_form() {
    check(r#""bool""#, &Type::Bool);
    check(r#""number""#, &Type::Number);
    check(r#""string""#, &Type::String);
    check(r#""dynamic""#, &Type::Dynamic);
    check(r#"["list","string"]"#, &Type::list(Type::String));
    check(r#"["set",["map","bool"]]"#, &Type::set(Type::map(Type::Bool)));
    check(r#"["tuple",[]]"#, &Type::Tuple(vec![]));
    check(r#"["tuple",["bool","number"]]"#, &Type::Tuple(vec![Type::Bool, Type::Number]));
    check(
        r#"["object",{"a":"string","b":["list","dynamic"]}]"#,
        &Type::object([("b", Type::list(Type::Dynamic)), ("a", Type::String)]),
    );
}

#[test]
fn names_of_optional_attributes_are_passed_over() {
    let ty = Type::from_json(br#"["object",{"a":"string"},["a"]]"#);
    assert_eq!(ty, Ok(Type::object([("a", Type::String)])));
}

#[test]
fn json_that_is_not_a_type_is_refused() {
    for json in [
        r#""strin""#,
        "1",
        "null",
        "[]",
        r#"["list"]"#,
        r#"["list","string","string"]"#,
        r#"["lis","string"]"#,
        r#"["tuple","string"]"#,
        r#"["object",["a"]]"#,
        r#"["list",{"a":"string"},["a"]]"#,
        r#"[["list"],"string"]"#,
    ] {
        let malformed = Type::from_json(json.as_bytes());
        assert!(matches!(malformed, Err(TypeError::Malformed(_))), "{json}: {malformed:?}");
    }
    assert_eq!(Type::from_json(b"[\"list\""), Err(TypeError::NotJson));
}

#[test]
fn type_that_nests_too_deeply_is_refused() {
    let nested = |depth: usize| {
        format!("{}\"string\"{}", "[\"list\",".repeat(depth), "]".repeat(depth)).into_bytes()
    };
    assert!(Type::from_json(&nested(32)).is_ok());
    assert_eq!(Type::from_json(&nested(33)), Err(TypeError::TooDeep));
    assert_eq!(Type::from_json(&nested(100_000)), Err(TypeError::NotJson));
}

#[test]
fn path_is_shortened_to_what_terraform_can_follow() {
    let object = Type::object([("key", Type::String)]);
    let ty = Type::object([
        ("any", Type::Dynamic),
        ("list", Type::list(object.clone())),
        ("map", Type::map(Type::Bool)),
        ("set", Type::set(object)),
        ("tuple", Type::Tuple(vec![Type::Bool])),
    ]);
    let path = |name: &str| AttributePath::from(name);
    for (path, address) in [
        (AttributePath::root(), Ok("")),
        (path("list").index(7).attribute("key"), Ok("list[7].key")),
        (path("set").attribute("key"), Ok("set")),
        (path("set").index(1).attribute("key"), Ok("set")),
        (path("map").key("k"), Ok("map[\"k\"]")),
        (path("tuple").index(0), Ok("tuple[0]")),
        (path("any").attribute("x").index(1), Ok("any.x[1]")),
        (path("tuple").index(1), Err("tuple")),
        (path("list").attribute("key"), Err("list")),
        (path("list").index(0).attribute("other"), Err("list[0]")),
        (path("none"), Err("")),
    ] {
        let found = ty.address(&path);
        let found = found.as_ref().map(ToString::to_string).map_err(ToString::to_string);
        assert_eq!(found, address.map(str::to_owned).map_err(str::to_owned), "{path}");
    }
}

/// Types of every form, three levels deep.
pub(crate) fn any_type() -> impl Strategy<Value = Type> {
    let leaf =
        prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic),];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            prop::collection::btree_map("[a-z_]{1,6}", inner, 0..4).prop_map(Type::Object),
        ]
    })
}

proptest! {
    #[test]
    fn every_type_reads_back_from_its_json_form(ty in any_type()) {
        prop_assert_eq!(Type::from_json(ty.to_json().as_bytes()), Ok(ty));
    }
}
