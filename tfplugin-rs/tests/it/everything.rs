//! A provider with an attribute of every kind, for whoever throws anything at it.
//!
//! Used by the tests and by the fuzz targets, so it needs little but the SDK. None of its
//! own code panics: a panic is the SDK's.

// The fuzz targets find this file by a path too, and would look for the other beside it.
#[path = "everything/named.rs"]
pub(crate) mod named;

use std::time::{Duration, SystemTime};

use tfplugin::data_source::DataSource;
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::ephemeral::{EphemeralResource, Opened};
use tfplugin::function::{Arguments, Function, FunctionError, Parameter, Signature};
use tfplugin::model::Model;
use tfplugin::provider::{Context, Kinds, Provider};
use tfplugin::resource::{Created, Deleted, Imported, Read, Resource, Updated};
use tfplugin::schema::modifier::{
    keep_unless_changed, requires_replace, use_non_null_state_for_unknown, use_state_for_unknown,
};
use tfplugin::schema::validator::{between, not_empty, one_of};
use tfplugin::schema::{Attribute, Block, Limits, Nested, Schema};
use tfplugin::ty::Type;
use tfplugin::value::Value;

pub(crate) const THING: &str = "every_thing";
pub(crate) const ECHO: &str = "echo";

tfplugin::model! {
    pub(crate) struct Config {
        pub(crate) url: Value,
    }

    pub(crate) struct Thing {
        pub(crate) boolean: Value,
        pub(crate) chosen: Value,
        pub(crate) dynamic: Value,
        pub(crate) id: Value,
        pub(crate) list: Value,
        pub(crate) map: Value,
        pub(crate) map_of_sets: Value,
        pub(crate) nested_list: Value,
        pub(crate) nested_map: Value,
        pub(crate) nested_set: Value,
        pub(crate) nested_single: Value,
        pub(crate) number: Value,
        pub(crate) object: Value,
        pub(crate) secret: Value,
        pub(crate) set: Value,
        pub(crate) string: Value,
        pub(crate) sum: Value,
        pub(crate) tuple: Value,
        pub(crate) written: Value,
        pub(crate) block_group: Value,
        pub(crate) block_list: Value,
        pub(crate) block_map: Value,
        pub(crate) block_set: Value,
        pub(crate) block_single: Value,
    }
}

pub(crate) struct Everything;

impl Provider for Everything {
    type Config = Config;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0).attribute("url", Attribute::optional(Type::String).validate(not_empty()))
    }

    async fn configure(&self, _config: Config, _diags: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new()
            .resource(Every)
            .identified_resource(named::Named)
            .data_source(Every)
            .ephemeral_resource(Every)
            .function(Echo)
    }
}

struct Every;

/// Of the data source and the ephemeral resource.
pub(crate) fn read_schema() -> Schema {
    Schema::new(0)
        .attribute("boolean", Attribute::optional(Type::Bool))
        .attribute("dynamic", Attribute::optional(Type::Dynamic))
        .attribute("id", Attribute::computed(Type::String))
        .attribute("number", Attribute::required(Type::Number).validate(between(-9, 9)))
        .attribute("set", Attribute::optional(Type::set(Type::String)))
}

tfplugin::model! {
    pub(crate) struct Lookup {
        pub(crate) boolean: Value,
        pub(crate) dynamic: Value,
        pub(crate) id: Value,
        pub(crate) number: Value,
        pub(crate) set: Value,
    }
}

impl DataSource for Every {
    type Client = ();
    type Model = Lookup;

    fn type_name(&self) -> &'static str {
        THING
    }

    fn schema(&self) -> Schema {
        read_schema()
    }

    async fn read(&self, config: Lookup, _cx: &Context<'_, ()>) -> Result<Lookup, Diagnostic> {
        Ok(Lookup { id: "1".into(), ..config })
    }
}

impl EphemeralResource for Every {
    type Client = ();
    type Model = Lookup;
    type Private = Vec<String>;

    fn type_name(&self) -> &'static str {
        THING
    }

    fn schema(&self) -> Schema {
        read_schema()
    }

    async fn open(&self, config: Lookup, _cx: &Context<'_, ()>) -> Opened<Lookup, Vec<String>> {
        let result = Lookup { id: "1".into(), ..config };
        let renew_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
        Opened::Renewable { result, private: vec!["kept".to_owned()], renew_at }
    }
}

