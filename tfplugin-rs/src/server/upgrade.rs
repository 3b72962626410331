//! Stored state into the current shape: every object, on every run.

use serde_json::Value as Json;

use super::panic::catch;
use super::{Inner, UpgradeAnswer, UpgradeRequest, state};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::Provider;
use crate::value::Value;
use crate::value::json::{DecodeError, Strictness, from_json};

impl<P: Provider> Inner<P> {
    pub(super) fn upgrade(&self, request: UpgradeRequest) -> UpgradeAnswer {
        match self.upgraded(&request) {
            Ok(state) => UpgradeAnswer { state, diagnostics: Diagnostics::new() },
            Err(fault) => UpgradeAnswer { state: Value::Null, diagnostics: fault.into() },
        }
    }

    fn upgraded(&self, request: &UpgradeRequest) -> Result<Value, Diagnostic> {
        let UpgradeRequest { type_name, version, state: stored } = request;
        let (resource, schema) = self.registry.resource(type_name)?;
        let json: Json = serde_json::from_slice(stored).map_err(|err| {
            let detail = format!(
                "The stored state of this {type_name} is no JSON: {err}. Restore the state \
                 from a backup."
            );
            Diagnostic::error("State cannot be read", detail)
        })?;
        let json = if *version == schema.version() {
            json
        } else if *version > schema.version() {
            let detail = format!(
                "The stored state of this {type_name} has schema version {version}, this \
                 version of the provider knows {} at most. Use the newer version of the \
                 provider that wrote the state.",
                schema.version()
            );
            return Err(Diagnostic::error("State is too new", detail));
        } else if !json.is_object() {
            // Authors take keys out of it, which panics in anything else. It does not fit
            // the schema either.
            json
        } else {
            let work = || resource.upgrade(*version, json);
            catch(&format!("the state upgrade of {type_name}"), work)??
        };
        let upgraded = from_json(json, schema.ty(), Strictness::Lenient)
            .map_err(|err| unreadable(type_name, &err))?;
        Ok(state::storable(schema, upgraded))
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
