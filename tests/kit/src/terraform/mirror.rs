//! A filesystem mirror of providers, unpacked, made of links.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use crate::{binaries, tools, workspace};

/// Hosts under which a mirror must offer a provider: Terraform uses the first, OpenTofu
/// the second.
pub const REGISTRY_HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];
/// Our provider's address without the host.
const AIBRIDGE: &str = "aibridge-rs/aibridge";

/// The providers that a working folder can install; clones share one folder.
#[derive(Debug, Clone)]
pub struct Mirror {
    folder: Arc<TempDir>,
}

impl Mirror {
    /// One without any provider; builtin resources such as `terraform_data`
    /// work with it.
    #[expect(clippy::new_without_default, reason = "it makes a folder, which no default should")]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("mirror-").tempdir();
        Self { folder: Arc::new(folder.expect("a temporary folder")) }
    }

    /// Our provider, built from this checkout, and the real coder provider.
    pub fn with_both_providers() -> Self {
        Self::new().with_aibridge(&binaries::provider()).with_coder()
    }

    /// Version under which our provider is offered: the workspace's.
    pub fn aibridge_version() -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// Adds our provider.
    pub fn with_aibridge(self, binary: &Path) -> Self {
        let version = Self::aibridge_version();
        let relative = format!("{AIBRIDGE}/{version}/{}", workspace::platform());
        for host in REGISTRY_HOSTS {
            let folder = self.path().join(host).join(&relative);
            fs::create_dir_all(&folder).expect("a folder of the mirror");
            symlink(binary, folder.join(format!("terraform-provider-aibridge_v{version}")))
                .expect("a link in the mirror");
        }
        self
    }

    /// Adds the real coder provider.
    ///
    /// # Panics
    /// If `cargo xtask tools` has not got it yet.
    pub fn with_coder(self) -> Self {
        self.with_namespace("coder")
    }

    /// Adds Docker's provider.
    ///
    /// # Panics
    /// If `cargo xtask soak examples` has not got it yet.
    pub fn with_docker(self) -> Self {
        self.with_namespace("kreuzwerker")
    }

    /// Adds the provider for Kubernetes.
    ///
    /// # Panics
    /// If `cargo xtask soak examples` has not got it yet.
    pub fn with_kubernetes(self) -> Self {
        self.with_namespace("hashicorp")
    }

    fn with_namespace(self, namespace: &str) -> Self {
        for host in REGISTRY_HOSTS {
            let namespace = format!("{host}/{namespace}");
            let from = tools::find(Path::new("mirror").join(&namespace));
            link_tree(&from, &self.path().join(namespace));
        }
        self
    }

    /// The mirror's folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Makes real folders and links of files: Terraform does not walk into a linked
/// folder.
fn link_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder of the mirror");
    for entry in fs::read_dir(from).expect("a folder of the tools' mirror") {
        let entry = entry.expect("a folder's entry");
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            link_tree(&source, &target);
        } else {
            symlink(&source, &target).expect("a link in the mirror");
        }
    }
}
