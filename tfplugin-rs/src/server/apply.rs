//! Create, update and delete; whatever happens, what exists is in the answer.

use super::panic::catch_async;
use super::{ApplyAnswer, ApplyRequest, Inner, checks, equality, state};
use crate::diag::Diagnostics;
use crate::provider::{Context, Provider};
use crate::resource::Answer;
use crate::schema::Schema;
use crate::value::Value;

impl<P: Provider> Inner<P> {
    pub(super) async fn apply(&self, request: ApplyRequest) -> ApplyAnswer {
        let ApplyRequest { type_name, prior, planned, config, identity, private } = request;
        let found = self.registry.resource(&type_name);
        let (resource, schema, client) = match (found, self.configured()) {
            (Ok((resource, schema)), Ok(client)) => (resource, schema, client),
            (Err(fault), _) | (_, Err(fault)) => {
                let identity = identity.filter(Value::is_wholly_known);
                return ApplyAnswer { state: prior, identity, private, diagnostics: fault.into() };
            }
        };
        let cx = Context::new(&*client, self.stop(), config, private);
        let (what, work) = match (&prior, &planned) {
            (_, Value::Null) => ("delete", resource.delete(prior.clone(), &cx)),
            (Value::Null, _) => ("create", resource.create(planned.clone(), &cx)),
            _ => ("update", resource.update(prior.clone(), planned.clone(), &cx)),
        };
        let answer = catch_async(&format!("the {what} of {type_name}"), work).await;
        let report = cx.into_report();
        let mut diagnostics = report.diagnostics;
        let state = match answer.unwrap_or_else(Answer::failed) {
            Answer::Gone => Value::Null,
            Answer::Present(value) => finished(schema, &planned, value, &prior, &mut diagnostics),
            Answer::Failed { state, error } => {
                diagnostics.push(error);
                match state.or(report.recorded) {
                    Some(value) => partial(schema, value, &prior, &mut diagnostics),
                    None => prior,
                }
            }
        };
        let identity = self.identity(&type_name, &state, identity, &client, &mut diagnostics);
        ApplyAnswer { state, identity, private: report.private.encode(), diagnostics }
    }

    /// The identity of what is there after an operation. Where it cannot be told, or must not
    /// be, the planned one stands if it is known.
    fn identity(
        &self,
        type_name: &str,
        state: &Value,
        planned: Option<Value>,
        client: &P::Client,
        diags: &mut Diagnostics,
    ) -> Option<Value> {
        if state.is_null() {
            return None;
        }
        let identifier = match self.identifier(type_name) {
            Ok(identifier) => identifier?,
            Err(fault) => {
                diags.push(fault);
                return None;
            }
        };
        match identifier.existing(state, planned.as_ref(), client) {
            Ok(identity) => Some(identity),
            Err(fault) => {
                // Of a half-made object, a message about its identity says nothing new.
                if !diags.has_errors() {
                    diags.push(fault);
                }
                planned.filter(Value::is_wholly_known)
            }
        }
    }
}

/// The object of an operation that went well, checked against its plan.
///
/// A breach is an error, and the object is stored all the same.
fn finished(
    schema: &Schema,
    planned: &Value,
    value: Value,
    prior: &Value,
    diags: &mut Diagnostics,
) -> Value {
    let state = match state::shape(schema, value) {
        Ok(state) => state,
        Err(fault) => {
            diags.push(fault);
            return unshaped(planned, prior);
        }
    };
    diags.extend(state::unknowns(&state, "Null is stored instead."));
    let mut state = state.unknown_as_null();
    equality::keep_spelling(schema.body(), planned, &mut state);
    // A message about an unknown value says it all.
    if !diags.has_errors() {
        let breaches = checks::check_result(schema.body(), planned, &state);
        diags.extend(breaches.into_iter().map(checks::Breach::in_result));
    }
    state
}

/// The object that a failed operation left. What it could not find out is null.
fn partial(schema: &Schema, value: Value, prior: &Value, diags: &mut Diagnostics) -> Value {
    match state::shape(schema, value.unknown_as_null()) {
        Ok(state) => state,
        Err(fault) => {
            diags.push(fault);
            prior.clone()
        }
    }
}

/// What to store for an object that exists, but whose description does not fit: after a
/// create the plan is all we know of it, and forgetting it would be worse.
fn unshaped(planned: &Value, prior: &Value) -> Value {
    if prior.is_null() { planned.clone().unknown_as_null() } else { prior.clone() }
}
