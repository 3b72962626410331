//! What a provider without data sources, ephemeral resources and functions answers
//! when asked for one.
//!
//! Terraform looks into the schema first, so these texts are read by whoever
//! uses another client, or a schema kept from another version.

use super::to_proto;
use crate::diag::Diagnostic;
use crate::generated::tfplugin6 as wire;

/// What to do about a thing that another version may have.
const OTHER_VERSION: &str =
    "Use a version of the provider that has it, or remove it from the configuration.";

pub(super) fn data_source(type_name: &str) -> Vec<wire::Diagnostic> {
    error(
        "Unknown data source",
        format!("This version of the provider has no data source {type_name}. {OTHER_VERSION}"),
    )
}

pub(super) fn ephemeral_resource(type_name: &str) -> Vec<wire::Diagnostic> {
    let detail = format!(
        "This version of the provider has no ephemeral resource {type_name}. {OTHER_VERSION}"
    );
    error("Unknown ephemeral resource", detail)
}

pub(super) fn function(name: &str) -> wire::FunctionError {
    let text = format!("this version of the provider has no function {name}");
    wire::FunctionError { text, function_argument: None }
}

fn error(summary: &str, detail: String) -> Vec<wire::Diagnostic> {
    vec![to_proto::diagnostic(Diagnostic::error(summary, detail))]
}
