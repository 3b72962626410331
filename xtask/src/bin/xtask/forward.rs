//! The two further programs of this package. Each is built when a command first
//! needs it, so that all other commands compile neither a TLS stack nor a code
//! generator.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};
use xtask::process;

/// Cargo's feature flags for whatever builds all programs of this package.
pub(crate) const FEATURES: [&str; 2] = ["--features", "xtask/codegen,xtask/stage"];

/// A program of this package, behind the feature of the same name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Program {
    Codegen,
    Stage,
}

impl Program {
    /// `cargo run` of the program, ready for its arguments. Cargo shows what it
    /// compiles, which takes minutes the first time.
    pub(crate) fn command(self) -> Command {
        let (feature, program) = match self {
            Self::Codegen => ("codegen", "xtask-codegen"),
            Self::Stage => ("stage", "xtask-stage"),
        };
        let mut command = process::cargo(&["run", "--locked", "--package", "xtask"]);
        command.args(["--features", feature, "--bin", program, "--"]);
        command
    }

    /// Becomes the program, so that it gets signals and its exit code is ours.
    /// Returns only if that fails.
    pub(crate) fn exec(self, args: impl IntoIterator<Item = OsString>) -> Result<()> {
        let mut command = self.command();
        let err = command.args(args).exec();
        Err(err).with_context(|| format!("failed to start `{}`", process::printable(&command)))
    }
}
