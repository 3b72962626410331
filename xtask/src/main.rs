//! Automation of this repository: everything a person or CI types is one of
//! these commands. Nothing here is part of a product.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool for developers talks on its terminal"
)]

mod bench;
mod codegen;
mod demo;
mod dist;
mod docs;
mod env;
mod install;
mod process;
mod soak;
mod steps;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Automation of the aibridge workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure side by side with named peers.
    Bench {
        /// Only this subject; all by default.
        subject: Option<bench::Subject>,
    },
    /// Generate the wire types from the protocol definitions.
    Codegen {
        /// Only compare; fail if the checked-in code is stale.
        #[arg(long)]
        check: bool,
    },
    /// Show the whole main job on this machine, step by step.
    Demo {
        /// Leave everything running, and say how to play with it.
        #[arg(long)]
        keep: bool,
    },
    /// Record the provider's schema and render its pages in `docs`.
    Docs {
        /// Only compare; fail if a page is stale.
        #[arg(long)]
        check: bool,
    },
    /// Make what a release holds: archives, the helper's binaries, checksums.
    Dist {
        /// Only this stage; all, from an empty folder, by default.
        stage: Option<dist::Stage>,
        /// Only this target (repeatable); all that can be built here by default.
        #[arg(long = "target")]
        targets: Vec<dist::Target>,
        /// Sign the checksums with this GnuPG key.
        #[arg(long, value_name = "KEY")]
        sign_with: Option<String>,
    },
    /// Put the provider into Terraform's local mirror and the helper into Cargo's bin folder.
    Install,
    /// Run what takes long.
    Soak {
        /// Only these parts; all by default.
        parts: Vec<soak::Part>,
    },
    /// Run everything that must pass on every change.
    Test {
        /// Only these steps; all by default.
        #[arg(value_name = "STEP")]
        steps: Vec<test::Step>,
        /// Name the steps, and run none.
        #[arg(long)]
        list: bool,
    },
    /// Check the rules of the repository that no other tool checks.
    Tidy,
    /// Find or build the outside programs the other commands need.
    Tools {
        /// Install missing system packages with apt-get.
        #[arg(long)]
        install: bool,
        /// Also get what only `bench` and `soak` need, which takes minutes.
        #[arg(long)]
        all: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(err) => {
            eprintln!("error: {err:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Bench { subject } => bench::run(subject),
        Command::Codegen { check } => codegen::run(check),
        Command::Demo { keep } => demo::run(keep),
        Command::Docs { check } => docs::run(check),
        Command::Dist { stage, targets, sign_with } => {
            dist::run(stage, targets, sign_with.as_deref())
        }
        Command::Install => install::run(),
        Command::Soak { parts } => return soak::run(parts),
        Command::Test { list: true, .. } => test::list(),
        Command::Test { steps, .. } => test::run(&steps),
        Command::Tidy => tidy::run(),
        Command::Tools { install, all } => tools::run(install, all),
    }?;
    Ok(ExitCode::SUCCESS)
}
