//! The inner loop: what can be checked without an outside program, of the packages
//! that changed and those that depend on them.

use anyhow::Result;
use xtask::env::{ENV_CI, ENV_SLOW_TESTS};
use xtask::process;

use crate::forward::FEATURES;
use crate::steps::Steps;
use crate::{git, packages, tidy};

/// The command.
pub(crate) fn run() -> Result<()> {
    const REPEAT: &str = "cargo xtask check";
    let mut steps = Steps::new();
    steps.step("format", REPEAT, || {
        process::run(&mut process::cargo(&["fmt", "--all", "--", "--check"]))
    })?;
    steps.step("tidy", REPEAT, tidy::run)?;
    let changed = git::changed_files()?;
    let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
    let packages = packages::all()?;
    let affected = packages::affected(&packages, &changed);
    if affected.is_empty() {
        println!("\ncheck: no package differs from the main branch");
    } else {
        steps.step("clippy", REPEAT, || clippy(&affected))?;
        steps.step("rings", REPEAT, || rings(&affected))?;
    }
    steps.finish();
    Ok(())
}

fn clippy(affected: &[&str]) -> Result<()> {
    let mut command = process::cargo(&["clippy", "--locked", "--all-targets"]);
    command.args(selection(affected)).args(["--", "--deny", "warnings"]);
    println!("{}", process::printable(&command));
    process::run(&mut command)
}

/// Ring 3 stays off even where a variable switches it on.
fn rings(affected: &[&str]) -> Result<()> {
    let mut command = process::cargo(&["test", "--locked"]);
    command.args(selection(affected)).env_remove(ENV_CI).env_remove(ENV_SLOW_TESTS);
    println!("{}", process::printable(&command));
    process::run(&mut command)
}

/// Cargo's arguments that name the packages.
fn selection<'a>(affected: &[&'a str]) -> Vec<&'a str> {
    let features = if affected.contains(&"xtask") { &FEATURES[..] } else { &[] };
    affected.iter().flat_map(|it| ["--package", it]).chain(features.iter().copied()).collect()
}
