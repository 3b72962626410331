//! The workspace helper: installs the CA certificate of AI Bridge Proxy in a
//! workspace, and runs tools behind the proxy.
//!
//! [`run`] is the whole program; it gets the environment and both output streams
//! as arguments. It never changes its own environment, prints no token except in
//! `env`, and keeps nothing outside the certificate's folder.

mod cli;
mod commands;
mod config;
mod coordination;
mod doctor;
mod env;
mod error;
mod exit;
mod files;
mod guard;
mod help;
mod output;
mod rotation;
mod run_id;
mod status;
mod trust;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use settings::{Lookup, logging};

pub use self::env::ProcessEnv;
pub use self::exit::Exit;
pub use self::output::Output;

use self::cli::{Cli, Command, ExecArgs};
use self::commands::setup::Kind;
use self::config::LogSettings;
use self::error::Error;

/// Parses the command line, runs the command, and reports why it failed.
pub fn run(command_line: &[OsString], env: &dyn Lookup, out: &mut Output) -> Exit {
    let ended = match parse(command_line, env, out) {
        Ok(cli) => dispatch(&cli, env, out),
        Err(ended) => ended,
    };
    ended.unwrap_or_else(|err| out.error(&err))
}

/// Parses the command line. Help and version are printed here; so is what is
/// wrong with it.
///
/// # Errors
///
/// How to end if there is nothing to run.
fn parse(
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
    // The usage that follows the first line is in `--help` as well.
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
/// parser, which would take most of the time until the command runs.
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
fn dispatch(cli: &Cli, env: &dyn Lookup, out: &mut Output) -> Result<Exit, Error> {
    let log = LogSettings::read(cli.log_format.as_deref(), cli.log_level.as_deref(), env);
    out.format = log.format();
    for fault in log.faults() {
        out.warn(&fault.text(), fault.hint.as_deref());
    }
    if let Some(level) = log.level() {
        logging::start(out.format, level);
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
