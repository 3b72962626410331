//! Provider configuration: checks it, and makes the client.

use std::sync::{Arc, PoisonError};

use super::Inner;
use super::panic::{catch, catch_async};
use super::validate::{add, check_config};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::provider::{Provider, Stop};
use crate::value::Value;

impl<P: Provider> Inner<P> {
    pub(super) fn validate_provider(&self, config: Value) -> Diagnostics {
        let schema = match self.registry.provider_schema() {
            Ok(schema) => schema,
            Err(fault) => return fault.into(),
        };
        let mut diags = Diagnostics::new();
        check_config(schema.body(), &config, &mut diags);
        match P::Config::from_object(config) {
            Ok(config) => {
                let work = || {
                    let mut diags = Diagnostics::new();
                    self.registry.provider().validate(&config, &mut diags);
                    diags
                };
                match catch("the validation of the provider block", work) {
                    Ok(found) => diags.extend(found),
                    Err(fault) => diags.push(fault),
                }
            }
            Err(err) => add(Diagnostic::from(err).into(), &mut diags),
        }
        diags
    }

    /// Unknown values go to the author as they are: not known yet is no error here.
    pub(super) async fn configure(&self, config: Value) -> Diagnostics {
        if let Err(fault) = self.registry.provider_schema() {
            return fault.into();
        }
        let config = match P::Config::from_object(config) {
            Ok(config) => config,
            Err(err) => return Diagnostic::from(err).into(),
        };
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
        diags
    }

    fn set_client(&self, client: Option<Arc<P::Client>>) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    /// A process that outlives a run (reattached, for debugging) starts the next one with
    /// a signal that nobody has given yet.
    fn rearm(&self) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if stop.is_requested() {
            *stop = Stop::default();
        }
    }
}
