//! What may be stored: an object that fits the schema, wholly known, nothing write-only.

use super::{blocks, write_only};
use crate::diag::Diagnostic;
use crate::schema::Schema;
use crate::value::Value;

/// Brings an author's object into the exact shape of the schema.
pub(super) fn shape(schema: &Schema, value: Value) -> Result<Value, Diagnostic> {
    let shaped = value.conform(schema.ty()).map_err(|err| {
        let detail = format!(
            "The provider answered with an object that does not fit its schema: {err}. \
             Please report this to the provider's developers."
        );
        Diagnostic::error("Provider fault", detail).at(err.path)
    })?;
    Ok(storable(schema, shaped))
}

/// What of an object in the shape of the schema may be stored.
pub(super) fn storable(schema: &Schema, object: Value) -> Value {
    blocks::filled(schema.body(), write_only::nulled(schema.body(), object))
}

/// As [`shape`], for objects that must be wholly known; `consequence` as in [`unknowns`].
pub(super) fn settle(
    schema: &Schema,
    value: Value,
    consequence: &str,
) -> Result<Value, Diagnostic> {
    let state = shape(schema, value)?;
    match unknowns(&state, consequence) {
        None => Ok(state),
        Some(fault) => Err(fault),
    }
}

/// The error about an object that should be wholly known and is not. `consequence` is the
/// sentence that states what is stored instead.
pub(super) fn unknowns(state: &Value, consequence: &str) -> Option<Diagnostic> {
    let paths = state.unknown_paths();
    let first = paths.first()?.clone();
    let named: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    let detail = format!(
        "After the operation the value of {} is still unknown. {consequence} \
         Please report this to the provider's developers.",
        named.join(", ")
    );
    Some(Diagnostic::error("Provider left a value unknown", detail).at(first))
}
