//! Takes over objects of other resource types.

use super::panic::catch;
use super::{Inner, MoveAnswer, MoveRequest, state};
use crate::diag::{Diagnostic, Diagnostics};
use crate::private::Private;
use crate::provider::Provider;
use crate::resource::Moved;
use crate::value::Value;

impl<P: Provider> Inner<P> {
    pub(super) fn move_state(&self, request: &MoveRequest) -> MoveAnswer {
        match self.moved(request) {
            Ok((state, private)) => {
                let identity = self.moved_identity(&request.type_name, &state);
                let (state, diagnostics) = (Some(state), Diagnostics::new());
                MoveAnswer { state, identity, private: private.encode(), diagnostics }
            }
            Err(fault) => MoveAnswer::failed(fault.into()),
        }
    }

    fn moved(&self, request: &MoveRequest) -> Result<(Value, Private), Diagnostic> {
        let MoveRequest { type_name, source } = request;
        let (resource, schema) = self.registry.resource(type_name)?;
        let mut private = Private::default();
        let work = || resource.move_from(source, &mut private);
        match catch(&format!("the move to {type_name}"), work)? {
            // What is left open is for the read that follows to find out.
            Moved::Moved(state) => Ok((state::shape(schema, state.unknown_as_null())?, private)),
            Moved::Failed(error) => Err(error),
            Moved::UnknownSource => {
                let detail = format!(
                    "This version of the provider cannot turn {} (schema version {}) of {} into \
                     {type_name}. Remove the moved block, import the object as {type_name} and \
                     remove the old one from the state.",
                    source.type_name, source.schema_version, source.provider_address,
                );
                Err(Diagnostic::error("Move is not supported", detail))
            }
        }
    }

    /// The read that follows finds the identity where the move does not.
    fn moved_identity(&self, type_name: &str, state: &Value) -> Option<Value> {
        let identifier = self.identifier(type_name).ok()??;
        identifier.complete(state, &*self.client()?)
    }
}

impl MoveAnswer {
    pub(super) const fn failed(diagnostics: Diagnostics) -> Self {
        Self { state: None, identity: None, private: Vec::new(), diagnostics }
    }
}
