//! Wire to core: values by their schema, requests by their fields.

use bytes::Bytes;

use crate::diag::Diagnostic;
use crate::generated::tfplugin6::{DynamicValue, RawState, ResourceIdentityData};
use crate::path::AttributePath;
use crate::schema::IdentitySchema;
use crate::ty::Type;
use crate::value::json::{self, Strictness};
use crate::value::{Value, msgpack};

/// A value in either encoding; one that is not there is null. `what` says in
/// the user's words which value of the object it is.
pub(super) fn value(
    wire: Option<DynamicValue>,
    ty: &Type,
    what: &str,
) -> Result<Value, Diagnostic> {
    let Some(DynamicValue { msgpack, json }) = wire else { return Ok(Value::Null) };
    if !msgpack.is_empty() {
        return msgpack::decode(&msgpack, ty)
            .map_err(|err| unreadable(what, &err, err.path.clone()));
    }
    if !json.is_empty() {
        return json::decode(&json, ty, Strictness::Exact)
            .map_err(|err| unreadable(what, &err, err.path.clone()));
    }
    Ok(Value::Null)
}

/// The JSON text of stored state.
pub(super) fn raw_state(wire: Option<RawState>) -> Result<Vec<u8>, Diagnostic> {
    let RawState { json, flatmap } = wire.unwrap_or_default();
    if json.is_empty() && !flatmap.is_empty() {
        return Err(Diagnostic::error(
            "State is too old",
            "The state was written by Terraform 0.11 or older, in a form that this provider has \
             never used. Remove the object from the state and import it again.",
        ));
    }
    Ok(json.into())
}

/// An identity; `None` if there is none, or none can be.
pub(super) fn identity(
    wire: Option<ResourceIdentityData>,
    schema: Option<&IdentitySchema>,
) -> Result<Option<Value>, Diagnostic> {
    let (Some(wire), Some(schema)) = (wire, schema) else { return Ok(None) };
    let identity = value(wire.identity_data, schema.ty(), "identity")?;
    Ok(Some(identity).filter(|identity| !identity.is_null()))
}

/// The provider's own bytes.
pub(super) fn private(wire: &Bytes) -> Vec<u8> {
    wire.to_vec()
}

fn unreadable(what: &str, err: &dyn std::error::Error, path: AttributePath) -> Diagnostic {
    Diagnostic::error(
        "Terraform sent an unreadable value",
        format!(
            "The {what} does not fit the schema of this provider: {err}. If the provider was \
             changed since, run `terraform init -upgrade`; otherwise please report this to the \
             provider's developers."
        ),
    )
    .at(path)
}
