//! Paths and names in this checkout.

pub use testkit::terraform::REGISTRY_HOSTS;
pub use testkit::workspace::{platform, root, target};

/// Address of our provider without the host.
pub const PROVIDER_NAMESPACE: &str = "aibridge-rs/aibridge";

/// Cargo's profile for the released programs of `package`. The SDK's programs for
/// tests and figures are providers, too.
pub fn release_profile(package: &str) -> &'static str {
    match package {
        "provider" | "tfplugin-rs" => "provider",
        _ => "release",
    }
}
