//! The second resource of the provider: what has an identity, and can come from the first
//! one. An object says what was done to it last.

use serde_json::Value as Json;
use tfplugin::diag::Diagnostic;
use tfplugin::private::Private;
use tfplugin::provider::Context;
use tfplugin::resource::{
    Created, Deleted, Identified, Imported, MoveSource, Moved, Read, Resource, Updated,
};
use tfplugin::schema::equality::json;
use tfplugin::schema::modifier::requires_replace;
use tfplugin::schema::{Attribute, IdentitySchema, Schema};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use super::{THING, settled};

pub(crate) const NAMED: &str = "every_named";

tfplugin::model! {
    pub(crate) struct NamedModel {
        flag: Value,
        last: Value,
        name: Value,
        number: Value,
        policy: Value,
        tags: Value,
    }

    pub(crate) struct NamedIdentity {
        flag: Value,
        name: Value,
        number: Value,
        tags: Value,
    }
}

pub(super) struct Named;

impl Resource for Named {
    type Client = ();
    type Model = NamedModel;

    fn type_name(&self) -> &'static str {
        NAMED
    }

    fn schema(&self) -> Schema {
        schema()
    }

    async fn create(&self, planned: NamedModel, cx: &Context<'_, ()>) -> Created<NamedModel> {
        match cx.set_private("made", &true) {
            Ok(()) => Created::Created(NamedModel { last: "create".into(), ..settled(planned) }),
            Err(err) => Created::failed(err.into()),
        }
    }

    async fn read(&self, state: NamedModel, cx: &Context<'_, ()>) -> Read<NamedModel> {
        match cx.set_private("seen", &true) {
            Ok(()) => Read::Present(state),
            Err(err) => Read::Failed(err.into()),
        }
    }

    async fn update(
        &self,
        _prior: NamedModel,
        planned: NamedModel,
        _cx: &Context<'_, ()>,
    ) -> Updated<NamedModel> {
        Updated::Updated(NamedModel { last: "update".into(), ..settled(planned) })
    }

    async fn delete(&self, _state: NamedModel, cx: &Context<'_, ()>) -> Deleted {
        match cx.set_private("gone", &true) {
            Ok(()) => Deleted::Deleted,
            Err(err) => Deleted::Failed(err.into()),
        }
    }

    async fn import(&self, id: &str, _cx: &Context<'_, ()>) -> Imported<NamedModel> {
        let (name, last) = (id.into(), "import".into());
        Imported::Imported(NamedModel { name, last, ..NamedModel::default() })
    }

    fn move_from(&self, source: &MoveSource, private: &mut Private) -> Moved<NamedModel> {
        if source.type_name != THING {
            return Moved::UnknownSource;
        }
        let Some(name) = source.text("string") else {
            return Moved::Failed(Diagnostic::error("Object has no string", "Give it one."));
        };
        let before = source.identity.as_ref().and_then(|it| it["name"].as_str());
        match private.set("moved_from", &before) {
            Ok(()) => Moved::Moved(NamedModel {
                name: name.into(),
                last: "move_from".into(),
                ..NamedModel::default()
            }),
            Err(err) => Moved::Failed(err.into()),
        }
    }

    /// Version 0 had a title.
    fn upgrade(&self, _version: i64, mut state: Json) -> Result<Json, Diagnostic> {
        let name = state["title"].take();
        state["name"] = name;
        Ok(state)
    }
}

impl Identified for Named {
    type Identity = NamedIdentity;

    fn identity_schema(&self) -> IdentitySchema {
        identity_schema()
    }

    fn identify(&self, object: &NamedModel, _client: &()) -> NamedIdentity {
        let NamedModel { flag, name, number, tags, .. } = object.clone();
        NamedIdentity { flag, name, number, tags }
    }

    async fn import_by_identity(
        &self,
        identity: NamedIdentity,
        _cx: &Context<'_, ()>,
    ) -> Imported<NamedModel> {
        let NamedIdentity { flag, name, number, tags } = identity;
        let last = "import_by_identity".into();
        Imported::Imported(NamedModel { flag, last, name, number, policy: Value::Null, tags })
    }

    /// As [`Resource::upgrade`].
    fn upgrade_identity(&self, version: i64, identity: Json) -> Result<Json, Diagnostic> {
        self.upgrade(version, identity)
    }
}

pub(crate) fn schema() -> Schema {
    let fixed = |ty: Type| Attribute::optional(ty).modify(requires_replace());
    Schema::new(1)
        .attribute("flag", fixed(Type::Bool))
        .attribute("last", Attribute::computed(Type::String))
        .attribute("name", Attribute::required(Type::String).modify(requires_replace()))
        .attribute("number", fixed(Type::Number))
        .attribute("policy", Attribute::optional(Type::String).equal_by(json()))
        .attribute("tags", fixed(Type::list(Type::String)))
}

/// With each kind of type that it may hold.
pub(crate) fn identity_schema() -> IdentitySchema {
    IdentitySchema::new(1)
        .optional("flag", Type::Bool, "A flag.")
        .required("name", Type::String, "Its name.")
        .optional("number", Type::Number, "A number.")
        .optional("tags", Type::list(Type::String), "Tags, in order.")
}
