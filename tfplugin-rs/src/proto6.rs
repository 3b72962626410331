//! The service `tfplugin6.Provider`: decode, delegate, encode.
//!
//! No decisions are made here but one, on the size of what is sent (`size`); the calls
//! themselves are in `service`. The core runs each operation in a task of its own, so a
//! handler that is dropped with its client cuts nothing in two. What goes wrong is a
//! diagnostic in the answer, beside the state that came in: a gRPC status would be shown as
//! «Plugin error» and lose both.

mod data_source;
mod ephemeral;
mod from_proto;
mod function;
mod identity;
mod moved;
mod service;
mod size;
mod to_proto;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tonic::{Response, Status};
use tracing::Instrument as _;

pub(crate) use self::size::MESSAGE_LIMIT;
use self::size::Sizes;
use crate::diag::{Diagnostic, Diagnostics};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::{
    ApplyRequest, ImportRequest, ImportTarget, PlanRequest, ReadRequest, Server, UpgradeRequest,
    ValidateRequest,
};
use crate::value::Value;

/// What this provider can do beyond the basics. Clients may skip the schema
/// call, because the core builds schemas when it first needs them.
const CAPABILITIES: wire::ServerCapabilities = wire::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: false,
};

type Answer<T> = Result<Response<T>, Status>;

/// Answers the calls of the protocol out of the core.
pub(crate) struct Adapter<P: Provider> {
    server: Server<P>,
    calls: AtomicU64,
}

impl<P: Provider> Adapter<P> {
    pub(crate) fn new(server: Server<P>) -> Self {
        Self { server, calls: AtomicU64::new(0) }
    }

    /// Answers one call, inside a span that names it. A problem that left no
    /// answer becomes one by way of `refuse`.
    async fn answer<T>(
        &self,
        rpc: &'static str,
        type_name: &str,
        call: impl Future<Output = Result<T, Diagnostic>>,
        refuse: impl FnOnce(Vec<wire::Diagnostic>) -> T,
    ) -> Answer<T> {
        let id = self.calls.fetch_add(1, Ordering::Relaxed);
        let span =
            tracing::info_span!("call", tf_rpc = rpc, tf_req_id = id, tf_resource_type = type_name);
        async {
            let started = Instant::now();
            let answer = call.await.unwrap_or_else(|problem| {
                tracing::error!(summary = %problem.summary, path = %problem.path, "call refused");
                refuse(vec![to_proto::diagnostic(problem)])
            });
            tracing::debug!(duration_us = started.elapsed().as_micros(), "call answered");
            Ok(Response::new(answer))
        }
        .instrument(span)
        .await
    }

