//! The steps that all calls share: a task of its own, faults beside the state that came in,
//! and paths that Terraform can follow.

use std::sync::Arc;

use tracing::Instrument as _;

use super::panic::{self, catch_async};
use super::{Inner, Server};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::{Context, Operation, Provider, Report};
use crate::ty::Type;

/// What a call is about. The paths of its messages lead into an object of that.
pub(super) enum Subject {
    DataSource(String),
    EphemeralResource(String),
    Identity(String),
    Provider,
    Resource(String),
}

/// The answer to a call.
pub(super) trait Answer: Send + 'static {
    fn diagnostics(&mut self) -> &mut Diagnostics;
}

impl Answer for Diagnostics {
    fn diagnostics(&mut self) -> &mut Diagnostics {
        self
    }
}

/// Makes structs with a field `diagnostics` answers.
macro_rules! answers {
    ($($answer:ty),+) => {$(
        impl $crate::server::operate::Answer for $answer {
            fn diagnostics(&mut self) -> &mut $crate::diag::Diagnostics {
                &mut self.diagnostics
            }
        }
    )+};
}

pub(super) use answers;

impl<P: Provider> Server<P> {
    /// Carries out one call. `refused` is the answer if the operation ends without one of
    /// its own; the reason is added to it.
    pub(super) async fn operate<A, F>(
        &self,
        subject: Subject,
        mut refused: A,
        work: impl FnOnce(Arc<Inner<P>>) -> F,
    ) -> A
    where
        A: Answer,
        F: Future<Output = Result<A, Diagnostics>> + Send + 'static,
    {
        let work = work(Arc::clone(&self.inner));
        let mut answer = match self.run(work).await.unwrap_or_else(|fault| Err(fault.into())) {
            Ok(answer) => answer,
            Err(faults) => {
                refused.diagnostics().extend(faults);
                refused
            }
        };
        self.inner.address(&subject, answer.diagnostics());
        answer
    }

    /// Runs work in a task of its own: the transport drops a handler when its client
    /// disconnects, and a create must not be cut off between the API call and the id. The
    /// task stays in the caller's tracing span, so that its log lines carry the request.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Diagnostic> {
        self.inner.tracker.spawn(work.in_current_span()).await.map_err(|err| {
            match err.try_into_panic() {
                Ok(payload) => panic::diagnostic("the provider", &*payload),
                Err(_) => cut_off(),
            }
        })
    }
}

impl<P: Provider> Inner<P> {
    /// Shortens the paths of the messages to what Terraform can follow.
    pub(super) fn address(&self, subject: &Subject, diagnostics: &mut Diagnostics) {
        if let Ok(Some(ty)) = self.ty(subject) {
            diagnostics.address(ty);
        }
    }

    fn ty(&self, subject: &Subject) -> Result<Option<&Type>, Diagnostic> {
        let schema = match subject {
            Subject::DataSource(name) => self.registry.data_source(name)?.1,
            Subject::EphemeralResource(name) => self.registry.ephemeral_resource(name)?.1,
            Subject::Identity(name) => {
                return Ok(self.registry.identity(name)?.map(|(_, schema)| schema.ty()));
            }
            Subject::Provider => self.registry.provider_schema()?,
            Subject::Resource(name) => self.registry.resource(name)?.1,
        };
        Ok(Some(schema.ty()))
    }
}

/// Waits for an operation of an author, and takes what it has reported, also if it panicked.
/// `what` names the operation in the message about a panic.
pub(super) async fn observe<C, T, E: From<Diagnostic>>(
    what: &str,
    cx: &Context<'_, C>,
    work: Operation<'_, T, E>,
) -> (Result<T, E>, Report) {
    let ended = catch_async(what, work).await.unwrap_or_else(|fault| Err(fault.into()));
    (ended, cx.take_report())
}

/// The message about an operation that the end of the process cut off.
pub(super) fn cut_off() -> Diagnostic {
    Diagnostic::error(
        "Operation was cut off",
        "The provider ended before the operation did. Run Terraform again.",
    )
}