/// Gives its last argument back.
struct Echo;

impl Function for Echo {
    fn name(&self) -> &'static str {
        ECHO
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::Dynamic)
            .summarize("Gives its last argument back.")
            .parameter(Parameter::new("first", Type::list(Type::Number)).allow_null())
            .variadic(Parameter::new("more", Type::Dynamic).allow_unknown())
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        match arguments.into_values().pop() {
            Some(last @ Value::Dynamic(_)) => Ok(last),
            Some(_) => Ok(Value::Null),
            None => Err(FunctionError::general("nothing is given")),
        }
    }
}

/// Whatever is still open becomes null, which any computed value may.
fn settled<M: Model + Clone>(planned: M) -> M {
    M::from_object(planned.clone().into_object().unknown_as_null()).unwrap_or(planned)
}

impl Resource for Every {
    type Client = ();
    type Model = Thing;

    fn type_name(&self) -> &'static str {
        THING
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn create(&self, planned: Thing, _cx: &Context<'_, ()>) -> Created<Thing> {
        Created::Created(settled(planned))
    }

    async fn read(&self, state: Thing, _cx: &Context<'_, ()>) -> Read<Thing> {
        Read::Present(state)
    }

    async fn update(&self, _prior: Thing, planned: Thing, _cx: &Context<'_, ()>) -> Updated<Thing> {
        Updated::Updated(settled(planned))
    }

    async fn delete(&self, _state: Thing, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }

    async fn import(&self, id: &str, _cx: &Context<'_, ()>) -> Imported<Thing> {
        Imported::Imported(Thing { id: id.into(), ..Thing::default() })
    }
}

/// Of the resource.
pub(crate) fn schema() -> Schema {
    let part = |nested: Nested| {
        nested
            .attribute("key", Attribute::required(Type::String).validate(not_empty()))
            .attribute("note", Attribute::optional_computed(Type::String))
            .attribute(
                "rank",
                Attribute::computed(Type::Number).modify(use_non_null_state_for_unknown()),
            )
    };
    let filled = |block: Block| {
        block
            .attribute("name", Attribute::required(Type::String))
            .attribute("size", Attribute::optional_computed(Type::Number).default(1))
    };
    let object = Type::object([("a", Type::String), ("b", Type::list(Type::Bool))]);
    Schema::new(1)
        .attribute("boolean", Attribute::optional(Type::Bool))
        .attribute(
            "chosen",
            Attribute::optional_computed(Type::String).default("a").validate(one_of(&["a", "b"])),
        )
        .attribute("dynamic", Attribute::optional(Type::Dynamic))
        .attribute("id", Attribute::computed(Type::String).modify(use_state_for_unknown()))
        .attribute("list", Attribute::optional(Type::list(Type::Number)))
        .attribute("map", Attribute::optional(Type::map(Type::String)))
        .attribute("map_of_sets", Attribute::optional(Type::map(Type::set(Type::Number))))
        .attribute("nested_list", Attribute::optional(part(Nested::list())))
        .attribute("nested_map", Attribute::optional(part(Nested::map())))
        .attribute("nested_set", Attribute::optional(part(Nested::set())))
        .attribute("nested_single", Attribute::optional_computed(part(Nested::single())))
        .attribute("number", Attribute::optional(Type::Number).validate(between(-9, 9)))
        .attribute("object", Attribute::optional(object))
        .attribute("secret", Attribute::optional(Type::String).write_only())
        .attribute("set", Attribute::optional(Type::set(Type::String)))
        .attribute("string", Attribute::optional(Type::String).modify(requires_replace()))
        .attribute(
            "sum",
            Attribute::computed(Type::String).modify(keep_unless_changed(&["number", "set"])),
        )
        .attribute("tuple", Attribute::optional(Type::Tuple(vec![Type::Bool, Type::String])))
        .attribute("written", Attribute::optional(Type::String).sensitive())
        .block("block_group", Block::group().attribute("x", Attribute::optional(Type::Bool)))
        .block("block_list", filled(Block::list(Limits::between(0, 3))))
        .block("block_map", filled(Block::map()))
        .block("block_set", filled(Block::set(Limits::between(0, 3))))
        .block("block_single", filled(Block::single()))
}
