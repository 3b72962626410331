//! The Terraform modules as their users meet them: formatted, valid, and
//! passing their own `terraform test` against the real providers' schemas.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::tools::{Store, Tool};
use crate::{install, process, tools, workspace};

/// Formats, validates and tests every module; validates every stack.
pub(super) fn run() -> Result<()> {
    let store = tools::get(&[Tool::Terraform, Tool::CoderProvider])?;
    process::run(&mut process::cargo(&["build", "--quiet", "--locked", "--package", "provider"]))?;
    let scratch = Scratch::new(&store)?;
    for folder in ["modules", "examples"] {
        let path = workspace::root().join(folder);
        if path.is_dir() {
            process::run(
                scratch
                    .terraform(workspace::root())
                    .args(["fmt", "-check", "-diff", "-recursive"])
                    .arg(path),
            )?;
        }
    }
    for folder in folders(&scratch.copy("modules")?)? {
        scratch.validate(&folder)?;
        process::run(scratch.terraform(&folder).arg("test"))?;
    }
    for folder in folders(&scratch.copy("examples")?.join("stacks"))? {
        scratch.validate(&folder)?;
    }
    Ok(())
}

/// A folder of copies, so that no lock file or plugin folder gets into the work tree.
struct Scratch {
    folder: tempfile::TempDir,
    cli: PathBuf,
}

impl Scratch {
    fn new(store: &Store) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mirror = folder.path().join("mirror");
        let binary = workspace::target().join("debug/terraform-provider-aibridge");
        for file in install::mirror_files(&mirror) {
            fs::create_dir_all(file.parent().context("the provider lies in a folder")?)?;
            std::os::unix::fs::symlink(&binary, file)?;
        }
        let config = format!(
            "provider_installation {{\n  filesystem_mirror {{\n    path = \"{}\"\n    include = [\"*/aibridge-rs/*\"]\n  }}\n  \
             filesystem_mirror {{\n    path = \"{}\"\n    exclude = [\"*/aibridge-rs/*\"]\n  }}\n}}\n",
            mirror.display(),
            store.path("mirror").display()
        );
        fs::write(folder.path().join("cli.tfrc"), config)?;
        Ok(Self { folder, cli: store.path("bin/terraform") })
    }

    /// Copies one folder of the workspace; an absent one gives an absent one.
    fn copy(&self, name: &str) -> Result<PathBuf> {
        let to = self.folder.path().join(name);
        let from = workspace::root().join(name);
        if from.is_dir() {
            copy_folder(&from, &to)?;
        }
        Ok(to)
    }

    fn terraform(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.cli);
        command.current_dir(folder).env("TF_CLI_CONFIG_FILE", self.folder.path().join("cli.tfrc"));
        command.env("TF_IN_AUTOMATION", "1").env("TF_INPUT", "0").env("CHECKPOINT_DISABLE", "1");
        command
    }

    fn validate(&self, folder: &Path) -> Result<()> {
        println!("{}", folder.strip_prefix(self.folder.path()).unwrap_or(folder).display());
        process::run_quietly(self.terraform(folder).args(["init", "-backend=false"]))?;
        process::run(self.terraform(folder).arg("validate"))
    }
}

/// Sub-folders in order of their names; none if `folder` is absent.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in
        fs::read_dir(from).with_context(|| format!("failed to read `{}`", from.display()))?
    {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != ".terraform" {
                copy_folder(&entry.path(), &target)?;
            }
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
