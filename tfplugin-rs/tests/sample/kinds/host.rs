//! A resource with all that concerns state: identity, both kinds of import, moves, an
//! attribute compared by meaning, timeouts, and a nested write-only attribute.
//!
//! Its API stores nothing: region and name are all that a host has, and the policy comes
//! back in the API's own spelling.

use std::time::Duration;

use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::private::Private;
use tfplugin::resource::{
    Context, Created, Deleted, Identified, Imported, MoveSource, Moved, Read, Resource, Updated,
};
use tfplugin::schema::equality::json;
use tfplugin::schema::modifier::{requires_replace, use_state_for_unknown};
use tfplugin::schema::{Attribute, IdentitySchema, Nested, Schema};
use tfplugin::timeouts::{Limits, Timeouts};
use tfplugin::ty::Type;

use super::{ADDRESS, COMPLEX, reached};

pub(crate) const HOST: &str = "sample_host";

const LIMITS: Limits =
    Limits::new().create(Duration::from_mins(20)).delete(Duration::from_secs(90));

pub(crate) struct Host;

tfplugin::model! {
    pub(crate) struct HostModel {
        id: Attr<String>,
        region: Attr<String>,
        name: Attr<String>,
        policy: Attr<String>,
        login: Attr<LoginModel>,
        password_chars: Attr<i64>,
        time_left: Attr<i64>,
        timeouts: Attr<Timeouts>,
    }

    pub(crate) struct LoginModel {
        user: Attr<String>,
        password_wo: Attr<String>,
        password_wo_version: Attr<i64>,
    }

    pub(crate) struct HostIdentity {
        region: Attr<String>,
        name: Attr<String>,
    }
}

impl Resource for Host {
    type Client = ();
    type Model = HostModel;

    fn type_name(&self) -> &'static str {
        HOST
    }

    fn schema(&self) -> Schema {
        let login = Nested::single()
            .attribute("user", Attribute::required(Type::String))
            .attribute("password_wo", Attribute::optional(Type::String).write_only())
            .attribute("password_wo_version", Attribute::optional(Type::Number));
        let region = Attribute::optional_computed(Type::String).default("eu");
        Schema::new(2)
            .describe("A host.")
            .attribute("id", Attribute::computed(Type::String).modify(use_state_for_unknown()))
            .attribute("region", region.modify(requires_replace()))
            .attribute("name", Attribute::required(Type::String).modify(requires_replace()))
            .attribute("policy", Attribute::optional(Type::String).equal_by(json()))
            .attribute("login", Attribute::optional(login))
            .attribute("password_chars", Attribute::computed(Type::Number))
            .attribute("time_left", Attribute::computed(Type::Number))
            .attribute("timeouts", LIMITS.attribute())
    }

    fn validate(&self, _config: &HostModel, _diags: &mut Diagnostics) {
        reached("validate");
    }

    async fn create(&self, planned: HostModel, cx: &Context<'_, ()>) -> Created<HostModel> {
        reached("create");
        if let Err(err) = cx.set_private("created", &true) {
            return Created::failed(err.into());
        }
        match applied(planned, cx) {
            Ok(host) => Created::Created(host),
            Err(error) => Created::failed(error),
        }
    }

    async fn read(&self, mut state: HostModel, cx: &Context<'_, ()>) -> Read<HostModel> {
        reached("read");
        // Private data survives from create, import and move alike, and counts the reads.
        let reads: Result<Option<u64>, _> = cx.private("reads");
        let stored = reads.and_then(|reads| cx.set_private("reads", &(reads.unwrap_or(0) + 1)));
        if let Err(err) = stored {
            return Read::Failed(err.into());
        }
        state.id = name(&state);
        state.policy = state.policy.map(|policy| respelled(&policy));
        Read::Present(state)
    }

    async fn update(
        &self,
        _prior: HostModel,
        planned: HostModel,
        cx: &Context<'_, ()>,
    ) -> Updated<HostModel> {
        reached("update");
        match applied(planned, cx) {
            Ok(host) => Updated::Updated(host),
            Err(error) => Updated::failed(error),
        }
    }

    async fn delete(&self, _state: HostModel, _cx: &Context<'_, ()>) -> Deleted {
        reached("delete");
        Deleted::Deleted
    }

    async fn import(&self, id: &str, _cx: &Context<'_, ()>) -> Imported<HostModel> {
        reached("import");
        match id.split_once('/') {
            Some((region, name)) => Imported::Imported(found(region, name)),
            None => Imported::Failed(Diagnostic::error(
                "No such host",
                "Give region and name, such as `eu/web`.",
            )),
        }
    }

    fn move_from(&self, source: &MoveSource, private: &mut Private) -> Moved<HostModel> {
        reached("move_from");
        let name = if source.is(ADDRESS, "sample_instance") {
            source.text("name")
        } else if source.is(ADDRESS, COMPLEX) {
            source.text("string")
        } else if source.is("terraform.io/builtin/terraform", "terraform_data") {
            // A dynamic value is stored with its type.
            source.state.pointer("/input/value").and_then(|it| it.as_str())
        } else {
            return Moved::UnknownSource;
        };
        let Some(name) = name else {
            return Moved::Failed(Diagnostic::error("Object has no name", "Apply it first."));
        };
        if let Err(err) = private.set("moved_from", &source.type_name) {
            return Moved::Failed(err.into());
        }
        Moved::Moved(found("eu", name))
    }

    fn upgrade(
        &self,
        version: i64,
        mut state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        reached("upgrade");
        // Version 0 had a title, version 1 a zone within the region.
        let old = match version {
            0 => "title",
            _ => "name",
        };
        let name = state[old].take();
        let region = state["region"].as_str().or_else(|| state["zone"].as_str());
        let region = region.and_then(|it| it.split('-').next()).unwrap_or("eu").to_owned();
        state["name"] = name;
        state["region"] = region.into();
        Ok(state)
    }
}

