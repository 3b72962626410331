//! Turns what a practitioner calls an object into a first state.

use super::identity::Identifier;
use super::operate::{Subject, answers, observe};
use super::{Inner, Server, state};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::{Context, Provider};
use crate::value::Value;

/// `ImportResourceState`
pub struct ImportRequest {
    /// The resource type.
    pub type_name: String,
    /// What the practitioner calls the object.
    pub target: ImportTarget,
}

/// How the object to import is named.
pub enum ImportTarget {
    /// By a text that the resource understands.
    Id(String),
    /// By its identity; what is optional may be null.
    Identity(Value),
}

/// Answer to [`ImportRequest`].
pub struct ImportAnswer {
    /// The object; `None` with an error.
    pub state: Option<Value>,
    /// Its identity, as far as it is known by now; only of types that have one.
    pub identity: Option<Value>,
    /// The provider's own bytes.
    pub private: Vec<u8>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

answers!(ImportAnswer);

impl<P: Provider> Server<P> {
    /// `ImportResourceState`
    pub async fn import(&self, request: ImportRequest) -> ImportAnswer {
        let subject = Subject::Resource(request.type_name.clone());
        let (private, diagnostics) = (Vec::new(), Diagnostics::new());
        let refused = ImportAnswer { state: None, identity: None, private, diagnostics };
        self.operate(subject, refused, |inner| async move { inner.import(request).await }).await
    }
}

impl<P: Provider> Inner<P> {
    async fn import(&self, request: ImportRequest) -> Result<ImportAnswer, Diagnostics> {
        let ImportRequest { type_name, target } = request;
        let (resource, schema) = self.registry.resource(&type_name)?;
        let client = self.configured()?;
        let identifier = self.identifier(&type_name)?;
        let cx = Context::new(&*client, self.stop(), Value::Null, Vec::new());
        let (work, wanted) = match (&target, &identifier) {
            (ImportTarget::Id(id), _) => (resource.import(id, &cx), None),
            (ImportTarget::Identity(_), None) => return Err(no_identity(&type_name).into()),
            (ImportTarget::Identity(wanted), Some(identifier)) => {
                if let Some(lacking) = identifier.lacking(wanted) {
                    return Err(incomplete(&type_name, &lacking).into());
                }
                (identifier.erased().import(wanted.clone(), &cx), Some(wanted.clone()))
            }
        };
        let (found, report) = observe(&format!("the import of {type_name}"), &cx, work).await;
        let settled = found.and_then(|value| {
            // What import leaves open is for the read that follows to find out.
            let state = state::shape(schema, value.unknown_as_null())?;
            let found = |it: &Identifier<'_, _>| it.imported(wanted, &state, &*client);
            let identity = identifier.as_ref().map(found).transpose()?.flatten();
            Ok((state, identity))
        });
        match settled {
            Ok((state, identity)) => {
                let (private, diagnostics) = (report.private.encode(), report.diagnostics);
                Ok(ImportAnswer { state: Some(state), identity, private, diagnostics })
            }
            Err(error) => Err(report.failed(error)),
        }
    }
}

fn incomplete(type_name: &str, lacking: &str) -> Diagnostic {
    let detail =
        format!("The identity of a {type_name} needs {lacking}. Set it in the import block.");
    Diagnostic::error("Identity is incomplete", detail)
}

fn no_identity(type_name: &str) -> Diagnostic {
    let detail = format!(
        "Objects of type {type_name} have no identity. Use `id` in the import block instead of \
         `identity`."
    );
    Diagnostic::error("Import by identity is not supported", detail)
}
