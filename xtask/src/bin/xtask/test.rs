//! All steps that must pass on every change, the fastest ones first. CI runs this
//! command.

mod markers;
mod modules;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use testkit::slow;
use xtask::env::{ENV_CI, ENV_SLOW_TESTS};

use xtask::{process, tools};

use crate::forward::{FEATURES, Program};
use crate::steps::Steps;
use crate::{docs, packages, tidy};

/// What rustdoc is given besides its own arguments.
const ENV_RUSTDOCFLAGS: &str = "RUSTDOCFLAGS";

/// One step, in the order of running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Rust sources are formatted.
    Format,
    /// The rules of the repository hold.
    Tidy,
    /// Generated code is fresh.
    Codegen,
    /// The registry's pages are fresh.
    Docs,
    /// The compiler and clippy have no warning.
    Clippy,
    /// The documentation of the crates is rendered without a warning.
    Rustdoc,
    /// Each product crate compiles and passes its tests alone, without ring 3.
    Packages,
    /// The outside programs are installed.
    Tools,
    /// Every test of every crate passes, documentation and system tests included.
    Rings,
    /// Terraform modules are formatted, valid, and pass their own tests.
    Modules,
    /// Every step of the demonstration holds.
    Demo,
}

/// The command: the named steps, or all of them.
pub(crate) fn run(only: &[Step]) -> Result<()> {
    let mut steps = Steps::new();
    for step in Step::value_variants() {
        if only.is_empty() || only.contains(step) {
            let value = step.to_possible_value().context("every step has a name")?;
            let repeat = format!("cargo xtask test {}", value.get_name());
            steps.step(value.get_name(), &repeat, || step.run())?;
        }
    }

    steps.finish();
    println!("test: every step held");
    Ok(())
}

/// Prints each step's name and help text.
pub(crate) fn list() -> Result<()> {
    for step in Step::value_variants() {
        let value = step.to_possible_value().context("every step has a name")?;
        let help = value.get_help().context("every step has a help text")?;
        println!("{:<8} {help}", value.get_name());
    }
    Ok(())
}

impl Step {
    fn run(self) -> Result<()> {
        let cargo = |args: &[&str]| process::run(&mut process::cargo(args));
        match self {
            Self::Format => cargo(&["fmt", "--all", "--", "--check"]),
            Self::Tidy => tidy::run(),
            Self::Codegen => process::run(Program::Codegen.command().arg("--check")),
            Self::Docs => docs::run(true),
            Self::Clippy => {
                let mut command = process::cargo(&["clippy", "--workspace", "--all-targets"]);
                command.args(FEATURES).args(["--locked", "--", "--deny", "warnings"]);
                process::run(&mut command)
            }
            Self::Rustdoc => {
                let mut command = process::cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
                process::run(command.env(ENV_RUSTDOCFLAGS, "--deny warnings"))
            }
            Self::Packages => packages(),
            Self::Tools => tools::run(false, false),
            Self::Rings => rings(),
            Self::Modules => modules::run(),
            Self::Demo => process::run(Program::Stage.command().arg("demo")),
        }
    }
}

/// Cargo unifies the features of what it builds together, so a crate may rely on a
/// feature that another one asks for, and behaves as that feature makes it behave. Each
/// product crate is therefore checked alone, as it is built for a release, and tested
/// alone; the check has its place since the tests' own dependencies add features, too.
/// Ring 3 stays off even where a variable switches it on: `rings` runs it.
fn packages() -> Result<()> {
    let packages = packages::all()?;
    for package in packages.iter().filter(|it| it.is_product()) {
        for subcommand in ["check", "test"] {
            let mut command = process::cargo(&[subcommand, "--locked", "--package", &package.name]);
            println!("{}", process::printable(&command));
            process::run(command.env_remove(ENV_CI).env_remove(ENV_SLOW_TESTS))?;
        }
    }
    Ok(())
}

/// One Cargo command for all rings: documentation tests are part of it, since
/// only the SDK has them switched on.
fn rings() -> Result<()> {
    slow::remove_markers();
    let mut command = process::cargo(&["test", "--workspace", "--locked"]);
    command.args(FEATURES);
    println!("{ENV_SLOW_TESTS}=1 {}", process::printable(&command));
    process::run(command.env(ENV_SLOW_TESTS, "1"))?;
    markers::check()
}
