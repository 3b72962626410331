//! Turns what a practitioner calls an object into a first state.

use super::panic::catch_async;
use super::{ImportAnswer, ImportRequest, Inner, state};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::{Context, Provider};
use crate::resource::Answer;
use crate::value::Value;

impl<P: Provider> Inner<P> {
    pub(super) async fn import(&self, request: ImportRequest) -> ImportAnswer {
        let ImportRequest { type_name, id } = request;
        let found = self.registry.resource(&type_name);
        let (resource, schema, client) = match (found, self.configured()) {
            (Ok((resource, schema)), Ok(client)) => (resource, schema, client),
            (Err(fault), _) | (_, Err(fault)) => return ImportAnswer::failed(fault.into()),
        };
        let cx = Context::new(&*client, self.stop(), Value::Null, Vec::new());
        let work = resource.import(&id, &cx);
        let answer = catch_async(&format!("the import of {type_name}"), work).await;
        let report = cx.into_report();
        let mut diagnostics = report.diagnostics;
        let settled = answer.and_then(|answer| match answer {
            // What import leaves open is for the read that follows to find out.
            Answer::Present(value) => state::shape(schema, value.unknown_as_null()),
            Answer::Gone => Err(not_found(&type_name)),
            Answer::Failed { error, .. } => Err(error),
        });
        match settled {
            Ok(state) => {
                ImportAnswer { state: Some(state), private: report.private.encode(), diagnostics }
            }
            Err(error) => {
                diagnostics.push(error);
                ImportAnswer::failed(diagnostics)
            }
        }
    }
}

impl ImportAnswer {
    const fn failed(diagnostics: Diagnostics) -> Self {
        Self { state: None, private: Vec::new(), diagnostics }
    }
}

fn not_found(type_name: &str) -> Diagnostic {
    let detail = format!("There is no {type_name} of that name. Check the import id.");
    Diagnostic::error("Object to import does not exist", detail)
}
