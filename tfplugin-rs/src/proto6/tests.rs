//! Values, paths and schemas across the border, both ways.

use bytes::Bytes;

use super::{from_proto, to_proto};
use crate::diag::Diagnostic;
use crate::generated::tfplugin6::attribute_path::step::Selector;
use crate::generated::tfplugin6::{DynamicValue, RawState, StringKind, diagnostic, schema};
use crate::path::AttributePath;
use crate::schema::{Attribute, Block, Limits, Nested, Schema};
use crate::ty::Type;
use crate::value::Value;

fn msgpack(bytes: &'static [u8]) -> Option<DynamicValue> {
    Some(DynamicValue { msgpack: Bytes::from_static(bytes), json: Bytes::new() })
}

fn json(text: &'static str) -> Option<DynamicValue> {
    Some(DynamicValue { msgpack: Bytes::new(), json: Bytes::from_static(text.as_bytes()) })
}

#[track_caller]
fn check_value(wire: Option<DynamicValue>, ty: &Type, expected: Value) {
    assert_eq!(from_proto::value(wire, ty, "value"), Ok(expected));
}

#[test]
fn value_is_read_as_messagepack_or_json() {
    check_value(None, &Type::Bool, Value::Null);
    check_value(Some(DynamicValue::default()), &Type::Bool, Value::Null);
    check_value(msgpack(b"\xc0"), &Type::Bool, Value::Null);
    check_value(msgpack(b"\xc3"), &Type::Bool, Value::Bool(true));
    check_value(msgpack(b"\xd4\x00\x00"), &Type::Bool, Value::unknown());
    check_value(json("true"), &Type::Bool, Value::Bool(true));
    check_value(json(r#"["a"]"#), &Type::list(Type::String), Value::List(vec![Value::from("a")]));
}

#[test]
fn unreadable_value_becomes_a_diagnostic_with_its_path() {
    let ty = Type::object([("a", Type::Bool)]);
    for wire in [msgpack(b"\x81\xa1a\xa1x"), json(r#"{"a":"x"}"#)] {
        let problem = from_proto::value(wire, &ty, "configuration").expect_err("no bool");
        assert_eq!(problem.summary, "Terraform sent an unreadable value");
        assert_eq!(problem.path, AttributePath::from("a"));
        assert!(problem.detail.starts_with("The configuration does not fit"), "{}", problem.detail);
    }
}

#[test]
fn value_is_written_as_messagepack() {
    let wire = to_proto::value(&Value::Bool(true), &Type::Bool).expect("a bool");
    assert_eq!((&wire.msgpack[..], &wire.json[..]), (&b"\xc3"[..], &b""[..]));
    let problem = to_proto::value(&Value::from("x"), &Type::Bool).err().expect("no bool");
    assert_eq!(problem.summary, "Provider returned an invalid value");
}

#[test]
fn state_of_terraform_0_11_is_refused() {
    let flatmap = [("id".to_owned(), "1".to_owned())].into();
    let old = RawState { json: Bytes::new(), flatmap };
    assert_eq!(from_proto::raw_state(Some(old)).expect_err("too old").summary, "State is too old");
    let new = RawState { json: Bytes::from_static(b"{}"), flatmap: [].into() };
    assert_eq!(from_proto::raw_state(Some(new)), Ok(b"{}".to_vec()));
}

#[test]
fn diagnostics_carry_severity_and_path() {
    let path = AttributePath::from("env").key("A B").index(2).attribute("x");
    let wire = to_proto::diagnostic(Diagnostic::warning("s", "d").at(path));
    assert!(wire.severity() == diagnostic::Severity::Warning);
    assert_eq!((wire.summary.as_str(), wire.detail.as_str()), ("s", "d"));
    let steps: Vec<_> = wire
        .attribute
        .expect("a path")
        .steps
        .into_iter()
        .map(|step| step.selector.expect("a selector"))
        .collect();
    let expected = [
        Selector::AttributeName("env".to_owned()),
        Selector::ElementKeyString("A B".to_owned()),
        Selector::ElementKeyInt(2),
        Selector::AttributeName("x".to_owned()),
    ];
    assert!(steps == expected);

    let wire = to_proto::diagnostic(Diagnostic::error("s", "d"));
    assert!(wire.severity() == diagnostic::Severity::Error);
    assert!(wire.attribute.is_none(), "the whole object has no path");
}

#[test]
fn attributes_have_a_type_or_nested_attributes() {
    let nested = Nested::list().attribute("x", Attribute::required(Type::Number));
    let schema = to_proto::schema(
        &Schema::new(3)
            .describe("What it is.")
            .attribute("plain", Attribute::optional_computed(Type::list(Type::String)).sensitive())
            .attribute("nested", Attribute::optional(nested).describe("Inside."))
            .attribute("secret", Attribute::optional(Type::String).write_only())
            .attribute("old", Attribute::computed(Type::Bool).deprecated("Use new."))
            .block(
                "part",
                Block::list(Limits::between(1, 4)).attribute("y", Attribute::required(Type::Bool)),
            ),
    );
    assert_eq!(schema.version, 3);
    let block = schema.block.expect("a block");
    assert_eq!((block.version, block.description.as_str()), (3, "What it is."));
    assert!(block.description_kind() == StringKind::Markdown);

    let [nested, old, plain, secret] = &block.attributes[..] else {
        panic!("four attributes, sorted")
    };
    assert_eq!((plain.name.as_str(), &plain.r#type[..]), ("plain", &br#"["list","string"]"#[..]));
    assert!(plain.optional && plain.computed && !plain.required && plain.sensitive);
    assert!(plain.nested_type.is_none());

    assert!(nested.r#type.is_empty() && nested.optional && !nested.computed);
    let object = nested.nested_type.as_ref().expect("nested attributes");
    assert!(object.nesting() == schema::object::NestingMode::List);
    assert!(object.attributes[0].required && &object.attributes[0].r#type[..] == b"\"number\"");

    assert!(old.computed && old.deprecated && old.deprecation_message == "Use new.");
    assert!(secret.write_only && !secret.deprecated);

    let part = &block.block_types[0];
    assert_eq!((part.type_name.as_str(), part.min_items, part.max_items), ("part", 1, 4));
    assert!(part.nesting() == schema::nested_block::NestingMode::List);
}
