//! What an operation works with: the client, the stop signal, and where it reports.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Model, ModelError};
use crate::path::AttributePath;
use crate::private::{Private, PrivateError};
use crate::value::Value;

/// What one operation works with.
pub struct Context<'a, C> {
    client: &'a C,
    stop: Stop,
    config: Value,
    report: Mutex<Report>,
}

/// Terraform's request to stop, after Ctrl-C.
///
/// It shortens waiting and never drops knowledge: an operation that is to stop
/// still answers with what exists by then.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: CancellationToken,
}

/// An operation of an author under way.
pub(crate) type Operation<'a, T, E = Diagnostic> =
    Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// What an operation has reported so far; outlives a panic of it.
#[derive(Default)]
pub(crate) struct Report {
    /// Messages in order.
    pub(crate) diagnostics: Diagnostics,
    /// The provider's notes about the object.
    pub(crate) private: Private,
    /// What is known to exist, should the operation end without an answer.
    pub(crate) recorded: Option<Value>,
}

// === impl Context ===

impl<'a, C> Context<'a, C> {
    pub(crate) fn new(client: &'a C, stop: Stop, config: Value, private: Vec<u8>) -> Self {
        let private = Private::decode(private);
        let report = Mutex::new(Report { private, ..Report::default() });
        Self { client, stop, config, report }
    }

    /// The provider's client.
    pub const fn client(&self) -> &'a C {
        self.client
    }

    /// Terraform's request to stop. Watch it wherever you wait.
    pub const fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The configuration, the only place where write-only values are seen. There is one
    /// in create and update.
    ///
    /// # Errors
    /// In operations without a configuration.
    pub fn config<M: Model>(&self) -> Result<M, ModelError> {
        M::from_object(self.config.clone())
    }

    /// Adds a warning about the attribute at `path`; `AttributePath::root()` for the whole.
    pub fn warn(
        &self,
        path: impl Into<AttributePath>,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.push(Diagnostic::warning(summary, detail).at(path));
    }

    /// Adds an error about the attribute at `path`, beside the one an operation ends with.
    pub fn error(
        &self,
        path: impl Into<AttributePath>,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.push(Diagnostic::error(summary, detail).at(path));
    }

    /// Adds a message.
    pub fn push(&self, diagnostic: Diagnostic) {
        self.report().diagnostics.push(diagnostic);
    }

    /// Records what exists from now on, as soon as an API has returned its id.
    ///
    /// If the operation fails without naming a state, or panics, this is what is stored;
    /// unknown values become null.
    pub fn record<M: Model>(&self, state: M) {
        self.report().recorded = Some(state.into_object());
    }

    /// The provider's note about the object under `key`; `None` if there is none.
    ///
    /// # Errors
    /// As [`Private::get`].
    pub fn private<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, PrivateError> {
        self.report().private.get(key)
    }

    /// Notes something about the object under `key`. Not encrypted: no secrets.
    ///
    /// # Errors
    /// As [`Private::set`].
    pub fn set_private<T: Serialize + ?Sized>(
        &self,
        key: &str,
        note: &T,
    ) -> Result<(), PrivateError> {
        self.report().private.set(key, note)
    }

    /// Drops the note under `key`, if there is one.
    pub fn remove_private(&self, key: &str) {
        self.report().private.remove(key);
    }

    /// What was reported, once the operation has ended.
    pub(crate) fn take_report(&self) -> Report {
        std::mem::take(&mut *self.report())
    }

    /// Every change under this lock is whole or not there, so a poisoned one is as good as any.
    fn report(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> fmt::Debug for Context<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("stop", &self.stop).finish_non_exhaustive()
    }
}

// === impl Report ===

impl Report {
    /// The messages, with those about what the operation failed for at the end.
    pub(crate) fn failed(self, errors: impl Into<Diagnostics>) -> Diagnostics {
        let mut diagnostics = self.diagnostics;
        diagnostics.extend(errors.into());
        diagnostics
    }
}

// === impl Stop ===

impl Stop {
    /// Whether Terraform has requested a stop.
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Ends as soon as Terraform requests a stop; at once if it has already.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    pub(crate) fn request(&self) {
        self.token.cancel();
    }
}
