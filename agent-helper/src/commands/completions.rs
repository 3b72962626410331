//! `completions`: what a shell needs to complete this program's words.

use clap::CommandFactory;
use clap_complete::generate;

use crate::cli::{Cli, CompletionsArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;

/// Runs the command.
///
/// # Errors
///
/// A stdout that takes nothing.
pub fn run(args: &CompletionsArgs, out: &mut Output) -> Result<Exit, Error> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(args.shell, &mut command, name, &mut script);
    out.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
