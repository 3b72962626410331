//! `completions`: the script with which a shell completes this program's command line.

use clap::CommandFactory;
use clap_complete::generate;

use crate::cli::{Cli, CompletionsArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;

/// The generator for bash sets the state of a command under the second name and
/// finds it under the first, if the program's name has a hyphen: no flag of a
/// command would be completed.
const MISNAMED: &str = "aibridge__subcmd__agent";
const NAMED: &str = "aibridge__agent";

/// Runs the command.
///
/// # Errors
///
/// A write error on stdout.
pub(crate) fn run(args: &CompletionsArgs, out: &mut Output) -> Result<Exit, Error> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(args.shell, &mut command, name, &mut script);
    let script = String::from_utf8_lossy(&script).replace(MISNAMED, NAMED);
    out.result(&script)?;
    Ok(Exit::Done)
}
