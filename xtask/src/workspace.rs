//! Where things are in this checkout.

use std::path::{Path, PathBuf};

/// Address of our provider without the host.
pub(crate) const PROVIDER_NAMESPACE: &str = "aibridge-rs/aibridge";
/// Hosts under which a mirror must offer a provider: Terraform asks for the
/// first, OpenTofu for the second.
pub(crate) const REGISTRY_HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace")
}

/// Cargo's output folder; everything that we make lives below it.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// The platform in the registries' spelling, such as `linux_amd64`.
pub(crate) fn platform() -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        arch => arch,
    };
    format!("{os}_{arch}")
}
