//! Turns what a practitioner calls an object into a first state.

use super::identity::Identifier;
use super::panic::catch_async;
use super::{ImportAnswer, ImportRequest, ImportTarget, Inner, state};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::{Context, Provider};
use crate::resource::Answer;
use crate::value::Value;

impl<P: Provider> Inner<P> {
    pub(super) async fn import(&self, request: ImportRequest) -> ImportAnswer {
        let ImportRequest { type_name, target } = request;
        let found = self.registry.resource(&type_name);
        let (resource, schema, client) = match (found, self.configured()) {
            (Ok((resource, schema)), Ok(client)) => (resource, schema, client),
            (Err(fault), _) | (_, Err(fault)) => return ImportAnswer::failed(fault.into()),
        };
        let identifier = match self.identifier(&type_name) {
            Ok(identifier) => identifier,
            Err(fault) => return ImportAnswer::failed(fault.into()),
        };
        let cx = Context::new(&*client, self.stop(), Value::Null, Vec::new());
        let (work, asked) = match (&target, &identifier) {
            (ImportTarget::Id(id), _) => (resource.import(id, &cx), None),
            (ImportTarget::Identity(_), None) => {
                return ImportAnswer::failed(no_identity(&type_name).into());
            }
            (ImportTarget::Identity(asked), Some(identifier)) => {
                if let Some(lacking) = identifier.lacking(asked) {
                    return ImportAnswer::failed(incomplete(&type_name, &lacking).into());
                }
                (identifier.erased().import(asked.clone(), &cx), Some(asked.clone()))
            }
        };
        let answer = catch_async(&format!("the import of {type_name}"), work).await;
        let report = cx.into_report();
        let mut diagnostics = report.diagnostics;
        let settled = answer.and_then(|answer| match answer {
            // What import leaves open is for the read that follows to find out.
            Answer::Present(value) => {
                let state = state::shape(schema, value.unknown_as_null())?;
                let found = |it: &Identifier<'_, _>| it.imported(asked, &state, &*client);
                let identity = identifier.as_ref().map(found).transpose()?.flatten();
                Ok((state, identity))
            }
            Answer::Gone => Err(not_found(&type_name)),
            Answer::Failed { error, .. } => Err(error),
        });
        match settled {
            Ok((state, identity)) => {
                let (state, private) = (Some(state), report.private.encode());
                ImportAnswer { state, identity, private, diagnostics }
            }
            Err(error) => {
                diagnostics.push(error);
                ImportAnswer::failed(diagnostics)
            }
        }
    }
}

impl ImportAnswer {
    pub(super) const fn failed(diagnostics: Diagnostics) -> Self {
        Self { state: None, identity: None, private: Vec::new(), diagnostics }
    }
}

fn incomplete(type_name: &str, lacking: &str) -> Diagnostic {
    let detail =
        format!("The identity of a {type_name} needs {lacking}. Set it in the import block.");
    Diagnostic::error("Identity is incomplete", detail)
}

fn no_identity(type_name: &str) -> Diagnostic {
    let detail = format!(
        "Objects of type {type_name} have no identity. Use `id` in the import block instead of \
         `identity`."
    );
    Diagnostic::error("Import by identity is not supported", detail)
}

fn not_found(type_name: &str) -> Diagnostic {
    let detail = format!("There is no {type_name} of that name. Check the import id.");
    Diagnostic::error("Object to import does not exist", detail)
}
