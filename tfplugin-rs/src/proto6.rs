//! The service `tfplugin6.Provider`: decode, delegate, encode.
//!
//! One file per family of calls, named like the one in `server/` that it delegates to;
//! `service` lists the calls. No decisions are made here but one, on the size of what is sent
//! (`size`). The core runs each operation in a task of its own, so a handler that is dropped
//! with its client cuts nothing in two. What goes wrong is a diagnostic in the answer, beside
//! the state that came in: a gRPC status would be shown as «Plugin error» and lose both.

mod apply;
mod configure;
mod data_source;
mod ephemeral;
mod from_proto;
mod function;
mod identity;
mod import;
mod moved;
mod plan;
mod read;
mod schema;
mod service;
mod size;
mod to_proto;
mod upgrade;
mod validate;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tonic::{Response, Status};
use tracing::Instrument as _;

pub(crate) use self::size::MESSAGE_LIMIT;
use crate::diag::Diagnostic;
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::Server;

type Answer<T> = Result<Response<T>, Status>;

/// A response that can report why its call was refused.
trait Refusable {
    fn refuse(&mut self, problem: wire::Diagnostic);
}

macro_rules! refusable {
    ($($call:ident),+ $(,)?) => {$(
        impl Refusable for wire::$call::Response {
            fn refuse(&mut self, problem: wire::Diagnostic) {
                self.diagnostics.push(problem);
            }
        }
    )+};
}

refusable! {
    apply_resource_change, close_ephemeral_resource, configure_provider, get_functions,
    get_provider_schema, get_resource_identity_schemas, import_resource_state,
    move_resource_state, open_ephemeral_resource, plan_resource_change, read_data_source,
    read_resource, renew_ephemeral_resource, upgrade_resource_identity, upgrade_resource_state,
    validate_data_resource_config, validate_ephemeral_resource_config, validate_provider_config,
    validate_resource_config,
}

/// Answers the calls of the protocol out of the core.
pub(crate) struct Adapter<P: Provider> {
    server: Server<P>,
    calls: AtomicU64,
}

impl<P: Provider> Adapter<P> {
    pub(crate) fn new(server: Server<P>) -> Self {
        Self { server, calls: AtomicU64::new(0) }
    }

    /// Answers one call, inside a tracing span that names it. A problem that left no answer
    /// is added to `refused`.
    async fn answer<T: Refusable>(
        &self,
        rpc: &'static str,
        type_name: &str,
        mut refused: T,
        call: impl Future<Output = Result<T, Diagnostic>>,
    ) -> Answer<T> {
        let id = self.calls.fetch_add(1, Ordering::Relaxed);
        let span =
            tracing::info_span!("call", tf_rpc = rpc, tf_req_id = id, tf_resource_type = type_name);
        async {
            let started = Instant::now();
            let answer = call.await.unwrap_or_else(|problem| {
                tracing::error!(summary = %problem.summary, path = %problem.path, "call refused");
                refused.refuse(to_proto::diagnostic(problem));
                refused
            });
            tracing::debug!(duration_us = started.elapsed().as_micros(), "call answered");
            Ok(Response::new(answer))
        }
        .instrument(span)
        .await
    }
}
