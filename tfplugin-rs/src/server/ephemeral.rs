//! Ephemeral resources: validated, opened, renewed, closed.
//!
//! Terraform closes what it got, and nothing else. So whatever was opened and does not
//! reach it is closed here.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tracing::Instrument as _;

use super::panic::{catch, catch_async};
use super::validate::{add, check_config};
use super::{ConfigRequest, Inner, Server, address, answer};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ephemeral::Lease;
use crate::provider::{Context, Provider, Stop};
use crate::schema::Schema;
use crate::value::Value;

/// Terraform renews as soon as the time has come, without any pause of its own: a time that
/// is past already would have it renew without end.
const SOONEST_RENEWAL: Duration = Duration::from_secs(1);

/// Answer to `OpenEphemeralResource`.
pub struct OpenAnswer {
    /// What is open now; `None` with an error: then nothing is.
    pub opened: Option<Opened>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

/// Something that is open until it is closed.
pub struct Opened {
    /// The attributes.
    pub result: Value,
    /// For renew and close.
    pub lease: Lease,
}

/// `RenewEphemeralResource`, `CloseEphemeralResource`
pub struct LeaseRequest {
    /// The ephemeral resource.
    pub type_name: String,
    /// The provider's own bytes from the open; on renewal, from the last renewal.
    pub private: Vec<u8>,
}

/// Answer to a renewal.
pub struct RenewAnswer {
    /// What is open now; as before with an error.
    pub lease: Lease,
    /// Messages.
    pub diagnostics: Diagnostics,
}

impl<P: Provider> Server<P> {
    /// The names of all ephemeral resources, sorted.
    pub fn ephemeral_resource_types(&self) -> impl Iterator<Item = &'static str> {
        self.inner.registry.ephemeral_resource_types()
    }

    /// The schema of an ephemeral resource.
    ///
    /// # Errors
    /// An unknown name, or a schema as in [`Server::provider_schema`].
    pub fn ephemeral_resource_schema(&self, type_name: &str) -> Result<&Schema, Diagnostic> {
        self.inner.registry.ephemeral_resource(type_name).map(|(_, schema)| schema)
    }

    /// `ValidateEphemeralResourceConfig`
    pub async fn validate_ephemeral_resource(&self, request: ConfigRequest) -> Diagnostics {
        let inner = Arc::clone(&self.inner);
        self.run(async move { inner.validate_ephemeral_resource(request) })
            .await
            .unwrap_or_else(Diagnostics::from)
    }

    /// `OpenEphemeralResource`. If this future is dropped, what it opens is closed again.
    pub async fn open(&self, request: ConfigRequest) -> OpenAnswer {
        let inner = Arc::clone(&self.inner);
        let (tx, rx) = oneshot::channel();
        let work = async move {
            let type_name = request.type_name.clone();
            let answer = inner.open(request).await;
            // Whether it is sent to nobody or never taken, dropping it closes what is open.
            let _unsent = tx.send(Delivery { inner, type_name, answer: Some(answer) });
        };
        self.inner.tracker.spawn(work.in_current_span());
        rx.await.ok().and_then(Delivery::taken).unwrap_or_else(|| {
            let fault = Diagnostic::error(
                "Operation was cut off",
                "The provider ended before the operation did. Run Terraform again.",
            );
            OpenAnswer::failed(fault.into())
        })
    }

    /// `RenewEphemeralResource`
    pub async fn renew(&self, request: LeaseRequest) -> RenewAnswer {
        let inner = Arc::clone(&self.inner);
        let kept = Lease { private: request.private.clone(), renew_at: None };
        let result = self.run(async move { inner.renew(request).await }).await;
        result.unwrap_or_else(|fault| RenewAnswer { lease: kept, diagnostics: fault.into() })
    }

    /// `CloseEphemeralResource`
    pub async fn close(&self, request: LeaseRequest) -> Diagnostics {
        let inner = Arc::clone(&self.inner);
        self.run(async move { inner.close(&request.type_name, &request.private).await })
            .await
            .unwrap_or_else(Diagnostics::from)
    }
}

impl<P: Provider> Inner<P> {
    fn validate_ephemeral_resource(&self, request: ConfigRequest) -> Diagnostics {
        let ConfigRequest { type_name, config } = request;
        let (resource, schema) = match self.registry.ephemeral_resource(&type_name) {
            Ok(found) => found,
            Err(fault) => return fault.into(),
        };
        let mut diags = Diagnostics::new();
        check_config(schema.body(), &config, &mut diags);
        let work = || {
            let mut diags = Diagnostics::new();
            resource.validate(config, &mut diags);
            diags
        };
        match catch(&format!("the validation of the ephemeral resource {type_name}"), work) {
            Ok(found) => add(found, &mut diags),
            Err(fault) => diags.push(fault),
        }
        address(schema, diags)
    }

