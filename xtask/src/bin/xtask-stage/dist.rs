//! What a release holds, in the layout that plugin registries expect:
//! the provider in an archive for each platform, the helper as bare binaries,
//! the manifest, and checksums over all of them.
//!
//! The provider carries the helper's checksums, so helpers are built first. A
//! release that needs machines of several kinds runs the stages one by one and
//! lays every machine's helpers into the folder before the second.

mod archive;
mod build;
mod checksums;
mod target;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum;
use xtask::{process, workspace};

pub(crate) use target::Target;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const PROVIDER: &str = "terraform-provider-aibridge";
const HELPER: &str = "aibridge-agent";
const MANIFEST: &str = "terraform-registry-manifest.json";

/// A part of the work that can be done alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Build the helper's binaries.
    Helpers,
    /// Build the providers, with the checksums of all helpers in the folder.
    Providers,
    /// Add the manifest and the checksums.
    Seal,
}

/// The command.
pub(crate) fn run(
    stage: Option<Stage>,
    targets: Vec<Target>,
    sign_with: Option<&str>,
) -> Result<()> {
    let folder = folder();
    let does = |it| stage.is_none_or(|stage| stage == it);
    let targets = if stage == Some(Stage::Seal) { Vec::new() } else { possible(targets)? };
    if stage.is_none() && folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("failed to empty `{}`", folder.display()))?;
    }
    fs::create_dir_all(&folder)
        .with_context(|| format!("failed to create `{}`", folder.display()))?;
    if does(Stage::Helpers) {
        for target in targets.iter().filter(|it| it.has_helper()) {
            let binary = build::binary(*target, "agent-helper", HELPER, &[])?;
            fs::copy(binary, helper(*target))?;
        }
    }
    if does(Stage::Providers) {
        let checksums = helper_checksums()?;
        for target in &targets {
            let binary = build::binary(*target, "provider", PROVIDER, &checksums)?;
            archive_provider(*target, &binary)?;
        }
    }
    if does(Stage::Seal) {
        seal(&folder, sign_with)?;
    }
    println!("dist: {}", folder.display());
    Ok(())
}

/// Builds a program of `package` as a release has it for this machine.
pub(crate) fn program(package: &str, name: &str) -> Result<PathBuf> {
    let target = Target::of_this_machine().context("no release is made for this machine")?;
    if let Some(why) = build::obstacle(target)? {
        bail!("{} cannot be built here: {why}", target.platform());
    }
    build::binary(target, package, name, &[])
}

/// Where a release lies.
pub(crate) fn folder() -> PathBuf {
    workspace::target().join("dist")
}

/// Where a target's helper lies.
pub(crate) fn helper(target: Target) -> PathBuf {
    folder().join(helper_file(target))
}

/// Where a target's archive of the provider lies.
pub(crate) fn archive(target: Target) -> PathBuf {
    folder().join(format!("{PROVIDER}_{VERSION}_{}.zip", target.registry_platform()))
}

/// Where the checksums of all files lie.
pub(crate) fn checksum_list() -> PathBuf {
    folder().join(format!("{PROVIDER}_{VERSION}_SHA256SUMS"))
}

/// The targets that this machine can build. A target in `named` that it cannot build
/// is an error; of other targets the obstacle is printed.
fn possible(named: Vec<Target>) -> Result<Vec<Target>> {
    let mut found = Vec::new();
    let candidates = if named.is_empty() { Target::value_variants() } else { named.as_slice() };
    for target in candidates {
        match build::obstacle(*target)? {
            None => found.push(*target),
            Some(why) if named.is_empty() => {
                println!("dist: {} cannot be built here: {why}", target.platform());
            }
            Some(why) => bail!("{} cannot be built here: {why}", target.platform()),
        }
    }
    ensure!(!found.is_empty(), "no target can be built here");
    Ok(found)
}

/// `aibridge-agent_0.1.0_linux_amd64`: what the bootstrap script downloads.
fn helper_file(target: Target) -> String {
    format!("{HELPER}_{VERSION}_{}{}", target.platform(), target.exe())
}

/// The variables that the provider's build reads, one for each helper that lies
/// in the folder.
fn helper_checksums() -> Result<Vec<(String, String)>> {
    let mut variables = Vec::new();
    for target in Target::value_variants() {
        let file = helper(*target);
        if file.exists() {
            let platform = target.platform().to_uppercase();
            variables.push((format!("AIBRIDGE_AGENT_SHA256_{platform}"), checksums::of(&file)?));
        }
    }
    ensure!(
        !variables.is_empty(),
        "no helper in `{}`: run stage `helpers` first",
        folder().display()
    );
    Ok(variables)
}

fn archive_provider(target: Target, binary: &Path) -> Result<()> {
    let read = |path: PathBuf| {
        fs::read(&path).with_context(|| format!("failed to read `{}`", path.display()))
    };
    let entries = vec![
        archive::Entry {
            name: format!("{PROVIDER}_v{VERSION}{}", target.exe()),
            is_program: true,
            bytes: read(binary.to_owned())?,
        },
        archive::Entry {
            name: "LICENSE".to_owned(),
            is_program: false,
            bytes: read(workspace::root().join("LICENSE"))?,
        },
        archive::Entry {
            name: "README.md".to_owned(),
            is_program: false,
            bytes: read(workspace::root().join("README.md"))?,
        },
    ];
    let file = archive(target);
    fs::write(&file, archive::zip(entries)?)
        .with_context(|| format!("failed to write `{}`", file.display()))
}

fn seal(folder: &Path, sign_with: Option<&str>) -> Result<()> {
    let manifest = format!("{PROVIDER}_{VERSION}_manifest.json");
    fs::copy(workspace::root().join(MANIFEST), folder.join(manifest))?;
    let sums = checksum_list();
    let signature = sums
        .with_extension(format!("{}.sig", sums.extension().unwrap_or_default().to_string_lossy()));
    for old in [&sums, &signature] {
        if old.exists() {
            fs::remove_file(old)?;
        }
    }
    fs::write(&sums, checksums::list(folder)?)?;
    if let Some(key) = sign_with {
        let mut gpg = Command::new("gpg");
        gpg.args(["--batch", "--local-user", key, "--detach-sign", "--output"]);
        process::run(gpg.arg(&signature).arg(&sums))?;
    }
    Ok(())
}