    fn schemas(&self) -> wire::get_provider_schema::Response {
        let mut diagnostics = Diagnostics::new();
        let provider = match self.server.provider_schema() {
            Ok(schema) => to_proto::schema(schema),
            Err(problem) => {
                diagnostics.push(problem);
                wire::Schema::default()
            }
        };
        let mut response = wire::get_provider_schema::Response {
            provider: Some(provider),
            server_capabilities: Some(CAPABILITIES),
            ..Default::default()
        };
        for name in self.server.resource_types() {
            match self.server.resource_schema(name) {
                Ok(schema) => {
                    response.resource_schemas.insert(name.to_owned(), to_proto::schema(schema));
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
        for name in self.server.data_source_types() {
            match self.server.data_source_schema(name) {
                Ok(schema) => {
                    response.data_source_schemas.insert(name.to_owned(), to_proto::schema(schema));
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
        for name in self.server.ephemeral_resource_types() {
            match self.server.ephemeral_resource_schema(name) {
                Ok(schema) => {
                    let schema = to_proto::schema(schema);
                    response.ephemeral_resource_schemas.insert(name.to_owned(), schema);
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
        let functions = self.functions();
        response.functions = functions.functions;
        response.diagnostics = to_proto::diagnostics(diagnostics);
        response.diagnostics.extend(functions.diagnostics);
        response
    }

    async fn validate_provider(
        &self,
        config: Option<wire::DynamicValue>,
    ) -> Result<Diagnostics, Diagnostic> {
        let ty = self.server.provider_schema()?.ty();
        let config = from_proto::value(config, ty, "provider configuration")?;
        Ok(self.server.validate_provider(config).await)
    }

    async fn configure(
        &self,
        config: Option<wire::DynamicValue>,
    ) -> Result<Diagnostics, Diagnostic> {
        let ty = self.server.provider_schema()?.ty();
        let config = from_proto::value(config, ty, "provider configuration")?;
        Ok(self.server.configure(config).await)
    }

    async fn validate(
        &self,
        request: wire::validate_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostic> {
        let ty = self.server.resource_schema(&request.type_name)?.ty();
        let request = ValidateRequest {
            config: from_proto::value(request.config, ty, "configuration")?,
            write_only_allowed: request
                .client_capabilities
                .is_some_and(|client| client.write_only_attributes_allowed),
            type_name: request.type_name,
        };
        Ok(self.server.validate_resource(request).await)
    }

    async fn upgrade(
        &self,
        request: wire::upgrade_resource_state::Request,
    ) -> Result<wire::upgrade_resource_state::Response, Diagnostic> {
        let ty = self.server.resource_schema(&request.type_name)?.ty();
        let state = from_proto::raw_state(request.raw_state)?;
        let request =
            UpgradeRequest { type_name: request.type_name, version: request.version, state };
        let answer = self.server.upgrade(request).await;
        Ok(wire::upgrade_resource_state::Response {
            upgraded_state: Some(to_proto::value(&answer.state, ty)?),
            diagnostics: to_proto::diagnostics(answer.diagnostics),
        })
    }

    async fn read(
        &self,
        request: wire::read_resource::Request,
    ) -> Result<wire::read_resource::Response, Diagnostic> {
        let ty = self.server.resource_schema(&request.type_name)?.ty();
        let identity = self.server.identity_schema(&request.type_name)?;
        let request = ReadRequest {
            identity: from_proto::identity(request.current_identity, identity)?,
            state: from_proto::value(request.current_state, ty, "stored object")?,
            private: from_proto::private(&request.private),
            type_name: request.type_name,
        };
        let answer = self.server.read(request).await;
        Ok(wire::read_resource::Response {
            new_state: Some(to_proto::value(&answer.state, ty)?),
            new_identity: to_proto::identity(answer.identity, identity)?,
            private: answer.private.into(),
            diagnostics: to_proto::diagnostics(answer.diagnostics),
            deferred: None,
        })
    }

    async fn plan(
        &self,
        request: wire::plan_resource_change::Request,
    ) -> Result<wire::plan_resource_change::Response, Diagnostic> {
        let ty = self.server.resource_schema(&request.type_name)?.ty();
        let identity = self.server.identity_schema(&request.type_name)?;
        let sizes = Sizes::of(request.prior_state.as_ref(), request.config.as_ref());
        let request = PlanRequest {
            identity: from_proto::identity(request.prior_identity, identity)?,
            prior: from_proto::value(request.prior_state, ty, "stored object")?,
            proposed: from_proto::value(request.proposed_new_state, ty, "proposed object")?,
            config: from_proto::value(request.config, ty, "configuration")?,
            private: from_proto::private(&request.prior_private),
            type_name: request.type_name,
        };
        let answer = self.server.plan(request).await;
        let planned = to_proto::value(&answer.planned, ty)?;
        let private = answer.private.into();
        sizes.check_planned(&planned.msgpack, &private)?;
        Ok(wire::plan_resource_change::Response {
            planned_state: Some(planned),
            requires_replace: answer.requires_replace.iter().map(to_proto::path).collect(),
            planned_identity: to_proto::identity(answer.identity, identity)?,
            planned_private: private,
            diagnostics: to_proto::diagnostics(answer.diagnostics),
            deferred: None,
        })
    }

    async fn apply(
        &self,
        request: wire::apply_resource_change::Request,
    ) -> Result<wire::apply_resource_change::Response, Diagnostic> {
        let ty = self.server.resource_schema(&request.type_name)?.ty();
        let identity = self.server.identity_schema(&request.type_name)?;
        let sizes = Sizes::of(request.prior_state.as_ref(), request.config.as_ref());
        let request = ApplyRequest {
            identity: from_proto::identity(request.planned_identity, identity)?,
            prior: from_proto::value(request.prior_state, ty, "stored object")?,
            planned: from_proto::value(request.planned_state, ty, "planned object")?,
            config: from_proto::value(request.config, ty, "configuration")?,
            private: from_proto::private(&request.planned_private),
            type_name: request.type_name,
        };
        let answer = self.server.apply(request).await;
        let state = to_proto::value(&answer.state, ty)?;
        let private = answer.private.into();
        let mut diagnostics = answer.diagnostics;
        diagnostics.extend(sizes.check_made(&state.msgpack, &private));
        Ok(wire::apply_resource_change::Response {
            new_state: Some(state),
            new_identity: to_proto::identity(answer.identity, identity)?,
            private,
            diagnostics: to_proto::diagnostics(diagnostics),
        })
    }

    async fn import(
        &self,
        request: wire::import_resource_state::Request,
    ) -> Result<wire::import_resource_state::Response, Diagnostic> {
        let ty = self.server.resource_schema(&request.type_name)?.ty();
        let identity = self.server.identity_schema(&request.type_name)?;
        let target = match request.identity {
            None => ImportTarget::Id(request.id),
            // Asked for by identity where there is none: the core says what to do instead.
            Some(_) if identity.is_none() => ImportTarget::Identity(Value::Null),
            asked => match from_proto::identity(asked, identity)? {
                Some(asked) => ImportTarget::Identity(asked),
                None => ImportTarget::Id(request.id),
            },
        };
        let type_name = request.type_name.clone();
        let answer = self.server.import(ImportRequest { type_name, target }).await;
        let imported = match answer.state {
            None => None,
            Some(state) => Some(wire::import_resource_state::ImportedResource {
                type_name: request.type_name,
                state: Some(to_proto::value(&state, ty)?),
                private: answer.private.into(),
                identity: to_proto::identity(answer.identity, identity)?,
            }),
        };
        Ok(wire::import_resource_state::Response {
            imported_resources: imported.into_iter().collect(),
            diagnostics: to_proto::diagnostics(answer.diagnostics),
            deferred: None,
        })
    }
}
