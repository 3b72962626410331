//! The provider that real cores are recorded with: one attribute or block for each kind of
//! value, and a resource whose schema has a second version.

use tfplugin::resource::{Created, Updated};
use tfplugin::schema::{Attribute, Block, Limits, Nested, Schema};
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

use crate::scripted::{Script, Scripted, Whole, with};

/// The address that Terraform knows the provider by.
pub(super) const ADDRESS: &str = "registry.terraform.io/aibridge-rs/kinds";

/// An object whose attributes are all known, and one whose attributes may be unknown: types of
/// their own, so that a request names its object.
pub(super) const KNOWN: &str = "kinds_known";
pub(super) const UNKNOWN: &str = "kinds_unknown";
/// The resource that sets values, which are unknown until it is applied.
pub(super) const SOURCE: &str = "kinds_source";
/// The resource with two versions of its schema.
pub(super) const AGED: &str = "kinds_aged";

/// The provider. `version` is that of the aged resource's schema, 0 or 1.
pub(super) fn provider(version: i64) -> Scripted {
    let aged: fn() -> Schema = if version == 0 { aged_old } else { aged_new };
    let settling = |type_name| Script {
        create: |planned, _| Created::Created(settled(planned)),
        update: |_, planned, _| Updated::Updated(settled(planned)),
        ..Script::new(type_name, every)
    };
    let filling = Script {
        create: |planned, _| Created::Created(filled(planned)),
        update: |_, planned, _| Updated::Updated(filled(planned)),
        ..Script::new(SOURCE, source)
    };
    // The text of a number in an old state is read as a number by the SDK itself.
    let provider = Scripted {
        schema: || {
            Schema::new(0)
                .attribute("number", Attribute::optional(Type::Number))
                .attribute("text", Attribute::optional(Type::String))
        },
        ..Scripted::new(())
    };
    provider
        .script(filling)
        .script(settling(KNOWN))
        .script(settling(UNKNOWN))
        .script(Script::<Whole>::new(AGED, aged))
}

/// The type of the provider's configuration.
pub(super) fn config_ty() -> Type {
    Type::object([("number", Type::Number), ("text", Type::String)])
}

/// The type of a resource's objects, written out: a second opinion on the schema.
pub(super) fn ty(type_name: &str, version: i64) -> Type {
    match (type_name, version) {
        (AGED, 0) => Type::object([("gone", Type::String), ("size", Type::String)]),
        (AGED, _) => Type::object([("size", Type::Number)]),
        (SOURCE, _) => Type::object(made().into_iter().chain([("seed", Type::String)])),
        _ => {
            let part = Type::object([
                ("key", Type::String),
                ("note", Type::String),
                ("rank", Type::Number),
            ]);
            let line = Type::object([("name", Type::String), ("size", Type::Number)]);
            let nested = [
                ("nested_list", Type::list(part.clone())),
                ("nested_map", Type::map(part.clone())),
                ("nested_set", Type::set(part.clone())),
                ("nested_single", part),
                ("block_group", line.clone()),
                ("block_list", Type::list(line.clone())),
                ("block_map", Type::map(line.clone())),
                ("block_set", Type::set(line.clone())),
                ("block_single", line),
            ];
            Type::object(given().into_iter().chain(nested))
        }
    }
}

/// What a configuration may set, nested attributes and blocks apart.
fn given() -> Vec<(&'static str, Type)> {
    let pair = || Type::object([("a", Type::String), ("b", Type::Number)]);
    vec![
        ("any", Type::Dynamic),
        ("any_list", Type::Dynamic),
        ("any_map", Type::Dynamic),
        ("any_number", Type::Dynamic),
        ("any_object", Type::Dynamic),
        ("any_set", Type::Dynamic),
        ("any_text", Type::Dynamic),
        ("any_tuple", Type::Dynamic),
        ("flag", Type::Bool),
        ("large_numbers", Type::list(Type::Number)),
        ("map", Type::map(Type::String)),
        ("map_of_lists", Type::map(Type::list(Type::Bool))),
        ("numbers", Type::list(Type::Number)),
        ("object", pair()),
        ("secret", Type::String),
        ("set", Type::set(Type::String)),
        ("set_of_numbers", Type::set(Type::Number)),
        ("set_of_objects", Type::set(pair())),
        ("text", Type::String),
        ("texts", Type::list(Type::String)),
        ("tuple", Type::Tuple(vec![Type::Bool, Type::Number, Type::String])),
    ]
}

/// What the source sets.
fn made() -> Vec<(&'static str, Type)> {
    vec![
        ("any", Type::Dynamic),
        ("flag", Type::Bool),
        ("list", Type::list(Type::String)),
        ("map", Type::map(Type::String)),
        ("number", Type::Number),
        ("text", Type::String),
    ]
}

/// What is still unknown becomes null.
fn settled(planned: Whole) -> Whole {
    Whole(planned.0.unknown_as_null())
}

/// The source's values, the same on every run.
fn filled(planned: Whole) -> Whole {
    let any = Dynamic { ty: Type::String, value: "any".into() };
    let values = [
        ("any", Value::Dynamic(Box::new(any))),
        ("flag", true.into()),
        ("list", Value::List(vec!["x".into(), "y".into()])),
        ("map", Value::map([("k", "v".into())])),
        ("number", 7.into()),
        ("text", "made".into()),
    ];
    Whole(with(&planned.0, &values))
}

fn every() -> Schema {
    let part = |nested: Nested| {
        nested
            .attribute("key", Attribute::required(Type::String))
            .attribute("note", Attribute::optional(Type::String))
            .attribute("rank", Attribute::computed(Type::Number))
    };
    let line = |block: Block| {
        block
            .attribute("name", Attribute::optional(Type::String))
            .attribute("size", Attribute::optional(Type::Number))
    };
    let mut schema = Schema::new(0);
    for (name, ty) in given() {
        let attribute = Attribute::optional(ty);
        let attribute = if name == "secret" { attribute.sensitive() } else { attribute };
        schema = schema.attribute(name, attribute);
    }
    schema
        .attribute("nested_list", Attribute::optional(part(Nested::list())))
        .attribute("nested_map", Attribute::optional(part(Nested::map())))
        .attribute("nested_set", Attribute::optional(part(Nested::set())))
        .attribute("nested_single", Attribute::optional(part(Nested::single())))
        .block("block_group", line(Block::group()))
        .block("block_list", line(Block::list(Limits::ANY)))
        .block("block_map", line(Block::map()))
        .block("block_set", line(Block::set(Limits::ANY)))
        .block("block_single", line(Block::single()))
}

fn source() -> Schema {
    let schema = Schema::new(0).attribute("seed", Attribute::required(Type::String));
    made().into_iter().fold(schema, |it, (name, ty)| it.attribute(name, Attribute::computed(ty)))
}

fn aged_old() -> Schema {
    Schema::new(0)
        .attribute("gone", Attribute::optional(Type::String))
        .attribute("size", Attribute::optional(Type::String))
}

fn aged_new() -> Schema {
    Schema::new(1).attribute("size", Attribute::optional(Type::Number))
}
