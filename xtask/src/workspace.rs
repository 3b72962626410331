//! Where things are in this checkout.

pub(crate) use testkit::workspace::{platform, root, target};

/// Address of our provider without the host.
pub(crate) const PROVIDER_NAMESPACE: &str = "aibridge-rs/aibridge";
/// Hosts under which a mirror must offer a provider: Terraform asks for the
/// first, OpenTofu for the second.
pub(crate) const REGISTRY_HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// Cargo's profile for what people run of `package`; what the SDK has for tests and
/// figures stands for a provider.
pub(crate) fn release_profile(package: &str) -> &'static str {
    match package {
        "provider" | "tfplugin-rs" => "provider",
        _ => "release",
    }
}
