//! A temporary folder with a Terraform CLI that knows only our mirrors: no
//! registry, no user's configuration, nothing left in the work tree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{env, install, workspace};

/// Variables of people's shells that would change what a CLI or the providers do.
const FOREIGN: [&str; 3] = ["AIBRIDGE_", "CODER_", "TF_"];

/// The folder; removed when dropped, unless kept.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    cli: PathBuf,
}

impl Scratch {
    /// Offers `provider` (the path of our binary) and what `mirrors` hold to the CLI at `cli`.
    pub(crate) fn new(cli: &Path, provider: &Path, mirrors: &[PathBuf]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("aibridge-").tempdir()?;
        let own = folder.path().join("mirror");
        for file in install::mirror_files(&own) {
            link_or_copy(provider, &file)?;
        }
        let mut config = "provider_installation {\n".to_owned();
        for mirror in [own].iter().chain(mirrors) {
            config.push_str(&format!(
                "  filesystem_mirror {{\n    path = {:?}\n  }}\n",
                mirror.display().to_string()
            ));
        }
        config.push_str("}\ndisable_checkpoint = true\n");
        fs::write(folder.path().join("cli.tfrc"), config)?;
        Ok(Self { folder, cli: cli.to_owned() })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The CLI in `folder`, with a clean environment.
    pub(crate) fn terraform(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.cli);
        command.current_dir(folder);
        for name in env::names_beginning_with(&FOREIGN) {
            command.env_remove(name);
        }
        command.env("TF_CLI_CONFIG_FILE", self.folder.path().join("cli.tfrc"));
        command.env("TF_IN_AUTOMATION", "1").env("TF_INPUT", "0");
        command
    }

    /// Copies one folder of the workspace; an absent one gives an absent one.
    pub(crate) fn copy_from_workspace(&self, name: &str) -> Result<PathBuf> {
        let to = self.folder.path().join(name);
        let from = workspace::root().join(name);
        if from.is_dir() {
            copy_folder(&from, &to)?;
        }
        Ok(to)
    }
}

/// A mirror that offers one file; a link costs nothing, but not every two
/// folders share a file system.
fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a provider lies in a folder")?)?;
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to).with_context(|| format!("failed to copy `{}`", from.display()))?;
    }
    Ok(())
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
