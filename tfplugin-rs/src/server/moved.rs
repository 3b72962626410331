//! Takes over objects of other resource types.

use super::operate::{Subject, answers};
use super::panic::catch;
use super::{Inner, Server, state};
use crate::diag::{Diagnostic, Diagnostics};
use crate::private::Private;
use crate::provider::Provider;
use crate::resource::{MoveSource, Moved};
use crate::value::Value;

/// `MoveResourceState`
pub struct MoveRequest {
    /// The resource type that the object is to have.
    pub type_name: String,
    /// Where it comes from.
    pub source: MoveSource,
}

/// Answer to [`MoveRequest`].
pub struct MoveAnswer {
    /// The object; `None` with an error.
    pub state: Option<Value>,
    /// Its identity, if it is known by now; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

answers!(MoveAnswer);

impl<P: Provider> Server<P> {
    /// `MoveResourceState`
    pub async fn move_state(&self, request: MoveRequest) -> MoveAnswer {
        let subject = Subject::Resource(request.type_name.clone());
        let (private, diagnostics) = (Vec::new(), Diagnostics::new());
        let refused = MoveAnswer { state: None, identity: None, private, diagnostics };
        self.operate(subject, refused, |inner| async move { inner.move_state(&request) }).await
    }
}

impl<P: Provider> Inner<P> {
    fn move_state(&self, request: &MoveRequest) -> Result<MoveAnswer, Diagnostics> {
        let (state, private) = self.moved(request)?;
        let identity = self.moved_identity(&request.type_name, &state);
        let (private, diagnostics) = (private.encode(), Diagnostics::new());
        Ok(MoveAnswer { state: Some(state), identity, private, diagnostics })
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
