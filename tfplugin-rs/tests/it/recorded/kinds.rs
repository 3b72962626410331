//! The provider that real cores are recorded with: one attribute or block for each kind of
//! value, and a resource whose schema has a second version.

use serde_json::Value as Json;
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Model;
use tfplugin::provider::{Context, Kinds, Provider};
use tfplugin::resource::{Created, Deleted, Read, Resource, Updated};
use tfplugin::schema::{Attribute, Block, Limits, Nested, Schema};
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

/// Where Terraform thinks that it found the provider.
pub(super) const ADDRESS: &str = "registry.terraform.io/aibridge-rs/kinds";

/// An object of everything that is known, and one of everything that may be unknown: types
/// of their own, so that a request names its object.
pub(super) const KNOWN: &str = "kinds_known";
pub(super) const UNKNOWN: &str = "kinds_unknown";
/// Makes up values, which are unknown until it has done so.
pub(super) const SOURCE: &str = "kinds_source";
/// The resource with two versions of its schema.
pub(super) const AGED: &str = "kinds_aged";

tfplugin::model! {
    pub(super) struct Config {
        number: Value,
        text: Value,
    }

    struct Every {
        any: Value,
        any_list: Value,
        any_map: Value,
        any_number: Value,
        any_object: Value,
        any_set: Value,
        any_text: Value,
        any_tuple: Value,
        flag: Value,
        large_numbers: Value,
        map: Value,
        map_of_lists: Value,
        nested_list: Value,
        nested_map: Value,
        nested_set: Value,
        nested_single: Value,
        numbers: Value,
        object: Value,
        secret: Value,
        set: Value,
        set_of_numbers: Value,
        set_of_objects: Value,
        text: Value,
        texts: Value,
        tuple: Value,
        block_group: Value,
        block_list: Value,
        block_map: Value,
        block_set: Value,
        block_single: Value,
    }

    struct Made {
        any: Value,
        flag: Value,
        list: Value,
        map: Value,
        number: Value,
        text: Value,
        seed: Value,
    }

    struct Old {
        gone: Value,
        size: Value,
    }

    struct New {
        size: Value,
    }
}

/// The provider. `version` is that of the aged resource's schema, 0 or 1.
pub(super) struct RecordedKinds {
    pub(super) version: i64,
}

#[derive(Clone, Copy)]
struct Everything {
    type_name: &'static str,
}

#[derive(Clone, Copy)]
struct Source;

#[derive(Clone, Copy)]
struct AgedOld;

#[derive(Clone, Copy)]
struct AgedNew;

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

/// What the source makes up.
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

// === impl RecordedKinds ===

impl Provider for RecordedKinds {
    type Config = Config;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute("number", Attribute::optional(Type::Number))
            .attribute("text", Attribute::optional(Type::String))
    }

    async fn configure(&self, _config: Config, _diags: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        let kinds = Kinds::new()
            .resource(Everything { type_name: KNOWN })
            .resource(Everything { type_name: UNKNOWN })
            .resource(Source);
        if self.version == 0 { kinds.resource(AgedOld) } else { kinds.resource(AgedNew) }
    }
}

// === impl Everything ===

/// What is still open becomes null.
fn settled(planned: Every) -> Every {
    Every::from_object(planned.into_object().unknown_as_null()).unwrap_or_default()
}

impl Resource for Everything {
    type Client = ();
    type Model = Every;

    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Schema {
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

    async fn create(&self, planned: Every, _cx: &Context<'_, ()>) -> Created<Every> {
        Created::Created(settled(planned))
    }

    async fn read(&self, state: Every, _cx: &Context<'_, ()>) -> Read<Every> {
        Read::Present(state)
    }

    async fn update(&self, _: Every, planned: Every, _cx: &Context<'_, ()>) -> Updated<Every> {
        Updated::Updated(settled(planned))
    }

    async fn delete(&self, _state: Every, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }
}

// === impl Source ===

/// The same on every run.
fn filled(planned: Made) -> Made {
    let any = Dynamic { ty: Type::String, value: "any".into() };
    Made {
        any: Value::Dynamic(Box::new(any)),
        flag: true.into(),
        list: Value::List(vec!["x".into(), "y".into()]),
        map: Value::map([("k", "v".into())]),
        number: 7.into(),
        text: "made".into(),
        ..planned
    }
}

impl Resource for Source {
    type Client = ();
    type Model = Made;

    fn type_name(&self) -> &'static str {
        SOURCE
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(0).attribute("seed", Attribute::required(Type::String));
        made()
            .into_iter()
            .fold(schema, |schema, (name, ty)| schema.attribute(name, Attribute::computed(ty)))
    }

    async fn create(&self, planned: Made, _cx: &Context<'_, ()>) -> Created<Made> {
        Created::Created(filled(planned))
    }

    async fn read(&self, state: Made, _cx: &Context<'_, ()>) -> Read<Made> {
        Read::Present(state)
    }

    async fn update(&self, _: Made, planned: Made, _cx: &Context<'_, ()>) -> Updated<Made> {
        Updated::Updated(filled(planned))
    }

    async fn delete(&self, _state: Made, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }
}

// === impl AgedOld ===

impl Resource for AgedOld {
    type Client = ();
    type Model = Old;

    fn type_name(&self) -> &'static str {
        AGED
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .attribute("gone", Attribute::optional(Type::String))
            .attribute("size", Attribute::optional(Type::String))
    }

    async fn create(&self, planned: Old, _cx: &Context<'_, ()>) -> Created<Old> {
        Created::Created(planned)
    }

    async fn read(&self, state: Old, _cx: &Context<'_, ()>) -> Read<Old> {
        Read::Present(state)
    }

    async fn update(&self, _: Old, planned: Old, _cx: &Context<'_, ()>) -> Updated<Old> {
        Updated::Updated(planned)
    }

    async fn delete(&self, _state: Old, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }
}

// === impl AgedNew ===

impl Resource for AgedNew {
    type Client = ();
    type Model = New;

    fn type_name(&self) -> &'static str {
        AGED
    }

    fn schema(&self) -> Schema {
        Schema::new(1).attribute("size", Attribute::optional(Type::Number))
    }

    async fn create(&self, planned: New, _cx: &Context<'_, ()>) -> Created<New> {
        Created::Created(planned)
    }

    async fn read(&self, state: New, _cx: &Context<'_, ()>) -> Read<New> {
        Read::Present(state)
    }

    async fn update(&self, _: New, planned: New, _cx: &Context<'_, ()>) -> Updated<New> {
        Updated::Updated(planned)
    }

    async fn delete(&self, _state: New, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }

    /// The text of a number is read as a number by the SDK itself.
    fn upgrade(&self, _version: i64, state: Json) -> Result<Json, Diagnostic> {
        Ok(state)
    }
}