impl Identified for Host {
    type Identity = HostIdentity;

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::new(1)
            .required("name", Type::String, "Name, unique in the region.")
            .optional("region", Type::String, "The region, `eu` by default.")
    }

    fn identify(&self, host: &HostModel, _client: &()) -> HostIdentity {
        HostIdentity { region: host.region.clone(), name: host.name.clone() }
    }

    async fn import_by_identity(
        &self,
        identity: HostIdentity,
        _cx: &Context<'_, ()>,
    ) -> Imported<HostModel> {
        reached("import_by_identity");
        let region = identity.region.as_str().unwrap_or("eu");
        Imported::Imported(found(region, identity.name.as_str().unwrap_or_default()))
    }

    fn upgrade_identity(
        &self,
        _version: i64,
        mut identity: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        reached("upgrade_identity");
        // Version 0 had a title.
        let name = identity["title"].take();
        identity["name"] = name;
        Ok(identity)
    }
}

/// The host as the API returns it after a change.
fn applied(mut planned: HostModel, cx: &Context<'_, ()>) -> Result<HostModel, Diagnostic> {
    let config: HostModel = cx.config()?;
    let login = config.login.into_known().unwrap_or_default();
    let chars = login.password_wo.as_str().map_or(0, |it| it.chars().count());
    planned.id = name(&planned);
    planned.password_chars = i64::try_from(chars).unwrap_or(i64::MAX).into();
    planned.time_left = seconds(LIMITS.of_create(&planned.timeouts)).into();
    planned.policy = planned.policy.map(|policy| respelled(&policy));
    Ok(planned)
}

/// A host as the API returns it, of which only region and name are known.
fn found(region: &str, name: &str) -> HostModel {
    HostModel {
        id: format!("{region}/{name}").into(),
        region: region.into(),
        name: name.into(),
        password_chars: Attr::Known(0),
        time_left: seconds(LIMITS.of_create(&Attr::Null)).into(),
        ..HostModel::default()
    }
}

fn name(host: &HostModel) -> Attr<String> {
    let part = |attr: &Attr<String>| attr.as_str().unwrap_or_default().to_owned();
    format!("{}/{}", part(&host.region), part(&host.name)).into()
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// JSON in the spelling of the API.
fn respelled(policy: &str) -> String {
    let parsed: Result<serde_json::Value, _> = serde_json::from_str(policy);
    parsed.map_or_else(|_| policy.to_owned(), |policy| format!("{policy:#}"))
}
