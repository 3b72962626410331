//! Wire to core: values by their schema, requests by their fields.

use bytes::Bytes;

use crate::diag::Diagnostic;
use crate::generated::tfplugin6::{DynamicValue, RawState, ResourceIdentityData};
use crate::schema::IdentitySchema;
use crate::ty::Type;
use crate::value::json::{self, Strictness};
use crate::value::{DecodeError, Value, msgpack};

/// A value in either encoding; one that is not there is null. `what` names
/// the value in messages.
pub(super) fn value(
    wire: Option<DynamicValue>,
    ty: &Type,
    what: &str,
) -> Result<Value, Diagnostic> {
    let Some(DynamicValue { msgpack, json }) = wire else { return Ok(Value::Null) };
    let decoded = if !msgpack.is_empty() {
        msgpack::decode(&msgpack, ty)
    } else if !json.is_empty() {
        json::decode(&json, ty, Strictness::Exact)
    } else {
        return Ok(Value::Null);
    };
    decoded.map_err(|err| unreadable(what, err))
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

fn unreadable(what: &str, err: DecodeError) -> Diagnostic {
    Diagnostic::error(
        "Terraform sent an unreadable value",
        format!(
            "The {what} does not fit the schema of this provider: {err}. If the provider was \
             changed since, run `terraform init -upgrade`; otherwise please report this to the \
             provider's developers."
        ),
    )
    .at(err.path)
}
