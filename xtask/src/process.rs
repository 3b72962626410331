//! Running other programs: with their output shown, kept, or shown only when
//! they fail.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{env, workspace};

/// A Cargo command at the workspace's root, without the variables that the
/// outer `cargo run` added.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(args).current_dir(workspace::root());
    for name in env::names_set_by_cargo() {
        command.env_remove(name);
    }
    command
}

/// Runs to the end with its output on our terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("failed to start `{}`", printable(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", printable(command));
    }
    Ok(())
}

/// Runs to the end and shows its output only if it fails.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    capture(command).map(drop)
}

/// Runs to the end and returns standard output; the error of a failed program
/// carries both its streams.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("failed to start `{}`", printable(command)))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!(
            "`{}` ended with {}\n{stdout}{}",
            printable(command),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(stdout)
}

/// The first file called `name` on `PATH` that may be executed.
pub fn on_path(name: &str) -> Option<PathBuf> {
    env::path_folders().into_iter().map(|it| it.join(name)).find(|it| is_executable(it))
}

/// The command as one would type it; words with blanks are quoted.
pub fn printable(command: &Command) -> String {
    let word = |it: &OsStr| {
        let text = it.to_string_lossy();
        if text.is_empty() || text.contains(char::is_whitespace) {
            format!("'{text}'")
        } else {
            text.into_owned()
        }
    };
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}
