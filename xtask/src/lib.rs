//! What the programs of this package share: the environment, child processes,
//! outside programs, and places in this checkout. Nothing here is part of a
//! product.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool for developers writes to its terminal"
)]

pub mod configuration;
pub mod duration;
pub mod env;
pub mod process;
pub mod tools;
pub mod workspace;

use std::process::ExitCode;

/// The exit code of a program, whose error is printed.
pub fn exit_code(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|err| {
        eprintln!("error: {err:#}");
        ExitCode::FAILURE
    })
}
