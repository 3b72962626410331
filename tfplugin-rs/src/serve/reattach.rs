//! Debug mode: a plugin that a person started, and that Terraform attaches to.

use serde_json::json;

use super::handshake::PROTOCOL;
use super::listener::Address;

/// The variable that tells Terraform and OpenTofu where to attach.
const ENV_REATTACH: &str = "TF_REATTACH_PROVIDERS";

/// The assignment to be put before `terraform`, quoted for a shell.
pub(crate) fn assignment(provider: &str, address: &Address, pid: u32) -> String {
    format!("{ENV_REATTACH}='{}'", config(provider, address, pid).replace('\'', r"'\''"))
}

/// What the variable holds. `Test` keeps the client from ending a process it did not start.
pub(crate) fn config(provider: &str, address: &Address, pid: u32) -> String {
    let config = json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL,
            "Pid": pid,
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.to_string() },
        },
    });
    config.to_string()
}
