//! Ephemeral resources: validated, opened, renewed, closed.
//!
//! Terraform closes what it got, and nothing else. So whatever was opened and does not
//! reach it is closed here.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tracing::Instrument as _;

use super::operate::{Subject, answers, cut_off, observe};
use super::validate::{check_by_author, check_config};
use super::{ConfigRequest, Inner, Server, answer};
use crate::diag::Diagnostics;
use crate::ephemeral::Lease;
use crate::provider::{Context, Provider, Report, Stop};
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
    /// The attributes that Terraform passes on.
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

answers!(OpenAnswer, RenewAnswer);

impl<P: Provider> Server<P> {
    /// `ValidateEphemeralResourceConfig`
    pub async fn validate_ephemeral_resource(&self, request: ConfigRequest) -> Diagnostics {
        let subject = Subject::EphemeralResource(request.type_name.clone());
        self.operate(subject, Diagnostics::new(), |inner| async move {
            inner.validate_ephemeral_resource(request)
        })
        .await
    }

    /// `OpenEphemeralResource`. If this future is dropped, what it opens is closed again.
    pub async fn open(&self, request: ConfigRequest) -> OpenAnswer {
        let inner = Arc::clone(&self.inner);
        let subject = Subject::EphemeralResource(request.type_name.clone());
        let (tx, rx) = oneshot::channel();
        let work = async move {
            let type_name = request.type_name.clone();
            let answer = inner.open(request).await.unwrap_or_else(OpenAnswer::failed);
            // Sent without a receiver, or never taken: dropping it closes what is open.
            let _unsent = tx.send(Delivery { inner, type_name, answer: Some(answer) });
        };
        self.inner.tracker.spawn(work.in_current_span());
        let taken = rx.await.ok().and_then(Delivery::taken);
        let mut answer = taken.unwrap_or_else(|| OpenAnswer::failed(cut_off().into()));
        self.inner.address(&subject, &mut answer.diagnostics);
        answer
    }

    /// `RenewEphemeralResource`
    pub async fn renew(&self, request: LeaseRequest) -> RenewAnswer {
        let subject = Subject::EphemeralResource(request.type_name.clone());
        let lease = Lease { private: request.private.clone(), renew_at: None };
        let refused = RenewAnswer { lease, diagnostics: Diagnostics::new() };
        self.operate(subject, refused, |inner| async move {
            // Terraform drops the messages of a renewal, so the log must have them.
            inner.renew(request).await.inspect_err(log_errors)
        })
        .await
    }

    /// `CloseEphemeralResource`
    pub async fn close(&self, request: LeaseRequest) -> Diagnostics {
        let subject = Subject::EphemeralResource(request.type_name.clone());
        self.operate(subject, Diagnostics::new(), |inner| async move {
            inner.close(&request.type_name, &request.private).await
        })
        .await
    }
}

impl<P: Provider> Inner<P> {
    fn validate_ephemeral_resource(
        &self,
        request: ConfigRequest,
    ) -> Result<Diagnostics, Diagnostics> {
        let ConfigRequest { type_name, config } = request;
        let (resource, schema) = self.registry.ephemeral_resource(&type_name)?;
        let mut diags = check_config(schema.body(), &config);
        check_by_author(&format!("the ephemeral resource {type_name}"), &mut diags, |diags| {
            resource.validate(config, diags);
        });
        Ok(diags)
    }

    async fn open(&self, request: ConfigRequest) -> Result<OpenAnswer, Diagnostics> {
        let ConfigRequest { type_name, config } = request;
        let (resource, schema) = self.registry.ephemeral_resource(&type_name)?;
        let client = self.configured()?;
        let config = answer::known(schema, config)?;
        let cx = Context::new(&*client, self.stop(), config.clone(), Vec::new());
        let work = resource.open(config.clone(), &cx);
        let what = format!("the opening of the ephemeral resource {type_name}");
        let (opened, report) = observe(&what, &cx, work).await;
        let (value, lease) = match opened {
            Ok(opened) => opened,
            Err(error) => return Err(report.failed(error)),
        };
        let mut diagnostics = report.diagnostics;
        match answer::settled(schema, &config, value) {
            Ok(result) if !diagnostics.has_errors() => {
                let opened = Some(Opened { result, lease: soon_enough(lease) });
                return Ok(OpenAnswer { opened, diagnostics });
            }
            Ok(_) => {}
            Err(faults) => diagnostics.extend(faults),
        }
        // After an error Terraform regards nothing as open, and would never close it.
        let closed = self.close(&type_name, &lease.private).await;
        diagnostics.extend(closed.unwrap_or_else(|faults| faults));
        Err(diagnostics)
    }

    async fn renew(&self, request: LeaseRequest) -> Result<RenewAnswer, Diagnostics> {
        let LeaseRequest { type_name, private } = request;
        let (resource, _) = self.registry.ephemeral_resource(&type_name)?;
        let client = self.configured()?;
        let cx = Context::new(&*client, self.stop(), Value::Null, Vec::new());
        let what = format!("the renewal of the ephemeral resource {type_name}");
        match observe(&what, &cx, resource.renew(&private, &cx)).await {
            (Ok(lease), Report { diagnostics, .. }) => {
                Ok(RenewAnswer { lease: soon_enough(lease), diagnostics })
            }
            (Err(error), report) => Err(report.failed(error)),
        }
    }

    async fn close(&self, type_name: &str, private: &[u8]) -> Result<Diagnostics, Diagnostics> {
        let (resource, _) = self.registry.ephemeral_resource(type_name)?;
        let client = self.configured()?;
        // After Ctrl-C too, closing is what is left to do: it gets a signal of its own.
        let cx = Context::new(&*client, Stop::default(), Value::Null, Vec::new());
        let what = format!("the closing of the ephemeral resource {type_name}");
        match observe(&what, &cx, resource.close(private, &cx)).await {
            (Ok(()), report) => Ok(report.diagnostics),
            (Err(error), report) => Err(report.failed(error)),
        }
    }
}

/// An answer on its way to the client. Dropped before it is taken, it closes what it opened:
/// Terraform never will.
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
            tracing::warn!(
                type_name,
                "the client has disconnected; closing the ephemeral resource that it opened"
            );
            let closed = inner.close(&type_name, &opened.lease.private).await;
            log_errors(&closed.unwrap_or_else(|faults| faults));
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
