//! Stored state into the current shape: every object, on every run.

use serde_json::Value as Json;

use super::operate::{Subject, answers};
use super::panic::catch;
use super::{Inner, Server, state};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::Provider;
use crate::value::json::{Strictness, from_json};
use crate::value::{DecodeError, Value};

/// `UpgradeResourceState`
pub struct UpgradeRequest {
    /// The resource type.
    pub type_name: String,
    /// The schema version that the state was written with.
    pub version: i64,
    /// The state as raw JSON (`RawState.json`).
    pub state: Vec<u8>,
}

/// Answer to [`UpgradeRequest`].
pub struct UpgradeAnswer {
    /// The state in the current shape; null with an error.
    pub state: Value,
    /// Messages.
    pub diagnostics: Diagnostics,
}

answers!(UpgradeAnswer);

/// Something stored with the version of the schema that it was written with.
pub(super) struct Stored<'a> {
    /// What it is in messages: `state` or `identity`.
    pub(super) noun: &'static str,
    pub(super) type_name: &'a str,
    pub(super) version: i64,
    /// JSON text.
    pub(super) json: &'a [u8],
}

impl<P: Provider> Server<P> {
    /// `UpgradeResourceState`: called for every object on every run.
    pub async fn upgrade(&self, request: UpgradeRequest) -> UpgradeAnswer {
        let subject = Subject::Resource(request.type_name.clone());
        let refused = UpgradeAnswer { state: Value::Null, diagnostics: Diagnostics::new() };
        self.operate(subject, refused, |inner| async move { Ok(inner.upgrade(&request)?) }).await
    }
}

impl<P: Provider> Inner<P> {
    fn upgrade(&self, request: &UpgradeRequest) -> Result<UpgradeAnswer, Diagnostic> {
        let UpgradeRequest { type_name, version, state: json } = request;
        let (resource, schema) = self.registry.resource(type_name)?;
        let stored = Stored { noun: "state", type_name, version: *version, json };
        let json = stored.current(schema.version(), |json| resource.upgrade(*version, json))?;
        let upgraded = from_json(json, schema.ty(), Strictness::Lenient)
            .map_err(|err| unreadable(type_name, &err))?;
        let state = state::storable(schema, upgraded);
        Ok(UpgradeAnswer { state, diagnostics: Diagnostics::new() })
    }
}

impl Stored<'_> {
    /// The JSON as of schema version `current`; an older one goes through `upgrade`.
    pub(super) fn current(
        &self,
        current: i64,
        upgrade: impl FnOnce(Json) -> Result<Json, Diagnostic>,
    ) -> Result<Json, Diagnostic> {
        let Self { noun, type_name, version, json } = *self;
        let title = if noun == "state" { "State" } else { "Identity" };
        let json: Json = serde_json::from_slice(json).map_err(|err| {
            let detail = format!(
                "The stored {noun} of this {type_name} is not JSON: {err}. Restore the state \
                 from a backup."
            );
            Diagnostic::error(format!("{title} cannot be read"), detail)
        })?;
        if version > current {
            let detail = format!(
                "The stored {noun} of this {type_name} has schema version {version}, this \
                 version of the provider knows {current} at most. Use the newer version of the \
                 provider that wrote the state."
            );
            return Err(Diagnostic::error(format!("{title} is too new"), detail));
        }
        // Authors take keys out of an older object, which panics in any other JSON. That does
        // not fit the schema either.
        if version == current || !json.is_object() {
            return Ok(json);
        }
        catch(&format!("the {noun} upgrade of {type_name}"), || upgrade(json))?
    }
}

fn unreadable(type_name: &str, err: &DecodeError) -> Diagnostic {
    let detail = format!(
        "The stored state of this {type_name} does not fit its schema: {err}. If the state was \
         edited by hand, restore it from a backup; otherwise please report this to the \
         provider's developers."
    );
    Diagnostic::error("State does not fit the schema", detail).at(err.path.clone())
}
