//! Provider functions: called without configuration, their rules checked on both sides.

use std::sync::Arc;

use super::panic::catch;
use super::{Inner, Server};
use crate::diag::Diagnostic;
use crate::function::{Arguments, FunctionError, Signature};
use crate::provider::Provider;
use crate::value::Value;

/// `CallFunction`
pub struct CallRequest {
    /// The function, without the name of the provider.
    pub name: String,
    /// The arguments in order.
    pub arguments: Vec<Value>,
}

impl<P: Provider> Server<P> {
    /// `CallFunction`. Needs no configuration.
    ///
    /// # Errors
    /// The function's own, and what breaks its signature.
    pub async fn call(&self, request: CallRequest) -> Result<Value, FunctionError> {
        let inner = Arc::clone(&self.inner);
        self.run(async move { inner.call(request) })
            .await
            .unwrap_or_else(|fault| Err(as_error(&fault)))
    }
}

impl<P: Provider> Inner<P> {
    fn call(&self, request: CallRequest) -> Result<Value, FunctionError> {
        let CallRequest { name, arguments } = request;
        let (function, signature) =
            self.registry.function(&name).map_err(|fault| as_error(&fault))?;
        let count = arguments.len();
        let work = || match Arguments::admit(signature, arguments)? {
            None => Ok(Value::unknown()),
            Some(arguments) => {
                let are_known = arguments.are_known();
                settled(signature, function.call(arguments)?, are_known)
            }
        };
        catch(&format!("the function {name}"), work)
            .unwrap_or_else(|fault| Err(as_error(&fault)))
            .map_err(|error| error.among(count))
    }
}

/// The result in the shape of its type. One that is open where all arguments are known
/// would stay unknown.
fn settled(
    signature: &Signature,
    value: Value,
    arguments_are_known: bool,
) -> Result<Value, FunctionError> {
    let fault = |problem: String| {
        FunctionError::general(format!(
            "{problem}; please report this to the provider's developers"
        ))
    };
    let result = value.conform(signature.result()).map_err(|err| {
        let place = if err.path.is_root() { String::new() } else { format!(" at `{}`", err.path) };
        let ty = signature.result();
        fault(format!("the result is not of type {ty}{place}: {err}"))
    })?;
    if arguments_are_known && !result.is_wholly_known() {
        return Err(fault("the result is unknown although all arguments are known".to_owned()));
    }
    Ok(result)
}

/// A diagnostic as a function error, which has no summary and no path.
fn as_error(diagnostic: &Diagnostic) -> FunctionError {
    FunctionError::general(diagnostic.detail.as_str())
}
