//! The workspace helper: brings the AI Bridge Proxy's CA into a workspace and
//! tools behind the proxy.
//!
//! `main` parses and maps to an exit code; everything else is here, with the
//! environment and both output streams handed in. It never changes its own
//! environment, never prints a token except where `env` is asked to, and keeps
//! nothing outside the certificate's folder.

pub mod cli;
pub mod commands;
pub mod coordination;
pub mod doctor;
pub mod env;
pub mod error;
pub mod exit;
pub mod files;
pub mod guard;
pub mod help;
pub mod logging;
pub mod output;
pub mod rotation;
pub mod run_id;
pub mod settings;
pub mod status;
pub mod trust;
pub mod variables;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command, ExecArgs};
use crate::commands::setup::Kind;
use crate::env::Lookup;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;

/// Parses the command line. Help and version are printed here; so is what is
/// wrong with it.
///
/// # Errors
///
/// How to end if there is nothing to run.
pub fn parse(
    command_line: &[OsString],
    env: &dyn Lookup,
    out: &mut Output,
) -> Result<Cli, Result<Exit, Error>> {
    if let Some(cli) = bare_exec(command_line) {
        return Ok(cli);
    }
    let err = match Cli::try_parse_from(command_line) {
        Ok(cli) => return Ok(cli),
        Err(err) => err,
    };
    let text = err.render().to_string();
    if matches!(err.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Err(out.result(&text).map(|()| Exit::Done));
    }
    // The usage that follows is for those who typed it; `--help` has it too.
    let problem = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    if let Some(flags) = setup_flags(command_line) {
        return Err(commands::setup::refuse(flags, problem, env, out));
    }
    Err(Err(Error::Usage(problem)))
}

/// What follows the verb, if it is `setup`.
fn setup_flags(command_line: &[OsString]) -> Option<&[OsString]> {
    let cli = Cli::command();
    let is_verb = |it: &OsString| cli.find_subcommand(it).is_some();
    let verb = command_line.iter().skip(1).position(is_verb)? + 1;
    (command_line[verb] == "setup").then(|| &command_line[verb + 1..])
}

/// `exec -- CMD…`, the form in which tools are started all day. It needs no
/// parser, whose set-up is most of what it takes to become the command.
fn bare_exec(command_line: &[OsString]) -> Option<Cli> {
    let [_, verb, dashes, command @ ..] = command_line else { return None };
    if verb != "exec" || dashes != "--" || command.is_empty() {
        return None;
    }
    let args = ExecArgs { command: command.to_vec(), ..ExecArgs::default() };
    Some(Cli { log_format: None, log_level: None, command: Command::Exec(args) })
}

/// Runs one command; a panic is a fault of this program like any other.
///
/// # Errors
///
/// Why the command failed, unless it has reported that itself.
pub fn run(cli: &Cli, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let (format, level, faults) = logging::decide(cli, env);
    out.format = format;
    for fault in faults {
        out.warn(&format!("{}: {}", fault.source, fault.message), fault.hint.as_deref());
    }
    if let Some(level) = level {
        logging::start(format, level);
    }
    catch_unwind(AssertUnwindSafe(|| match &cli.command {
        Command::Setup { args, prebuild } => {
            let kind = if *prebuild { Kind::Prebuild } else { Kind::Start };
            commands::setup::run(kind, args, env, out)
        }
        Command::Refresh { args, drop_old } => {
            commands::setup::run(Kind::Refresh { drops_old: *drop_old }, args, env, out)
        }
        Command::Wait(args) => commands::wait::run(args, env, out),
        Command::Exec(args) => commands::exec::run(args, env, out),
        Command::Env(args) => commands::env::run(args, env, out),
        Command::Status(args) => commands::status::run(args, env, out),
        Command::Trust(args) => commands::trust::run(args, env, out),
        Command::Doctor(args) => commands::doctor::run(args, env, out),
        Command::Completions(args) => commands::completions::run(args, out),
        Command::Man(args) => commands::man::run(args, out),
        Command::Sync(args) => commands::sync::run(args, env, out),
    }))
    .unwrap_or_else(|payload| Err(Error::Bug(guard::message(payload.as_ref()))))
}
