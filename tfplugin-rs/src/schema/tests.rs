//! What cannot be a schema.

use std::panic::catch_unwind;

use super::validator::{Validator, whole};
use super::{Attribute, Block, IdentitySchema, Limits, Nested, Schema};
use crate::diag::Diagnostics;
use crate::path::AttributePath;
use crate::ty::Type;
use crate::value::{Number, Value};

/// Building it panics with a message that contains `reason`.
#[track_caller]
fn refused(reason: &str, build: fn() -> Schema) {
    let payload = catch_unwind(build).expect_err("the schema should have been refused");
    let message = payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default();
    assert!(message.contains(reason), "`{message}` does not contain `{reason}`");
}

fn text() -> Attribute {
    Attribute::optional(Type::String).into()
}

#[test]
fn schema_refuses_name_that_terraform_refuses() {
    refused("is not a valid name", || Schema::new(0).attribute("", text()));
    refused("is not a valid name", || Schema::new(0).attribute("Upper", text()));
    refused("is not a valid name", || Schema::new(0).attribute("with-dash", text()));
    refused("is not a valid name", || Schema::new(0).attribute("1st", text()));
    refused("is not a valid name", || Schema::new(0).attribute("_x", text()));
    refused("is not a valid name", || Schema::new(0).attribute("größe", text()));
    refused("is declared twice", || Schema::new(0).attribute("a", text()).attribute("a", text()));
    refused("is declared twice", || {
        Schema::new(0).attribute("a", text()).block("a", Block::single())
    });
    for name in super::RESERVED {
        let taken = catch_unwind(|| Schema::new(0).attribute(name, text()));
        assert!(taken.is_err(), "{name}");
        // Inside, they mean nothing to Terraform.
        let nested = Nested::single().attribute(name, text());
        let _ = Schema::new(0).attribute("a", Attribute::optional(nested));
    }
}

#[test]
fn schema_refuses_write_only_attribute_inside_a_set() {
    fn secret() -> Attribute {
        Attribute::optional(Type::String).write_only().into()
    }
    refused("cannot hold write-only", || {
        Schema::new(0).attribute("a", Attribute::optional(Nested::set().attribute("b", secret())))
    });
    refused("cannot hold write-only", || {
        let inner = Attribute::optional(Nested::single().attribute("c", secret()));
        Schema::new(0).attribute("a", Attribute::optional(Nested::set().attribute("b", inner)))
    });
    refused("cannot hold write-only", || {
        Schema::new(0).block("a", Block::set(Limits::ANY).attribute("b", secret()))
    });
    refused("cannot hold write-only", || {
        let inner = Block::list(Limits::ANY).attribute("c", secret());
        Schema::new(0).block("a", Block::set(Limits::ANY).block("b", inner))
    });
}

#[test]
fn schema_refuses_dynamic_type_inside_a_collection() {
    refused("cannot stand inside", || {
        Schema::new(0).attribute("a", Attribute::optional(Type::list(Type::Dynamic)))
    });
    refused("cannot stand inside", || {
        let nested = Nested::map().attribute("b", Attribute::optional(Type::Dynamic));
        Schema::new(0).attribute("a", Attribute::optional(nested))
    });
    refused("cannot stand in a block", || {
        let open = Attribute::optional(Type::Dynamic);
        Schema::new(0).block("a", Block::list(Limits::ANY).attribute("b", open))
    });
    let single = Nested::single().attribute("b", Attribute::optional(Type::Dynamic));
    let _ = Schema::new(0).attribute("a", Attribute::optional(single));
}

#[test]
fn schema_refuses_default_of_another_type_or_not_known() {
    use crate::value::Value;

    refused("does not fit", || {
        Schema::new(0).attribute("a", Attribute::optional_computed(Type::String).default(true))
    });
    refused("cannot be null", || {
        let attribute = Attribute::optional_computed(Type::String).default(Value::Null);
        Schema::new(0).attribute("a", attribute)
    });
    refused("must be known", || {
        let attribute = Attribute::optional_computed(Type::String).default(Value::unknown());
        Schema::new(0).attribute("a", attribute)
    });
}

