//! A provider in service: its schemas, its configuration, its end.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

use super::pipe::{CallError, Pipe};
use super::wire as convert;
use crate::diag::Diagnostics;
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::schema::Body;
use crate::serve::in_process;
use crate::server::{Server, blocks};
use crate::ty::Type;
use crate::value::Value;

/// Version of Terraform that a session presents.
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
    pub(super) identities: wire::get_resource_identity_schemas::Response,
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
        assert!(former.is_some(), "`{name}` is not an attribute");
    }
    match Value::Object(object).conform(ty) {
        Ok(object) => object,
        Err(err) => panic!("the test's value does not fit the schema: {err}"),
    }
}
