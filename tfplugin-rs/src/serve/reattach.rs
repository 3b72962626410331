//! Debug mode: a plugin that the user started, and that Terraform attaches to.

use serde_json::json;

use super::handshake::PROTOCOL;
use super::listener::Address;

/// The variable from which Terraform and OpenTofu learn where to attach.
const ENV_REATTACH: &str = "TF_REATTACH_PROVIDERS";

/// The default registries of Terraform and OpenTofu. `NAMESPACE/NAME` in a template is
/// another provider in each of them.
const HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The assignment to be put before `terraform` or `tofu`, quoted for a POSIX shell; on Windows
/// as PowerShell sets a variable.
pub(crate) fn assignment(provider: &str, address: &Address, pid: u32) -> String {
    let config = config(&names(provider), address, pid);
    if cfg!(windows) {
        return format!("$env:{ENV_REATTACH}='{}'", config.replace('\'', "''"));
    }
    format!("{ENV_REATTACH}='{}'", config.replace('\'', r"'\''"))
}

/// The provider's address, and that in the other registry if it is in one of the two.
fn names(provider: &str) -> Vec<String> {
    match provider.split_once('/') {
        Some((host, rest)) if HOSTS.contains(&host) => {
            HOSTS.iter().map(|host| format!("{host}/{rest}")).collect()
        }
        _ => vec![provider.to_owned()],
    }
}

/// What the variable holds. `Test` keeps the client from ending a process it did not start.
pub(crate) fn config(providers: &[impl AsRef<str>], address: &Address, pid: u32) -> String {
    let plugin = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL,
        "Pid": pid,
        "Test": true,
        "Addr": { "Network": address.network(), "String": address.to_string() },
    });
    let plugins = providers.iter().map(|name| (name.as_ref().to_owned(), plugin.clone()));
    serde_json::Value::Object(plugins.collect()).to_string()
}
