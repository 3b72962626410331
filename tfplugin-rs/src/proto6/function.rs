//! Provider functions: `GetFunctions`, `CallFunction`.

use super::{Adapter, from_proto, to_proto};
use crate::diag::{Diagnostic, Diagnostics};
use crate::function::FunctionError;
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::CallRequest;
use crate::ty::Type;

impl<P: Provider> Adapter<P> {
    pub(super) fn functions(&self) -> wire::get_functions::Response {
        let mut diagnostics = Diagnostics::new();
        let mut response = wire::get_functions::Response::default();
        for name in self.server.function_names() {
            match self.server.function_signature(name) {
                Ok(signature) => {
                    response.functions.insert(name.to_owned(), to_proto::function(signature));
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
        response.diagnostics = to_proto::diagnostics(diagnostics);
        response
    }

    pub(super) async fn call(
        &self,
        request: wire::call_function::Request,
    ) -> Result<wire::call_function::Response, Diagnostic> {
        let signature = self.server.function_signature(&request.name)?;
        let mut arguments = Vec::with_capacity(request.arguments.len());
        for (index, argument) in request.arguments.into_iter().enumerate() {
            // One too many has no type of its own; the core says that it is too many.
            let ty = signature.parameter_at(index).map_or(&Type::Dynamic, |it| it.ty());
            match from_proto::value(Some(argument), ty, "argument") {
                Ok(argument) => arguments.push(argument),
                Err(problem) => {
                    return Ok(refused(&FunctionError::argument(index, problem.detail)));
                }
            }
        }
        let result = self.server.call(CallRequest { name: request.name, arguments }).await;
        Ok(match result {
            Ok(result) => wire::call_function::Response {
                result: Some(to_proto::value(&result, signature.result())?),
                error: None,
            },
            Err(error) => refused(&error),
        })
    }
}

fn refused(error: &FunctionError) -> wire::call_function::Response {
    let index = error.index().and_then(|index| index.try_into().ok());
    let error = wire::FunctionError { text: error.text().to_owned(), function_argument: index };
    wire::call_function::Response { result: None, error: Some(error) }
}

/// A diagnostic where only a function error can be shown.
pub(super) fn in_words(diagnostics: Vec<wire::Diagnostic>) -> wire::call_function::Response {
    let text = diagnostics.into_iter().map(|it| it.detail).collect::<Vec<_>>().join(" ");
    refused(&FunctionError::general(text))
}
