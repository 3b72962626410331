//! Parses, runs, and maps the end to an exit code; nothing else.

use std::ffi::OsString;
use std::process::ExitCode;

use agent_helper::env::ProcessEnv;
use agent_helper::output::Output;

fn main() -> ExitCode {
    let command_line: Vec<OsString> = std::env::args_os().collect();
    let mut out = Output::process();
    let ended = match agent_helper::parse(&command_line, &ProcessEnv, &mut out) {
        Ok(cli) => agent_helper::run(&cli, &ProcessEnv, &mut out),
        Err(ended) => ended,
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(err) => out.error(&err).into(),
    }
}
