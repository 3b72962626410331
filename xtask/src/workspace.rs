//! Where things are in this checkout.

pub use testkit::terraform::REGISTRY_HOSTS;
pub use testkit::workspace::{platform, root, target};

/// Address of our provider without the host.
pub const PROVIDER_NAMESPACE: &str = "aibridge-rs/aibridge";

/// Cargo's profile for what people run of `package`; what the SDK has for tests and
/// figures stands for a provider.
pub fn release_profile(package: &str) -> &'static str {
    match package {
        "provider" | "tfplugin-rs" => "provider",
        _ => "release",
    }
}
