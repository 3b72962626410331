//! A resource with an attribute of every type, nested attributes and blocks of every nesting,
//! every modifier, defaults and validators, and an identity of every type that one can hold.

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Model;
use tfplugin::provider::Context;
use tfplugin::resource::{Created, Deleted, Identified, Imported, Read, Resource, Updated};
use tfplugin::schema::modifier::{
    keep_unless_changed, requires_replace, use_non_null_state_for_unknown, use_state_for_unknown,
};
use tfplugin::schema::validator::{between, not_empty, one_of};
use tfplugin::schema::{Attribute, Block, IdentitySchema, Limits, Nested, Schema};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use super::reached;

pub(crate) const COMPLEX: &str = "sample_complex";

tfplugin::model! {
    pub(crate) struct ComplexModel {
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

    pub(crate) struct ComplexIdentity {
        boolean: Value,
        id: Value,
        list: Value,
        number: Value,
    }
}

pub(crate) struct Complex;

/// The object with null for what is unknown, which any computed value may be; an id that is
/// unknown gets a value, since the identity needs one.
fn applied(planned: ComplexModel) -> ComplexModel {
    let id = if planned.id.is_unknown() { "1".into() } else { planned.id.clone() };
    let known = ComplexModel::from_object(planned.clone().into_object().unknown_as_null());
    ComplexModel { id, ..known.unwrap_or(planned) }
}

impl Resource for Complex {
    type Client = ();
    type Model = ComplexModel;

    fn type_name(&self) -> &'static str {
        COMPLEX
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, _config: &ComplexModel, _diags: &mut Diagnostics) {
        reached("validate");
    }

    async fn create(&self, planned: ComplexModel, _: &Context<'_, ()>) -> Created<ComplexModel> {
        reached("create");
        Created::Created(applied(planned))
    }

    async fn read(&self, state: ComplexModel, _: &Context<'_, ()>) -> Read<ComplexModel> {
        reached("read");
        Read::Present(state)
    }

    async fn update(
        &self,
        _prior: ComplexModel,
        planned: ComplexModel,
        _cx: &Context<'_, ()>,
    ) -> Updated<ComplexModel> {
        reached("update");
        Updated::Updated(applied(planned))
    }

    async fn delete(&self, _state: ComplexModel, _: &Context<'_, ()>) -> Deleted {
        reached("delete");
        Deleted::Deleted
    }

    async fn import(&self, id: &str, _: &Context<'_, ()>) -> Imported<ComplexModel> {
        reached("import");
        Imported::Imported(ComplexModel { id: id.into(), ..ComplexModel::default() })
    }

    fn upgrade(
        &self,
        _version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        reached("upgrade");
        Ok(state)
    }
}

impl Identified for Complex {
    type Identity = ComplexIdentity;

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::new(0)
            .optional("boolean", Type::Bool, "A bool.")
            .required("id", Type::String, "The id.")
            .optional("list", Type::list(Type::Number), "A list.")
            .optional("number", Type::Number, "A number.")
    }

    fn identify(&self, object: &ComplexModel, _client: &()) -> ComplexIdentity {
        let ComplexModel { boolean, id, list, number, .. } = object.clone();
        ComplexIdentity { boolean, id, list, number }
    }

    fn identity_may_change(&self) -> bool {
        true
    }

    async fn import_by_identity(
        &self,
        identity: ComplexIdentity,
        _cx: &Context<'_, ()>,
    ) -> Imported<ComplexModel> {
        reached("import_by_identity");
        let ComplexIdentity { boolean, id, list, number } = identity;
        Imported::Imported(ComplexModel { boolean, id, list, number, ..ComplexModel::default() })
    }
}

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
