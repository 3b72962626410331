//! Figures side by side with named peers, in one run on one machine.
//!
//! Every comparison interleaves its contestants, so that a busy moment hits
//! all of them, and prints medians with quartiles beside the target.

mod helper;
mod measure;
mod provider;
mod table;

use anyhow::Result;
use clap::ValueEnum;

use table::Table;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    Helper,
    Provider,
}

/// The command. A missed target is printed and does not fail the command, since the
/// figures of a busy machine are not reliable.
pub(crate) fn run(subject: Option<Subject>) -> Result<()> {
    let subjects = subject.map_or_else(|| vec![Subject::Provider, Subject::Helper], |it| vec![it]);
    let mut table = Table::default();
    for subject in subjects {
        match subject {
            Subject::Helper => helper::run(&mut table)?,
            Subject::Provider => provider::run(&mut table)?,
        }
    }
    table.remark("our providers and the helper are built as a release has them for this machine");
    table.print();
    Ok(())
}