    async fn open(&self, request: ConfigRequest) -> OpenAnswer {
        let ConfigRequest { type_name, config } = request;
        let found = self.registry.ephemeral_resource(&type_name);
        let (resource, schema, client) = match (found, self.configured()) {
            (Ok((resource, schema)), Ok(client)) => (resource, schema, client),
            (Err(fault), _) | (_, Err(fault)) => return OpenAnswer::failed(fault.into()),
        };
        let config = match answer::known(schema, config) {
            Ok(config) => config,
            Err(fault) => return OpenAnswer::failed(address(schema, fault.into())),
        };
        let cx = Context::new(&*client, self.stop(), config.clone(), Vec::new());
        let work = resource.open(config.clone(), &cx);
        let what = format!("the opening of the ephemeral resource {type_name}");
        let opened = catch_async(&what, work).await.and_then(|opened| opened);
        let mut diagnostics = cx.into_report().diagnostics;
        let (value, lease) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                diagnostics.push(error);
                return OpenAnswer::failed(address(schema, diagnostics));
            }
        };
        match answer::settled(schema, &config, value) {
            Ok(result) if !diagnostics.has_errors() => {
                let opened = Some(Opened { result, lease: soon_enough(lease) });
                return OpenAnswer { opened, diagnostics: address(schema, diagnostics) };
            }
            Ok(_) => {}
            Err(faults) => diagnostics.extend(faults),
        }
        // With an error Terraform takes nothing for open, and would never close it.
        let mut diagnostics = address(schema, diagnostics);
        diagnostics.extend(self.close(&type_name, &lease.private).await);
        OpenAnswer::failed(diagnostics)
    }

    async fn renew(&self, request: LeaseRequest) -> RenewAnswer {
        let LeaseRequest { type_name, private } = request;
        let kept = |private, diagnostics| {
            // Terraform drops the messages of a renewal, so the log must have them.
            log_errors(&diagnostics);
            RenewAnswer { lease: Lease { private, renew_at: None }, diagnostics }
        };
        let found = self.registry.ephemeral_resource(&type_name);
        let (resource, client) = match (found, self.configured()) {
            (Ok((resource, _)), Ok(client)) => (resource, client),
            (Err(fault), _) | (_, Err(fault)) => return kept(private, fault.into()),
        };
        let cx = Context::new(&*client, self.stop(), Value::Null, Vec::new());
        let what = format!("the renewal of the ephemeral resource {type_name}");
        let renewed = catch_async(&what, resource.renew(&private, &cx)).await;
        let mut diagnostics = cx.into_report().diagnostics;
        match renewed.and_then(|renewed| renewed) {
            Ok(lease) => RenewAnswer { lease: soon_enough(lease), diagnostics },
            Err(error) => {
                diagnostics.push(error);
                kept(private, diagnostics)
            }
        }
    }

    async fn close(&self, type_name: &str, private: &[u8]) -> Diagnostics {
        let found = self.registry.ephemeral_resource(type_name);
        let (resource, client) = match (found, self.configured()) {
            (Ok((resource, _)), Ok(client)) => (resource, client),
            (Err(fault), _) | (_, Err(fault)) => return fault.into(),
        };
        // After Ctrl-C too, closing is what is left to do: it gets a signal of its own.
        let cx = Context::new(&*client, Stop::default(), Value::Null, Vec::new());
        let what = format!("the closing of the ephemeral resource {type_name}");
        let closed = catch_async(&what, resource.close(private, &cx)).await;
        let mut diagnostics = cx.into_report().diagnostics;
        if let Err(error) = closed.and_then(|closed| closed) {
            diagnostics.push(error);
        }
        diagnostics
    }
}

/// An answer on its way to the client. Nobody else could close what it opened: dropped
/// before it is taken, it does that itself.
struct Delivery<P: Provider> {
    inner: Arc<Inner<P>>,
    type_name: String,
    answer: Option<OpenAnswer>,
}

impl<P: Provider> Delivery<P> {
    fn taken(mut self) -> Option<OpenAnswer> {
        self.answer.take()
    }
}

impl<P: Provider> Drop for Delivery<P> {
    fn drop(&mut self) {
        let Some(OpenAnswer { opened: Some(opened), .. }) = self.answer.take() else { return };
        // Without a runtime the process is at its end, and nothing can be called any more.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (inner, type_name) = (Arc::clone(&self.inner), std::mem::take(&mut self.type_name));
        let work = async move {
            tracing::warn!(type_name, "the client is gone: closing what it asked for");
            let diagnostics = inner.close(&type_name, &opened.lease.private).await;
            log_errors(&diagnostics);
        };
        self.inner.tracker.spawn_on(work.in_current_span(), &runtime);
    }
}

impl OpenAnswer {
    const fn failed(diagnostics: Diagnostics) -> Self {
        Self { opened: None, diagnostics }
    }
}

fn soon_enough(lease: Lease) -> Lease {
    let soonest = SystemTime::now() + SOONEST_RENEWAL;
    Lease { renew_at: lease.renew_at.map(|at| at.max(soonest)), ..lease }
}

fn log_errors(diagnostics: &Diagnostics) {
    for problem in diagnostics.iter().filter(|it| it.is_error()) {
        tracing::error!(summary = problem.summary, detail = problem.detail, "ephemeral resource");
    }
}
