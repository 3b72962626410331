//! Provider functions: `GetFunctions`, `CallFunction`.

use super::schema::by_name;
use super::{Adapter, Answer, Refusable, from_proto, to_proto};
use crate::diag::Diagnostics;
use crate::function::FunctionError;
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::CallRequest;
use crate::ty::Type;

impl<P: Provider> Adapter<P> {
    /// `GetFunctions`
    pub(super) async fn functions(
        &self,
        _: wire::get_functions::Request,
    ) -> Answer<wire::get_functions::Response> {
        self.answer("GetFunctions", "", Default::default(), async {
            let mut faults = Diagnostics::new();
            let functions = self.all_functions(&mut faults);
            let diagnostics = to_proto::diagnostics(faults);
            Ok(wire::get_functions::Response { functions, diagnostics })
        })
        .await
    }

    pub(super) fn all_functions<M>(&self, faults: &mut Diagnostics) -> M
    where
        M: FromIterator<(String, wire::Function)>,
    {
        by_name(self.server.function_names(), faults, |name| {
            self.server.function_signature(name).map(to_proto::function).map(Some)
        })
    }

    /// `CallFunction`
    pub(super) async fn call(
        &self,
        request: wire::call_function::Request,
    ) -> Answer<wire::call_function::Response> {
        self.answer("CallFunction", "", Default::default(), async {
            let signature = self.server.function_signature(&request.name)?;
            let mut arguments = Vec::with_capacity(request.arguments.len());
            for (index, argument) in request.arguments.into_iter().enumerate() {
                // One too many has no type of its own; the core reports that it is too many.
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
        })
        .await
    }
}

/// A function has an error in place of diagnostics.
impl Refusable for wire::call_function::Response {
    fn refuse(&mut self, problem: wire::Diagnostic) {
        *self = refused(&FunctionError::general(problem.detail));
    }
}

fn refused(error: &FunctionError) -> wire::call_function::Response {
    let index = error.index().and_then(|index| index.try_into().ok());
    let error = wire::FunctionError { text: error.text().to_owned(), function_argument: index };
    wire::call_function::Response { result: None, error: Some(error) }
}
