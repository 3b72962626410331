//! A provider in service, and the steps that Terraform takes with it.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

use super::answer::{Answer, Object, Planned};
use super::pipe::{CallError, Pipe};
use super::{proposed, wire as convert};
use crate::diag::Diagnostics;
use crate::generated::tfplugin6 as wire;
use crate::path::AttributePath;
use crate::provider::Provider;
use crate::schema::Body;
use crate::serve::in_process;
use crate::server::checks::{self, Breach};
use crate::server::{Server, blocks};
use crate::ty::Type;
use crate::value::Value;

/// Version of Terraform that a session says it is.
const TERRAFORM_VERSION: &str = "1.15.5";

/// A provider in service, driven as Terraform drives it: through its real gRPC service,
/// over a pipe in memory.
///
/// Each answer passes the rules that Terraform holds it to. A breach panics with the
/// attribute and the rule, where Terraform would report a bug of the provider; problems
/// that a practitioner can cause are diagnostics in the answer.
pub struct Session<P: Provider> {
    server: Server<P>,
    /// Nothing if the provider is served by another process.
    service: Option<JoinHandle<()>>,
    pub(super) pipe: Pipe,
    pub(super) schemas: wire::get_provider_schema::Response,
    identities: wire::get_resource_identity_schemas::Response,
}

impl<P: Provider> Session<P> {
    /// Puts a provider in service and reads its schema. Not configured yet.
    ///
    /// # Panics
    /// If the schema comes with an error, which would disable the whole provider.
    pub async fn open(provider: P) -> Self {
        let server = Server::new(provider);
        let (ours, theirs) = Pipe::ends();
        let service = tokio::spawn(in_process::serve_stream(server.clone(), Box::new(theirs)));
        let pipe = Pipe::open(ours).await.expect("a pipe in memory does not fail");
        Self::read_schemas(server, Some(service), pipe).await
    }

