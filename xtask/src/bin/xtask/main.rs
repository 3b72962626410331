//! `cargo xtask`: the commands of this repository. Those that need the fakes or
//! a code generator run in a program of their own, see `forward`.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool for developers writes to its terminal"
)]

mod check;
mod docs;
mod forward;
mod git;
mod install;
mod packages;
mod steps;
mod test;
mod tidy;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use xtask::tools;

use forward::Program;

#[cfg(test)]
mod tests;

/// Automation of the aibridge workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure our programs side by side with named peers.
    #[command(disable_help_flag = true)]
    Bench(Forwarded),
    /// Check format, rules, lints and tests of what differs from the main branch; no
    /// outside program.
    Check,
    /// Generate the wire types from the protocol definitions.
    Codegen {
        /// Only compare, and fail if the checked-in code is stale.
        #[arg(long)]
        check: bool,
    },
    /// Show the whole main job on this machine, step by step.
    #[command(disable_help_flag = true)]
    Demo(Forwarded),
    /// Build what a release holds: archives, the helper's binaries, checksums.
    #[command(disable_help_flag = true)]
    Dist(Forwarded),
    /// Record the provider's schema and render its pages in `docs`.
    Docs {
        /// Only compare, and fail if a page is stale.
        #[arg(long)]
        check: bool,
    },
    /// Put the provider into Terraform's local mirror and the helper into Cargo's bin folder.
    Install,
    /// Run the tests that take long: every core, fuzzing, mass cases, a whole release.
    #[command(disable_help_flag = true)]
    Soak(Forwarded),
    /// Run all steps that must pass on every change.
    Test {
        /// Only these steps; all by default.
        #[arg(value_name = "STEP")]
        steps: Vec<test::Step>,
        /// List the steps, and run none.
        #[arg(long)]
        list: bool,
    },
    /// Check the rules of the repository that no other tool checks.
    Tidy,
    /// Find or build the outside programs that the other commands need.
    Tools {
        /// Install missing system packages with apt-get.
        #[arg(long)]
        install: bool,
        /// Also get the programs that only `bench` and `soak` need, which takes minutes.
        #[arg(long)]
        all: bool,
    },
}

/// Arguments that the other program reads, `--help` among them.
#[derive(Args)]
struct Forwarded {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

fn main() -> ExitCode {
    xtask::exit_code(run(Cli::parse().command).map(|()| ExitCode::SUCCESS))
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Bench(it) => stage("bench", it),
        Command::Check => check::run(),
        Command::Codegen { check } => Program::Codegen.exec(check.then(|| "--check".into())),
        Command::Demo(it) => stage("demo", it),
        Command::Dist(it) => stage("dist", it),
        Command::Docs { check } => docs::run(check),
        Command::Install => install::run(),
        Command::Soak(it) => stage("soak", it),
        Command::Test { list: true, .. } => test::list(),
        Command::Test { steps, .. } => test::run(&steps),
        Command::Tidy => tidy::run(),
        Command::Tools { install, all } => tools::run(install, all),
    }
}

fn stage(command: &str, forwarded: Forwarded) -> Result<()> {
    Program::Stage.exec([OsString::from(command)].into_iter().chain(forwarded.args))
}
