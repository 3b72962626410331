//! What a provider without data sources, ephemeral resources, functions,
//! identities and moves answers when asked for one.
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

pub(super) fn identity(type_name: &str) -> Vec<wire::Diagnostic> {
    let detail = format!(
        "The state holds an identity of {type_name}, which this version of the provider does not \
         have. Use the version that wrote it."
    );
    error("Unknown resource identity", detail)
}

pub(super) fn moving(request: &wire::move_resource_state::Request) -> Vec<wire::Diagnostic> {
    let detail = format!(
        "This version of the provider cannot turn {} of {} into {}. Remove the moved block, \
         import the object as {2} and remove the old one from the state.",
        request.source_type_name, request.source_provider_address, request.target_type_name,
    );
    error("Move is not supported", detail)
}

pub(super) fn function(name: &str) -> wire::FunctionError {
    let text = format!("this version of the provider has no function {name}");
    wire::FunctionError { text, function_argument: None }
}

fn error(summary: &str, detail: String) -> Vec<wire::Diagnostic> {
    vec![to_proto::diagnostic(Diagnostic::error(summary, detail))]
}
