//! The command line reads what it forwards as it was written.

use clap::{CommandFactory as _, Parser as _};

use super::{Cli, Command};

#[test]
fn command_line_has_no_contradiction() {
    Cli::command().debug_assert();
}

#[test]
fn xtask_forwards_flags_and_help_to_the_stage_program() {
    let cli = Cli::try_parse_from(["xtask", "dist", "--help", "seal", "--sign-with", "KEY"]);
    let Command::Dist(forwarded) = cli.unwrap().command else { panic!("another command") };
    assert_eq!(forwarded.args, ["--help", "seal", "--sign-with", "KEY"]);
}
