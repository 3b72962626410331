//! Runs the command line of this process, and ends with its exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use agent_helper::{Output, ProcessEnv, run};

fn main() -> ExitCode {
    let command_line: Vec<OsString> = std::env::args_os().collect();
    run(&command_line, &ProcessEnv, &mut Output::process()).into()
}
