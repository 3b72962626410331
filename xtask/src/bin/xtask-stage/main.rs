//! The commands that need the fakes, or read and write archives: `cargo xtask`
//! builds and runs this program for them.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool for developers writes to its terminal"
)]

mod bench;
mod demo;
mod dist;
mod soak;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure our programs side by side with named peers.
    Bench {
        /// Only this subject; all by default.
        subject: Option<bench::Subject>,
    },
    /// Show the whole main job on this machine, step by step.
    Demo {
        /// Leave the fakes running, and print what can be tried with them.
        #[arg(long)]
        keep: bool,
    },
    /// Build what a release holds: archives, the helper's binaries, checksums.
    Dist {
        /// Only this stage; all, from an empty folder, by default.
        stage: Option<dist::Stage>,
        /// Only this target (repeatable); by default, all that this machine can build.
        #[arg(long = "target")]
        targets: Vec<dist::Target>,
        /// Sign the checksums with this GnuPG key.
        #[arg(long, value_name = "KEY")]
        sign_with: Option<String>,
    },
    /// Run the tests that take long: every core, fuzzing, mass cases, a whole release.
    Soak {
        /// Only these parts; all by default.
        parts: Vec<soak::Part>,
    },
}

fn main() -> ExitCode {
    xtask::exit_code(run(Cli::parse().command))
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Bench { subject } => bench::run(subject),
        Command::Demo { keep } => demo::run(keep),
        Command::Dist { stage, targets, sign_with } => {
            dist::run(stage, targets, sign_with.as_deref())
        }
        Command::Soak { parts } => return soak::run(parts),
    }?;
    Ok(ExitCode::SUCCESS)
}
