//! Installs the programs for the current user: the provider into the local mirror
//! that Terraform and OpenTofu read by default, the
//! helper into Cargo's bin folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use xtask::{env, process, workspace};

/// The implicit mirror below the home folder, read by both CLIs.
const MIRROR: &str = ".terraform.d/plugins";
const PROVIDER: &str = "terraform-provider-aibridge";

/// The command: release builds, installed for the current user.
pub(crate) fn run() -> Result<()> {
    let home = env::home().context("`HOME` is not set, so there is no folder to install into")?;
    let profile = workspace::release_profile("provider");
    process::run(&mut process::cargo(&[
        "build",
        "--profile",
        profile,
        "--locked",
        "--package",
        "provider",
    ]))?;
    let binary = workspace::target().join(profile).join(PROVIDER);
    for file in mirror_files(&home.join(MIRROR)) {
        replace(&binary, &file)?;
        println!("installed {}", file.display());
    }
    process::run(&mut process::cargo(&[
        "install",
        "--locked",
        "--force",
        "--path",
        "agent-helper",
    ]))?;
    if let Some(bin) = env::cargo_home().map(|it| it.join("bin"))
        && !env::path_folders().contains(&bin)
    {
        println!("note: {} is not on PATH", bin.display());
    }
    println!(
        "note: a folder with a lock file from an older build wants `terraform init -upgrade`, or \
         its"
    );
    println!("      `.terraform.lock.hcl` removed: the version is the same, the checksum is not");
    Ok(())
}

/// The provider's file for each registry host, in a mirror at `folder`.
fn mirror_files(folder: &Path) -> Vec<PathBuf> {
    let version = env!("CARGO_PKG_VERSION");
    workspace::REGISTRY_HOSTS
        .iter()
        .map(|host| {
            let provider = folder.join(host).join(workspace::PROVIDER_NAMESPACE).join(version);
            provider.join(workspace::platform()).join(format!("{PROVIDER}_v{version}"))
        })
        .collect()
}

/// Copies by way of a temporary file: a running provider keeps its old file.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().context("the provider lies in a folder")?;
    fs::create_dir_all(folder)
        .with_context(|| format!("failed to create `{}`", folder.display()))?;
    let copy = tempfile::Builder::new().tempfile_in(folder)?.into_temp_path();
    fs::copy(from, &copy).with_context(|| format!("failed to copy `{}`", from.display()))?;
    copy.persist(to).with_context(|| format!("failed to put `{}` into place", to.display()))
}
