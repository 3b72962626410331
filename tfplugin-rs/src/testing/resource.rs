//! The calls that Terraform makes for a managed resource, one at a time.

use bytes::Bytes;

use super::answer::{Answer, Object, Planned};
use super::session::{Session, whole};
use super::{proposed, wire as convert};
use crate::diag::Diagnostics;
use crate::generated::tfplugin6 as wire;
use crate::path::AttributePath;
use crate::provider::Provider;
use crate::server::checks::{self, Breach};
use crate::ty::Type;
use crate::value::Value;

impl<P: Provider> Session<P> {
    /// `ValidateResourceConfig`
    pub async fn validate(&self, type_name: &str, config: &Value) -> Diagnostics {
        let request = wire::validate_resource_config::Request {
            type_name: type_name.to_owned(),
            config: convert::encode(config, self.ty(type_name)),
            client_capabilities: convert::CAPABILITIES,
        };
        let answer: wire::validate_resource_config::Response =
            self.pipe.call("ValidateResourceConfig", &request).await;
        convert::diagnostics(answer.diagnostics)
    }

    /// `PlanResourceChange`, of a create without a stored object, of a destroy with a null
    /// configuration.
    ///
    /// # Panics
    /// If Terraform would call the plan invalid.
    pub async fn plan(&self, type_name: &str, prior: &Object, config: &Value) -> Planned {
        let ty = self.ty(type_name);
        let body = self.body(type_name);
        let request = wire::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: convert::encode(&prior.state, ty),
            proposed_new_state: convert::encode(
                &proposed::proposed(body, &prior.state, config),
                ty,
            ),
            config: convert::encode(config, ty),
            prior_private: prior.private.clone(),
            client_capabilities: convert::CAPABILITIES,
            prior_identity: self.encode_identity(type_name, prior.identity.as_ref()),
            ..Default::default()
        };
        let answer: wire::plan_resource_change::Response =
            self.pipe.call("PlanResourceChange", &request).await;
        assert!(answer.deferred.is_none(), "{type_name} must not be deferred");
        let planned = Planned {
            type_name: type_name.to_owned(),
            prior: prior.clone(),
            config: config.clone(),
            state: convert::decode(answer.planned_state, ty, "the planned object"),
            requires_replace: answer.requires_replace.iter().map(convert::path).collect(),
            private: answer.planned_private,
            identity: self.decode_identity(type_name, answer.planned_identity),
            diagnostics: convert::diagnostics(answer.diagnostics),
        };
        if !planned.diagnostics.has_errors() {
            allow("the plan", checks::check_plan(body, &prior.state, config, &planned.state));
            for path in &planned.requires_replace {
                self.assert_exists(type_name, path);
            }
        }
        planned
    }

    /// The plan that Terraform requests again when it applies: with what has become known
    /// meanwhile in `config`.
    ///
    /// # Panics
    /// As [`Session::plan`], and if a value that was known in the first plan differs, or if
    /// only this plan requires replacement: Terraform does not replace at apply what it planned
    /// to update.
    pub async fn plan_again(&self, first: &Planned, config: &Value) -> Planned {
        let second = self.plan(&first.type_name, &first.prior, config).await;
        if !second.diagnostics.has_errors() {
            let paths: Vec<String> =
                second.requires_replace.iter().map(ToString::to_string).collect();
            assert!(
                paths.is_empty() || !first.requires_replace.is_empty(),
                "{} is replaced because of {} only at apply",
                first.type_name,
                paths.join(", ")
            );
            let body = self.body(&first.type_name);
            allow("the plan at apply", checks::check_result(body, &first.state, &second.state));
        }
        second
    }

    /// `ApplyResourceChange`
    ///
    /// # Panics
    /// If Terraform would call the result inconsistent: a known value of the plan that
    /// differs, a value that is still unknown, a deleted object that is still there.
    pub async fn apply(&self, planned: &Planned) -> Answer {
        let type_name = &planned.type_name;
        let ty = self.ty(type_name);
        let request = wire::apply_resource_change::Request {
            type_name: type_name.clone(),
            prior_state: convert::encode(&planned.prior.state, ty),
            planned_state: convert::encode(&planned.state, ty),
            config: convert::encode(&planned.config, ty),
            planned_private: planned.private.clone(),
            planned_identity: self.encode_identity(type_name, planned.identity.as_ref()),
            ..Default::default()
        };
        let answer: wire::apply_resource_change::Response =
            self.pipe.call("ApplyResourceChange", &request).await;
        let diagnostics = convert::diagnostics(answer.diagnostics);
        let state = convert::decode(answer.new_state, ty, "the object after apply");
        assert_known("the object after apply", &state);
        if !diagnostics.has_errors() {
            let body = self.body(type_name);
            allow("the result", checks::check_result(body, &planned.state, &state));
        }
        let identity = self.decode_identity(type_name, answer.new_identity);
        Answer { object: Object { state, private: answer.private, identity }, diagnostics }
    }

    /// `ReadResource`; the object is null if it is gone.
    ///
    /// # Panics
    /// If the answer has no object, is not wholly known, or has another identity.
    pub async fn read(&self, type_name: &str, object: &Object) -> Answer {
        let ty = self.ty(type_name);
        let request = wire::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: convert::encode(&object.state, ty),
            private: object.private.clone(),
            client_capabilities: convert::CAPABILITIES,
            current_identity: self.encode_identity(type_name, object.identity.as_ref()),
            ..Default::default()
        };
        let answer: wire::read_resource::Response = self.pipe.call("ReadResource", &request).await;
        assert!(answer.deferred.is_none(), "{type_name} must not be deferred");
        let state = convert::decode(answer.new_state, ty, "the object that was read");
        assert_known("the object that was read", &state);
        let identity = self.decode_identity(type_name, answer.new_identity);
        if let (Some(before), Some(now)) = (&object.identity, &identity) {
            assert_eq!(before, now, "the identity of {type_name} has changed");
        }
        let object = Object { state, private: answer.private, identity };
        Answer { object, diagnostics: convert::diagnostics(answer.diagnostics) }
    }

    /// `UpgradeResourceState` of state that an older version of the provider wrote, as the
    /// JSON text that Terraform stored.
    ///
    /// # Panics
    /// If the answer is not wholly known.
    pub async fn upgrade(&self, type_name: &str, version: i64, json: &str) -> Answer {
        let raw_state =
            wire::RawState { json: Bytes::copy_from_slice(json.as_bytes()), flatmap: [].into() };
        let request = wire::upgrade_resource_state::Request {
            type_name: type_name.to_owned(),
            version,
            raw_state: Some(raw_state),
        };
        let answer: wire::upgrade_resource_state::Response =
            self.pipe.call("UpgradeResourceState", &request).await;
        let diagnostics = convert::diagnostics(answer.diagnostics);
        let state = match answer.upgraded_state {
            None if diagnostics.has_errors() => Value::Null,
            state => convert::decode(state, self.ty(type_name), "the upgraded object"),
        };
        assert_known("the upgraded object", &state);
        Answer { object: Object::of(state), diagnostics }
    }

    /// `ImportResourceState`, by the id of the object. Terraform reads
    /// the object next.
    ///
    /// # Panics
    /// If there is neither one object nor an error.
    pub async fn import(&self, type_name: &str, id: &str) -> Answer {
        self.import_as(type_name, id, None).await
    }

    /// The same by identity.
    ///
    /// # Panics
    /// As [`Session::import`], and if the resource has no identity.
    pub async fn import_by_identity<'a>(
        &self,
        type_name: &str,
        identity: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Answer {
        let Some(ty) = self.identity_type(type_name) else { panic!("{type_name} has no identity") };
        let identity = whole(&ty, identity);
        self.import_as(type_name, "", Some(&identity)).await
    }

    async fn import_as(&self, type_name: &str, id: &str, identity: Option<&Value>) -> Answer {
        let request = wire::import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: convert::CAPABILITIES,
            identity: self.encode_identity(type_name, identity),
        };
        let mut answer: wire::import_resource_state::Response =
            self.pipe.call("ImportResourceState", &request).await;
        let diagnostics = convert::diagnostics(answer.diagnostics);
        let Some(imported) = answer.imported_resources.pop() else {
            assert!(diagnostics.has_errors(), "nothing was imported, and there is no error");
            return Answer { object: Object::none(), diagnostics };
        };
        assert!(answer.imported_resources.is_empty(), "one import gave several objects");
        assert_eq!(imported.type_name, type_name, "another type was imported");
        let state = convert::decode(imported.state, self.ty(type_name), "the imported object");
        assert_known("the imported object", &state);
        let identity = self.decode_identity(type_name, imported.identity);
        Answer { object: Object { state, private: imported.private, identity }, diagnostics }
    }

    fn identity_type(&self, type_name: &str) -> Option<Type> {
        let schema = self.identities.identity_schemas.get(type_name)?;
        Some(Type::object(
            schema
                .identity_attributes
                .iter()
                .map(|it| (it.name.clone(), convert::parse(&it.r#type, &it.name))),
        ))
    }

    fn encode_identity(
        &self,
        type_name: &str,
        identity: Option<&Value>,
    ) -> Option<wire::ResourceIdentityData> {
        let (ty, identity) = self.identity_type(type_name).zip(identity)?;
        let identity_data = convert::encode(identity, &ty);
        Some(wire::ResourceIdentityData { identity_data })
    }

    fn decode_identity(
        &self,
        type_name: &str,
        identity: Option<wire::ResourceIdentityData>,
    ) -> Option<Value> {
        let data = identity?.identity_data;
        let Some(ty) = self.identity_type(type_name) else {
            panic!("{type_name} has an identity without a schema for it: Terraform would panic")
        };
        data.map(|data| convert::decode(Some(data), &ty, "the identity"))
    }

    fn assert_exists(&self, type_name: &str, path: &AttributePath) {
        let exists = self.ty(type_name).address(path).is_ok_and(|it| it == *path);
        assert!(
            exists,
            "{type_name} is to be replaced because of `{path}`, which is not an attribute"
        );
    }
}

fn assert_known(what: &str, state: &Value) {
    let unknown: Vec<String> = state.unknown_paths().iter().map(ToString::to_string).collect();
    assert!(unknown.is_empty(), "{what} is not known at {unknown:?}");
}

fn allow(what: &str, breaches: Vec<Breach>) {
    let faults: Vec<String> =
        breaches.into_iter().map(|it| format!("`{}`: {}", it.path, it.problem)).collect();
    assert!(faults.is_empty(), "Terraform would refuse {what}: {}", faults.join("; "));
}
