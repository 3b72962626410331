//! The tools of static Linux builds: Zig as C compiler and linker, and the source
//! of the standard library for targets that rustup does not have.
//!
//! Where rustup has a target's standard library, that one is used and no
//! source is fetched. Debian packs the source of every compiler; it is taken
//! from the backports of a later suite by exact version, through package lists
//! of its own, so that the system's stay as they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::programs::Programs;
use super::store::Store;
use crate::process;

#[cfg(test)]
mod tests;

const ZIG: &str = "ziglang==0.17.1";
const ZIGBUILD: &str = "cargo-zigbuild==0.24.1";
/// The pinned compiler, and the package that holds its library's source.
const RUST: &str = "1.95.0";
const RUST_SRC: &str = "rust-src=1.95.0+dfsg1-2~bpo13+1";
const SUITE: &str = "trixie-backports";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Paths below the store.
const ZIG_FOLDER: &str = "zig";
const SOURCE_FOLDER: &str = "rust-src";

/// Zig and `cargo zigbuild`, from PyPI.
pub(super) fn ensure_zig(store: &Store, programs: &Programs) -> Result<()> {
    let recipe = format!("PyPI {ZIG}, {ZIGBUILD}");
    store.ensure("zig", &recipe, &[ZIG_FOLDER.to_owned()], |staging| {
        let folder = staging.join(ZIG_FOLDER);
        programs.pip_install(ZIG, &folder)?;
        programs.pip_install(ZIGBUILD, &folder.join("zigbuild"))
    })
}

/// The source of the standard library, from Debian.
pub(super) fn ensure_rust_src(store: &Store) -> Result<()> {
    let recipe = format!("Debian {RUST_SRC} of {SUITE}");
    store.ensure("rust-src", &recipe, &[SOURCE_FOLDER.to_owned()], |staging| {
        let apt = staging.join("apt");
        let config = write_apt_config(&apt)?;
        let apt_get = |args: &[&str]| {
            let mut command = Command::new("apt-get");
            command.args(args).env("APT_CONFIG", &config).current_dir(&apt);
            process::run_quietly(&mut command)
        };
        apt_get(&["update"])
            .context("Debian's packages are the only source of the standard library")?;
        apt_get(&["download", RUST_SRC])?;
        let package = fs::read_dir(&apt)?
            .filter_map(|it| Some(it.ok()?.path()))
            .find(|it| it.extension().is_some_and(|it| it == "deb"))
            .context("apt-get left no package")?;
        let unpacked = staging.join("unpacked");
        process::run_quietly(Command::new("dpkg-deb").arg("-x").arg(package).arg(&unpacked))?;
        fs::rename(unpacked.join(format!("usr/src/rustc-{RUST}")), staging.join(SOURCE_FOLDER))
            .context("the package holds no source of that version")
    })
}

/// `cargo zigbuild rustc`, ready for its arguments.
pub fn zigbuild(store: &Store) -> PathBuf {
    store.path(&format!("{ZIG_FOLDER}/zigbuild/bin/cargo-zigbuild"))
}

/// The Zig compiler.
pub fn zig(store: &Store) -> PathBuf {
    store.path(&format!("{ZIG_FOLDER}/ziglang/zig"))
}

/// The folder that Cargo calls the library's source.
pub fn library_source(store: &Store) -> PathBuf {
    store.path(&format!("{SOURCE_FOLDER}/library"))
}

/// A package manager's state of its own in `folder`; returns its configuration.
fn write_apt_config(folder: &Path) -> Result<PathBuf> {
    for name in ["lists/partial", "cache/archives/partial", "parts", "state"] {
        fs::create_dir_all(folder.join(name))?;
    }
    fs::write(folder.join("status"), "")?;
    let source = format!("deb [signed-by={KEYRING}] http://deb.debian.org/debian {SUITE} main\n");
    fs::write(folder.join("sources.list"), source)?;
    let at = folder.display();
    let config = folder.join("apt.conf");
    fs::write(
        &config,
        format!(
            "Dir::Etc::sourcelist \"{at}/sources.list\";\nDir::Etc::sourceparts \"{at}/parts\";\n\
             Dir::State \"{at}/state\";\nDir::State::Lists \"{at}/lists\";\n\
             Dir::State::status \"{at}/status\";\nDir::Cache \"{at}/cache\";\n\
             Acquire::Languages \"none\";\nAPT::Sandbox::User \"root\";\n"
        ),
    )?;
    Ok(config)
}
