//! Provider configuration: makes the client.

use std::sync::{Arc, PoisonError};

use super::operate::Subject;
use super::panic::catch_async;
use super::{Inner, Server};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Model as _;
use crate::provider::{Provider, Stop};
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// `ConfigureProvider`: makes the client that later operations work with.
    pub async fn configure(&self, config: Value) -> Diagnostics {
        self.operate(Subject::Provider, Diagnostics::new(), |inner| async move {
            inner.configure(config).await
        })
        .await
    }
}

impl<P: Provider> Inner<P> {
    /// Unknown values go to the author as they are: not known yet is no error here.
    async fn configure(&self, config: Value) -> Result<Diagnostics, Diagnostics> {
        self.registry.provider_schema()?;
        let config = P::Config::from_object(config).map_err(Diagnostic::from)?;
        self.rearm();
        let mut diags = Diagnostics::new();
        let work = self.registry.provider().configure(config, &mut diags);
        match catch_async("the provider's configuration", work).await {
            Ok(Some(client)) if !diags.has_errors() => self.set_client(Some(Arc::new(client))),
            Ok(Some(_)) => self.set_client(None),
            Ok(None) => {
                self.set_client(None);
                if !diags.has_errors() {
                    diags.push(Diagnostic::error(
                        "Provider configuration failed",
                        "The provider could not be configured and gave no reason. Please \
                         report this to its developers.",
                    ));
                }
            }
            Err(fault) => {
                self.set_client(None);
                diags.push(fault);
            }
        }
        Ok(diags)
    }

    fn set_client(&self, client: Option<Arc<P::Client>>) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    /// A process that outlives a run (reattached, for debugging) starts the next one with
    /// a stop signal that was not given.
    fn rearm(&self) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if stop.is_requested() {
            *stop = Stop::default();
        }
    }
}
