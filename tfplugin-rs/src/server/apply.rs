//! Create, update and delete; whatever happens, what exists is in the answer.

use super::operate::{Subject, answers, observe};
use super::{Inner, Server, checks, equality, state};
use crate::diag::Diagnostics;
use crate::provider::{Context, Provider};
use crate::resource::Failed;
use crate::schema::Schema;
use crate::value::Value;

/// `ApplyResourceChange`
pub struct ApplyRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object; null on create.
    pub prior: Value,
    /// The planned object; null on destroy.
    pub planned: Value,
    /// The configuration; null on destroy.
    pub config: Value,
    /// The planned identity, if there is one.
    pub identity: Option<Value>,
    /// The provider's own bytes from the plan.
    pub private: Vec<u8>,
}

/// Answer to [`ApplyRequest`].
pub struct ApplyAnswer {
    /// What exists now, with an error too; null if nothing does.
    pub state: Value,
    /// Its identity, wholly known; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

answers!(ApplyAnswer);

impl<P: Provider> Server<P> {
    /// `ApplyResourceChange`
    pub async fn apply(&self, request: ApplyRequest) -> ApplyAnswer {
        let subject = Subject::Resource(request.type_name.clone());
        let refused = ApplyAnswer {
            state: request.prior.clone(),
            identity: request.identity.clone().filter(Value::is_wholly_known),
            private: request.private.clone(),
            diagnostics: Diagnostics::new(),
        };
        self.operate(subject, refused, |inner| async move { inner.apply(request).await }).await
    }
}

impl<P: Provider> Inner<P> {
    async fn apply(&self, request: ApplyRequest) -> Result<ApplyAnswer, Diagnostics> {
        let ApplyRequest { type_name, prior, planned, config, identity, private } = request;
        let (resource, schema) = self.registry.resource(&type_name)?;
        let client = self.configured()?;
        let cx = Context::new(&*client, self.stop(), config, private);
        let (what, work) = match (&prior, &planned) {
            (_, Value::Null) => ("delete", resource.delete(prior.clone(), &cx)),
            (Value::Null, _) => ("create", resource.create(planned.clone(), &cx)),
            _ => ("update", resource.update(prior.clone(), planned.clone(), &cx)),
        };
        let (changed, report) = observe(&format!("the {what} of {type_name}"), &cx, work).await;
        let mut diagnostics = report.diagnostics;
        let state = match changed {
            Ok(None) => Value::Null,
            Ok(Some(value)) => finished(schema, &planned, value, &prior, &mut diagnostics),
            Err(Failed { state, error }) => {
                diagnostics.push(error);
                match state.or(report.recorded) {
                    Some(value) => partial(schema, value, &prior, &mut diagnostics),
                    None => prior,
                }
            }
        };
        let identity = self.identity(&type_name, &state, identity, &client, &mut diagnostics);
        Ok(ApplyAnswer { state, identity, private: report.private.encode(), diagnostics })
    }

    /// The identity of what is there after an operation. Where it cannot be found out, or is
    /// refused, the planned one stands if it is known.
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
                // After another error, one about the identity of a half-made object adds nothing.
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
    // An error about an unknown value is enough.
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
