//! A resource of any schema and model.

use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Model;
use tfplugin::private::Private;
use tfplugin::resource::{
    Context, Created, Deleted, Identified, Imported, MoveSource, Moved, Plan, Read, Resource,
    Updated,
};
use tfplugin::schema::{IdentitySchema, Schema};
use tfplugin::value::Value;

use super::Whole;

/// What the operations of a resource do; by default they succeed and change nothing.
pub(crate) struct Script<M, C = ()> {
    pub(crate) type_name: &'static str,
    pub(crate) schema: fn() -> Schema,
    pub(crate) validate: fn(&M, &mut Diagnostics),
    pub(crate) plan: fn(&mut Plan<'_, M>, &mut Diagnostics),
    /// What a create, update or delete waits for before it does the rest.
    pub(crate) wait: for<'a> fn(&'a M, &'a Context<'a, C>) -> BoxFuture<'a, ()>,
    pub(crate) create: fn(M, &Context<'_, C>) -> Created<M>,
    pub(crate) read: fn(M, &Context<'_, C>) -> Read<M>,
    pub(crate) update: fn(M, M, &Context<'_, C>) -> Updated<M>,
    pub(crate) delete: fn(M, &Context<'_, C>) -> Deleted,
    pub(crate) import: fn(&str, &Context<'_, C>) -> Imported<M>,
    pub(crate) move_from: fn(&MoveSource, &mut Private) -> Moved<M>,
    pub(crate) upgrade: fn(i64, Json) -> Result<Json, Diagnostic>,
    pub(crate) identity: Option<Identity<M>>,
}

/// What a resource with an identity has besides.
pub(crate) struct Identity<M> {
    pub(crate) schema: fn() -> IdentitySchema,
    pub(crate) identify: fn(&M) -> Value,
    pub(crate) may_change: bool,
    pub(crate) import: fn(Value) -> Imported<M>,
    pub(crate) upgrade: fn(i64, Json) -> Result<Json, Diagnostic>,
}

impl<M, C> Clone for Script<M, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, C> Copy for Script<M, C> {}

impl<M> Clone for Identity<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Identity<M> {}

impl<M: Model, C> Script<M, C> {
    pub(crate) const fn new(type_name: &'static str, schema: fn() -> Schema) -> Self {
        Self {
            type_name,
            schema,
            validate: |_, _| {},
            plan: |_, _| {},
            wait: |_, _| Box::pin(async {}),
            create: |planned, _| Created::Created(planned),
            read: |state, _| Read::Present(state),
            update: |_, planned, _| Updated::Updated(planned),
            delete: |_, _| Deleted::Deleted,
            import: |_, _| Imported::Failed(Diagnostic::error("Not scripted", "Script it.")),
            move_from: |_, _| Moved::UnknownSource,
            upgrade: |_, state| Ok(state),
            identity: None,
        }
    }

    fn identity(&self) -> &Identity<M> {
        self.identity.as_ref().expect("it is registered as identified")
    }
}

impl<M: Model + Clone, C: Send + Sync + 'static> Resource for Script<M, C> {
    type Client = C;
    type Model = M;

    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    fn validate(&self, config: &M, diags: &mut Diagnostics) {
        (self.validate)(config, diags);
    }

    fn plan(&self, plan: &mut Plan<'_, M>, _client: Option<&C>, diags: &mut Diagnostics) {
        (self.plan)(plan, diags);
    }

    async fn create(&self, planned: M, cx: &Context<'_, C>) -> Created<M> {
        (self.wait)(&planned, cx).await;
        (self.create)(planned, cx)
    }

    async fn read(&self, state: M, cx: &Context<'_, C>) -> Read<M> {
        (self.read)(state, cx)
    }

    async fn update(&self, prior: M, planned: M, cx: &Context<'_, C>) -> Updated<M> {
        (self.wait)(&planned, cx).await;
        (self.update)(prior, planned, cx)
    }

    async fn delete(&self, state: M, cx: &Context<'_, C>) -> Deleted {
        (self.wait)(&state, cx).await;
        (self.delete)(state, cx)
    }

    async fn import(&self, id: &str, cx: &Context<'_, C>) -> Imported<M> {
        (self.import)(id, cx)
    }

    fn move_from(&self, source: &MoveSource, private: &mut Private) -> Moved<M> {
        (self.move_from)(source, private)
    }

    fn upgrade(&self, version: i64, state: Json) -> Result<Json, Diagnostic> {
        (self.upgrade)(version, state)
    }
}

impl<M: Model + Clone, C: Send + Sync + 'static> Identified for Script<M, C> {
    type Identity = Whole;

    fn identity_schema(&self) -> IdentitySchema {
        (self.identity().schema)()
    }

    fn identify(&self, object: &M, _client: &C) -> Whole {
        Whole((self.identity().identify)(object))
    }

    fn identity_may_change(&self) -> bool {
        self.identity().may_change
    }

    async fn import_by_identity(&self, identity: Whole, _cx: &Context<'_, C>) -> Imported<M> {
        (self.identity().import)(identity.0)
    }

    fn upgrade_identity(&self, version: i64, identity: Json) -> Result<Json, Diagnostic> {
        (self.identity().upgrade)(version, identity)
    }
}