    /// Drives a provider that another process serves, such as the program as it is shipped,
    /// over a connected stream to it. TLS, if any, is up to the stream. The `provider` here
    /// is never called: it lends its schema.
    ///
    /// # Errors
    /// The stream cannot be written to.
    ///
    /// # Panics
    /// As [`Session::open`], and if the other side is no provider.
    pub async fn open_over(
        provider: P,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> io::Result<Self> {
        let pipe = Pipe::open(stream).await?;
        Ok(Self::read_schemas(Server::new(provider), None, pipe).await)
    }

    async fn read_schemas(server: Server<P>, service: Option<JoinHandle<()>>, pipe: Pipe) -> Self {
        let request = wire::get_provider_schema::Request {};
        let schemas: wire::get_provider_schema::Response =
            pipe.call("GetProviderSchema", &request).await;
        let diagnostics = convert::diagnostics(schemas.diagnostics.clone());
        assert!(!diagnostics.has_errors(), "the schema is refused: {diagnostics:#?}");
        let request = wire::get_resource_identity_schemas::Request {};
        let identities = pipe.call("GetResourceIdentitySchemas", &request).await;
        Self { server, service, pipe, schemas, identities }
    }

    /// Validates the provider block and, if nothing is wrong with it, configures the
    /// provider. Attributes that are not given are null.
    pub async fn configure<'a>(
        &self,
        block: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Diagnostics {
        let schema = self.schemas.provider.as_ref().and_then(|it| it.block.as_ref());
        let ty = schema.map(convert::object_type).expect("a provider has a schema");
        let config = convert::encode(&whole(&ty, block), &ty);
        let request = wire::validate_provider_config::Request { config: config.clone() };
        let answer: wire::validate_provider_config::Response =
            self.pipe.call("ValidateProviderConfig", &request).await;
        let mut diagnostics = convert::diagnostics(answer.diagnostics);
        if diagnostics.has_errors() {
            return diagnostics;
        }
        let request = wire::configure_provider::Request {
            terraform_version: TERRAFORM_VERSION.to_owned(),
            config,
            client_capabilities: convert::CAPABILITIES,
        };
        let answer: wire::configure_provider::Response =
            self.pipe.call("ConfigureProvider", &request).await;
        diagnostics.extend(convert::diagnostics(answer.diagnostics));
        diagnostics
    }

    /// A configuration of a resource with the given attributes; the others are null, and
    /// blocks that are not given are absent.
    ///
    /// # Panics
    /// If an attribute is not in the schema, or a value does not fit it.
    pub fn config<'a>(
        &self,
        type_name: &str,
        attributes: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Value {
        blocks::filled(self.body(type_name), whole(self.ty(type_name), attributes))
    }

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
        assert!(answer.deferred.is_none(), "{type_name} is deferred, which nobody allowed");
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

    /// The plan that Terraform asks for again when it applies: with what has become known
    /// meanwhile in `config`.
    ///
    /// # Panics
    /// As [`Session::plan`], and if a value that was known in the first plan differs, or if
    /// only this plan asks for replacement: Terraform does not turn to that at apply.
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
        assert!(answer.deferred.is_none(), "{type_name} is deferred, which nobody allowed");
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

    /// `ImportResourceState`, by what the practitioner calls the object. Terraform reads
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
            assert!(diagnostics.has_errors(), "nothing was imported, and nothing said why");
            return Answer { object: Object::none(), diagnostics };
        };
        assert!(answer.imported_resources.is_empty(), "one import gave several objects");
        assert_eq!(imported.type_name, type_name, "another type was imported");
        let state = convert::decode(imported.state, self.ty(type_name), "the imported object");
        assert_known("the imported object", &state);
        let identity = self.decode_identity(type_name, imported.identity);
        Answer { object: Object { state, private: imported.private, identity }, diagnostics }
    }

    /// `StopProvider`: what Ctrl-C does. Service goes on.
    pub async fn stop(&self) {
        let answer: wire::stop_provider::Response =
            self.pipe.call("StopProvider", &wire::stop_provider::Request {}).await;
        assert_eq!(answer.error, "", "stopping may not fail");
    }

    /// Calls a method of `tfplugin6.Provider` with a message in bytes, for requests that no
    /// Terraform would send: fuzzers, recorded conversations.
    ///
    /// # Errors
    /// A message that is none of the protocol is answered with a status.
    pub async fn call_raw(&self, method: &str, message: Bytes) -> Result<Bytes, CallError> {
        self.pipe.call_raw(method, message).await
    }

    /// The type of a resource's objects.
    ///
    /// # Panics
    /// If there is no such resource type.
    pub fn ty(&self, type_name: &str) -> &Type {
        match self.server.resource_schema(type_name) {
            Ok(schema) => schema.ty(),
            Err(err) => panic!("{}", err.detail),
        }
    }

    /// Attributes and blocks of a resource.
    ///
    /// # Panics
    /// As [`Session::ty`].
    pub fn body(&self, type_name: &str) -> &Body {
        match self.server.resource_schema(type_name) {
            Ok(schema) => schema.body(),
            Err(err) => panic!("{}", err.detail),
        }
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
        assert!(exists, "{type_name} is to be replaced because of `{path}`, which is no attribute");
    }
}

impl<P: Provider> Drop for Session<P> {
    fn drop(&mut self) {
        if let Some(service) = &self.service {
            service.abort();
        }
    }
}

/// An object of the type with the given parts, the others null.
pub(super) fn whole<'a>(
    ty: &Type,
    attributes: impl IntoIterator<Item = (&'a str, Value)>,
) -> Value {
    let Type::Object(types) = ty else { panic!("a schema is an object") };
    let mut object: std::collections::BTreeMap<String, Value> =
        types.keys().map(|name| (name.clone(), Value::Null)).collect();
    for (name, value) in attributes {
        let former = object.insert(name.to_owned(), value);
        assert!(former.is_some(), "`{name}` is no attribute");
    }
    match Value::Object(object).conform(ty) {
        Ok(object) => object,
        Err(err) => panic!("the test's value does not fit the schema: {err}"),
    }
}

fn assert_known(what: &str, state: &Value) {
    let unknown: Vec<String> = state.unknown_paths().iter().map(ToString::to_string).collect();
    assert!(unknown.is_empty(), "{what} is not known at {unknown:?}");
}

fn allow(what: &str, breaches: Vec<Breach>) {
    let told: Vec<String> =
        breaches.into_iter().map(|it| format!("`{}`: {}", it.path, it.problem)).collect();
    assert!(told.is_empty(), "Terraform would refuse {what}: {}", told.join("; "));
}