#[test]
fn write_only_objects_hold_write_only_attributes_only() {
    refused("must be write-only", || {
        let nested = Nested::single().attribute("b", text());
        Schema::new(0).attribute("a", Attribute::optional(nested).write_only())
    });
}

#[test]
fn block_limits_that_allow_no_number_are_refused() {
    assert!(catch_unwind(|| Limits::between(2, 1)).is_err());
    assert!(catch_unwind(|| Limits::between(0, 0)).is_err());
    let limits = Limits::between(1, 2);
    assert_eq!((limits.min(), limits.max()), (1, Some(2)));
    assert_eq!((Limits::ANY.min(), Limits::ANY.max()), (0, None));
    let single = Block::required_single().limits();
    assert_eq!((single.min(), single.max()), (1, Some(1)));
}

#[test]
fn type_of_a_schema_follows_its_nesting() {
    let nested = |nested: Nested| Attribute::optional(nested.attribute("x", text()));
    let block = |block: Block| block.attribute("x", text());
    let schema = Schema::new(0)
        .attribute("single", nested(Nested::single()))
        .attribute("list", nested(Nested::list()))
        .attribute("set", nested(Nested::set()))
        .attribute("map", nested(Nested::map()))
        .block("one", block(Block::single()))
        .block("group", block(Block::group()))
        .block("many", block(Block::list(Limits::ANY)));
    let object = Type::object([("x", Type::String)]);
    let expected = Type::object([
        ("single", object.clone()),
        ("list", Type::list(object.clone())),
        ("set", Type::set(object.clone())),
        ("map", Type::map(object.clone())),
        ("one", object.clone()),
        ("group", object.clone()),
        ("many", Type::list(object)),
    ]);
    assert_eq!(schema.ty(), &expected);
}

#[test]
fn identity_schema_refuses_nested_type_and_invalid_name() {
    let string = || Type::String;
    let refused = |build: fn() -> IdentitySchema| catch_unwind(build).is_err();
    assert!(refused(|| IdentitySchema::new(-1)));
    assert!(refused(|| IdentitySchema::new(0).required("Name", Type::String, "")));
    assert!(refused(|| IdentitySchema::new(0).required("open", Type::Dynamic, "")));
    assert!(refused(|| IdentitySchema::new(0).optional("tags", Type::set(Type::String), "")));
    assert!(refused(|| {
        IdentitySchema::new(0).required("a", Type::String, "").optional("a", Type::Bool, "")
    }));
    let schema = IdentitySchema::new(1).required("name", string(), "Its name.").optional(
        "zones",
        Type::list(string()),
        "",
    );
    let ty = Type::object([("name", string()), ("zones", Type::list(string()))]);
    assert_eq!((schema.version(), schema.ty()), (1, &ty));
}

#[test]
fn whole_validator_refuses_number_with_a_fraction() {
    for (text, is_whole) in [
        ("0", true),
        ("-3", true),
        ("2.0", true),
        ("1e3", true),
        ("18446744073709551616", true),
        ("1.5", false),
        ("-0.1", false),
        ("1e-1", false),
    ] {
        let mut diags = Diagnostics::new();
        let value = Value::Number(Number::parse(text).unwrap());
        whole().validate(&value, &AttributePath::from("it"), &mut diags);
        let details: Vec<_> = diags.iter().map(|it| it.detail.as_str()).collect();
        let expected: &[&str] = if is_whole { &[] } else { &["The value must be a whole number."] };
        assert_eq!(details, expected, "{text}");
    }
    let mut diags = Diagnostics::new();
    whole().validate(&"1.5".into(), &AttributePath::from("it"), &mut diags);
    assert!(diags.is_empty(), "a text is not a number: {diags:?}");
}
