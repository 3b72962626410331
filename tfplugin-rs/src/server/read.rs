//! Refreshes one resource.

use super::panic::catch_async;
use super::{Inner, ReadAnswer, ReadRequest, equality, state};
use crate::provider::{Context, Provider};
use crate::resource::Answer;
use crate::value::Value;

impl<P: Provider> Inner<P> {
    pub(super) async fn read(&self, request: ReadRequest) -> ReadAnswer {
        let ReadRequest { type_name, state: stored, identity: known, private } = request;
        let found = self.registry.resource(&type_name);
        let (resource, schema, client) = match (found, self.configured()) {
            (Ok((resource, schema)), Ok(client)) => (resource, schema, client),
            (Err(fault), _) | (_, Err(fault)) => {
                let diagnostics = fault.into();
                return ReadAnswer { state: stored, identity: known, private, diagnostics };
            }
        };
        let cx = Context::new(&*client, self.stop(), Value::Null, private.clone());
        let work = resource.read(stored.clone(), &cx);
        let answer = catch_async(&format!("the read of {type_name}"), work).await;
        let report = cx.into_report();
        let mut diagnostics = report.diagnostics;
        let settled = answer.and_then(|answer| match answer {
            Answer::Present(value) => {
                let mut state = state::settle(schema, value, "The stored object stays as it was.")?;
                equality::keep_spelling(schema.body(), &stored, &mut state);
                let identity = match self.identifier(&type_name)? {
                    Some(identifier) => {
                        Some(identifier.existing(&state, known.as_ref(), &client)?)
                    }
                    None => None,
                };
                Ok((state, identity))
            }
            Answer::Gone => Ok((Value::Null, None)),
            Answer::Failed { error, .. } => Err(error),
        });
        match settled {
            Ok((state, identity)) => {
                ReadAnswer { state, identity, private: report.private.encode(), diagnostics }
            }
            Err(error) => {
                diagnostics.push(error);
                ReadAnswer { state: stored, identity: known, private, diagnostics }
            }
        }
    }
}
