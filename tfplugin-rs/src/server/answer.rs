//! Answers where nothing is planned: what a data source reads, an ephemeral resource opens.

use super::{blocks, checks, state};
use crate::diag::{Diagnostic, Diagnostics};
use crate::schema::Schema;
use crate::value::Value;

/// The configuration, if all of it is known.
///
/// Terraform waits until it is; other clients get an error that names what is missing.
pub(super) fn known(schema: &Schema, config: Value) -> Result<Value, Diagnostic> {
    if config.is_null() {
        return Err(Diagnostic::error(
            "Configuration is missing",
            "The client sent no configuration. Please report this to its developers.",
        ));
    }
    let paths = config.unknown_paths();
    let Some(first) = paths.first().cloned() else {
        return Ok(blocks::filled(schema.body(), config));
    };
    let named: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    let detail = format!(
        "The value of {} is not known yet. Apply what it comes from first, then run this again.",
        named.join(", ")
    );
    Err(Diagnostic::error("Configuration is not known yet", detail).at(first))
}

/// The author's object in the shape of the schema, known everywhere. Terraform
/// requires no more of a data source, which may answer with other values than configured.
pub(super) fn whole(schema: &Schema, value: Value) -> Result<Value, Diagnostics> {
    let answer = state::shape(schema, value)?;
    let paths = answer.unknown_paths();
    let Some(first) = paths.first().cloned() else { return Ok(answer) };
    let named: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    let detail = format!(
        "The provider returned no known value for {}. Please report this to the provider's \
         developers.",
        named.join(", ")
    );
    Err(Diagnostic::error("Provider left a value unknown", detail).at(first).into())
}

/// As [`whole`], and as configured where it is configured: Terraform checks what an
/// ephemeral resource opens like a plan.
pub(super) fn settled(schema: &Schema, config: &Value, value: Value) -> Result<Value, Diagnostics> {
    let answer = whole(schema, value)?;
    let breaches = checks::check_answer(schema.body(), config, &answer);
    if breaches.is_empty() {
        return Ok(answer);
    }
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(breaches.into_iter().map(checks::Breach::in_answer));
    Err(diagnostics)
}
