//! Refreshes one resource.

use super::operate::{Subject, answers, observe};
use super::{Inner, Server, equality, state};
use crate::diag::Diagnostics;
use crate::provider::{Context, Provider};
use crate::value::Value;

/// `ReadResource`
pub struct ReadRequest {
    /// The resource type.
    pub type_name: String,
    /// The stored object.
    pub state: Value,
    /// Its stored identity, if it has one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
}

/// Answer to [`ReadRequest`].
pub struct ReadAnswer {
    /// The object now; null only if it is certainly gone.
    pub state: Value,
    /// Its identity; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

answers!(ReadAnswer);

impl<P: Provider> Server<P> {
    /// `ReadResource`
    pub async fn read(&self, request: ReadRequest) -> ReadAnswer {
        let subject = Subject::Resource(request.type_name.clone());
        let refused = ReadAnswer {
            state: request.state.clone(),
            identity: request.identity.clone(),
            private: request.private.clone(),
            diagnostics: Diagnostics::new(),
        };
        self.operate(subject, refused, |inner| async move { inner.read(request).await }).await
    }
}

impl<P: Provider> Inner<P> {
    async fn read(&self, request: ReadRequest) -> Result<ReadAnswer, Diagnostics> {
        let ReadRequest { type_name, state: stored, identity: known, private } = request;
        let (resource, schema) = self.registry.resource(&type_name)?;
        let client = self.configured()?;
        let cx = Context::new(&*client, self.stop(), Value::Null, private);
        let work = resource.read(stored.clone(), &cx);
        let (read, report) = observe(&format!("the read of {type_name}"), &cx, work).await;
        let settled = read.and_then(|found| {
            let Some(value) = found else { return Ok((Value::Null, None)) };
            let mut state = state::settle(schema, value, "The stored object stays as it was.")?;
            equality::keep_spelling(schema.body(), &stored, &mut state);
            let identity = match self.identifier(&type_name)? {
                Some(identifier) => Some(identifier.existing(&state, known.as_ref(), &client)?),
                None => None,
            };
            Ok((state, identity))
        });
        match settled {
            Ok((state, identity)) => {
                let (private, diagnostics) = (report.private.encode(), report.diagnostics);
                Ok(ReadAnswer { state, identity, private, diagnostics })
            }
            Err(error) => Err(report.failed(error)),
        }
    }
}
