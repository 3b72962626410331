//! Building one binary for one target.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use xtask::tools::{self, Tool, cross};
use xtask::{process, workspace};

use super::Target;

/// Why this machine cannot build a target, if it cannot.
pub(super) fn obstacle(target: Target) -> Result<Option<String>> {
    let host = std::env::consts::OS;
    Ok(if target.host() != host {
        Some(format!("it is linked on {}, and this is {host}", target.host()))
    } else if target.host() == "linux" || has_library(target)? {
        None
    } else {
        Some(format!("run `rustup target add {}` first", target.triple()))
    })
}

/// Builds `name` of `package` as it is shipped, and returns its path.
pub(super) fn binary(
    target: Target,
    package: &str,
    name: &str,
    variables: &[(String, String)],
) -> Result<PathBuf> {
    println!("dist: {name} for {}", target.platform());
    let mut command =
        if target.host() == "linux" { zig_build(target)? } else { process::cargo(&["rustc"]) };
    let profile = workspace::release_profile(package);
    command.args(["--profile", profile, "--locked", "--target", target.triple()]);
    command.args(["--package", package, "--bin", name]);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    if target.host() == "linux" && !has_library(target)? {
        // The C library and its start files are Zig's: none of the compiler's
        // own are there for this target.
        command.args(["--", "-Clink-self-contained=no"]);
    }
    process::run(&mut command)?;
    let built = workspace::target().join(target.triple()).join(profile);
    Ok(built.join(format!("{name}{}", target.exe())))
}

/// `cargo zigbuild rustc`, with a standard library built from source where
/// rustup has brought none.
fn zig_build(target: Target) -> Result<Command> {
    let from_source = !has_library(target)?;
    let wanted: &[Tool] = if from_source { &[Tool::Zig, Tool::RustSrc] } else { &[Tool::Zig] };
    let store = tools::get(wanted)?;
    let mut command = Command::new(cross::zigbuild(&store));
    command.arg("rustc").current_dir(workspace::root());
    for name in xtask::env::names_set_by_cargo() {
        command.env_remove(name);
    }
    command.env("CARGO_ZIGBUILD_ZIG_PATH", cross::zig(&store));
    if from_source {
        command.args(["-Zbuild-std=std,panic_unwind"]).env("RUSTC_BOOTSTRAP", "1");
        // The only way to tell Cargo of a source outside the toolchain's folder.
        command.env("__CARGO_TESTS_ONLY_SRC_ROOT", cross::library_source(&store));
    }
    Ok(command)
}

/// Whether the toolchain has the target's standard library.
fn has_library(target: Target) -> Result<bool> {
    let mut command = Command::new("rustc");
    command.args(["--print", "target-libdir", "--target", target.triple()]);
    let folder = process::capture(command.current_dir(workspace::root()))
        .context("failed to ask the compiler for its folders")?;
    Ok(Path::new(folder.trim()).is_dir())
}
