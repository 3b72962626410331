//! Ephemeral resources of every model behind one object-safe trait.

use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Closed, Context, EphemeralResource, Opened, Renewed};
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Model, ModelError};
use crate::provider::Operation;
use crate::schema::Schema;
use crate::value::Value;

/// An ephemeral resource whose model is hidden.
pub(crate) trait ErasedEphemeralResource<C>: Send + Sync + 'static {
    /// [`EphemeralResource::type_name`].
    fn type_name(&self) -> &'static str;
    /// [`EphemeralResource::schema`].
    fn schema(&self) -> Schema;
    /// [`Model::faults`].
    fn model_faults(&self, schema: &Schema) -> Vec<ModelError>;
    /// [`EphemeralResource::validate`].
    fn validate(&self, config: Value, diags: &mut Diagnostics);
    /// [`EphemeralResource::open`].
    fn open<'a>(&'a self, config: Value, cx: &'a Context<'a, C>) -> Operation<'a, (Value, Lease)>;
    /// [`EphemeralResource::renew`].
    fn renew<'a>(&'a self, private: &'a [u8], cx: &'a Context<'a, C>) -> Operation<'a, Lease>;
    /// [`EphemeralResource::close`].
    fn close<'a>(&'a self, private: &'a [u8], cx: &'a Context<'a, C>) -> Operation<'a, ()>;
}

/// How long something stays open, and what to remember meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The private data.
    pub private: Vec<u8>,
    /// When to renew; `None`: never.
    pub renew_at: Option<SystemTime>,
}

/// Hides the model of an ephemeral resource.
pub(crate) fn erase<E: EphemeralResource>(
    ephemeral_resource: E,
) -> Box<dyn ErasedEphemeralResource<E::Client>> {
    Box::new(Erased(ephemeral_resource))
}

struct Erased<E>(E);

impl<E: EphemeralResource> ErasedEphemeralResource<E::Client> for Erased<E> {
    fn type_name(&self) -> &'static str {
        self.0.type_name()
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn model_faults(&self, schema: &Schema) -> Vec<ModelError> {
        E::Model::faults(schema)
    }

    fn validate(&self, config: Value, diags: &mut Diagnostics) {
        match E::Model::from_object(config) {
            Ok(config) => self.0.validate(&config, diags),
            Err(err) => diags.push(err.into()),
        }
    }

    fn open<'a>(
        &'a self,
        config: Value,
        cx: &'a Context<'a, E::Client>,
    ) -> Operation<'a, (Value, Lease)> {
        Box::pin(async move {
            let config = E::Model::from_object(config)?;
            let (result, private, renew_at) = match self.0.open(config, cx).await {
                Opened::Opened { result, private } => (result, private, None),
                Opened::Renewable { result, private, renew_at } => {
                    (result, private, Some(renew_at))
                }
                Opened::Failed(error) => return Err(error),
            };
            match encode(&private) {
                Ok(bytes) => Ok((result.into_object(), Lease { private: bytes, renew_at })),
                Err(fault) => {
                    // Without its private data it could not be closed later.
                    if let Closed::Failed(error) = self.0.close(private, cx).await {
                        cx.push(error);
                    }
                    Err(fault)
                }
            }
        })
    }

    fn renew<'a>(
        &'a self,
        private: &'a [u8],
        cx: &'a Context<'a, E::Client>,
    ) -> Operation<'a, Lease> {
        Box::pin(async move {
            let (private, renew_at) = match self.0.renew(decode(private)?, cx).await {
                Renewed::Renewed { private } => (private, None),
                Renewed::Renewable { private, renew_at } => (private, Some(renew_at)),
                Renewed::Failed(error) => return Err(error),
            };
            Ok(Lease { private: encode(&private)?, renew_at })
        })
    }

    fn close<'a>(&'a self, private: &'a [u8], cx: &'a Context<'a, E::Client>) -> Operation<'a, ()> {
        Box::pin(async move {
            match self.0.close(decode(private)?, cx).await {
                Closed::Closed => Ok(()),
                Closed::Failed(error) => Err(error),
            }
        })
    }
}

fn encode(private: &impl Serialize) -> Result<Vec<u8>, Diagnostic> {
    serde_json::to_vec(private).map_err(|err| {
        let detail = format!(
            "The provider's private data cannot be written as JSON: {err}. Please report this \
             to the provider's developers."
        );
        Diagnostic::error("Provider fault", detail)
    })
}

/// Bytes that are not there are null: what `()` and every `Option` accept. The error
/// quotes nothing: private data may be secret.
fn decode<P: DeserializeOwned>(private: &[u8]) -> Result<P, Diagnostic> {
    let bytes = if private.is_empty() { b"null" } else { private };
    serde_json::from_slice(bytes).map_err(|_quotes_data| {
        Diagnostic::error(
            "Private data cannot be read",
            "The private data did not come from this version of the provider. What was opened \
             may still be open: close it by other means, or wait until it ends.",
        )
    })
}
