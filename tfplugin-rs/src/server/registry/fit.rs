//! Whether a schema fits its model, and the kind that it belongs to.

use crate::diag::Diagnostic;
use crate::model::ModelError;
use crate::schema::{Attribute, Body, Schema};

/// Names that Terraform reserves in a provider block.
const RESERVED: [&str; 2] = ["alias", "version"];

/// The schema, if the model can hold its objects.
pub(super) fn fitting(
    schema: Schema,
    what: &str,
    faults: impl FnOnce(&Schema) -> Vec<ModelError>,
) -> Result<Schema, Diagnostic> {
    agreeing(what, &faults(&schema))?;
    Ok(schema)
}

/// # Errors
/// A model that cannot hold what its schema describes.
pub(super) fn agreeing(what: &str, faults: &[ModelError]) -> Result<(), Diagnostic> {
    if faults.is_empty() {
        return Ok(());
    }
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let detail = format!(
        "Schema and model of {what} disagree: {}. Please report this to the provider's developers.",
        faults.join("; ")
    );
    Err(Diagnostic::error("Schema and model disagree", detail))
}

/// The schema, if nothing in it needs a plan or a state.
///
/// Terraform reads data sources and opens ephemeral resources without planning them, so a
/// default would never be set and a write-only value be shown.
pub(super) fn unplanned(schema: Schema, what: &str) -> Result<Schema, Diagnostic> {
    let faults = unplannable(&schema, |_| None);
    without(&faults, what, "only a managed resource can have")?;
    Ok(schema)
}

/// The schema of the provider block, if it has only what a practitioner can write:
/// Terraform never plans that block and takes nothing back.
pub(super) fn configuring(schema: Schema) -> Result<Schema, Diagnostic> {
    let computed = |it: &Attribute| it.is_computed().then_some("is computed");
    let mut faults = unplannable(&schema, computed);
    let body = schema.body();
    let names = body.attributes().keys().chain(body.blocks().keys());
    let reserved = names.filter(|name| RESERVED.contains(&name.as_str()));
    faults.extend(reserved.map(|name| format!("`{name}` is reserved by Terraform")));
    without(&faults, "the provider block", "such a block cannot have")?;
    Ok(schema)
}

fn without(faults: &[String], what: &str, misplaced: &str) -> Result<(), Diagnostic> {
    if faults.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "The schema of {what} has what {misplaced}: {}. Please report this to the \
         provider's developers.",
        faults.join("; ")
    );
    Err(Diagnostic::error("Schema does not fit its kind", detail))
}

/// What needs a plan or a state, and what `more` finds beyond that.
fn unplannable(
    schema: &Schema,
    more: impl Fn(&Attribute) -> Option<&'static str> + Copy,
) -> Vec<String> {
    let mut faults = Vec::new();
    if schema.version() != 0 {
        faults.push(format!("version {}, where no state is kept", schema.version()));
    }
    collect(schema.body(), "", more, &mut faults);
    faults
}

fn collect(
    body: &Body,
    prefix: &str,
    more: impl Fn(&Attribute) -> Option<&'static str> + Copy,
    faults: &mut Vec<String>,
) {
    for (name, attribute) in body.attributes() {
        let path = format!("{prefix}{name}");
        let found = planned(attribute).chain(more(attribute));
        faults.extend(found.map(|it| format!("`{path}` {it}")));
        if let Some(nested) = attribute.nested() {
            collect(nested.body(), &format!("{path}."), more, faults);
        }
    }
    for (name, block) in body.blocks() {
        collect(block.body(), &format!("{prefix}{name}."), more, faults);
    }
}

fn planned(attribute: &Attribute) -> impl Iterator<Item = &'static str> {
    let write_only = attribute.is_write_only().then_some("is write-only");
    let default = attribute.default().is_some().then_some("has a default");
    let modifier = (!attribute.modifiers().is_empty()).then_some("has a plan modifier");
    [write_only, default, modifier].into_iter().flatten()
}
