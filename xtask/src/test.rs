//! Everything that must pass on every change, in the order in which it fails
//! fastest. CI runs this and nothing else.

mod markers;
mod modules;

use anyhow::{Context as _, Result};
use testkit::slow;

use crate::steps::Steps;
use crate::{codegen, process, tidy, tools};

/// Switches on the ring of tests that needs outside programs.
const ENV_SLOW_TESTS: &str = "RUN_SLOW_TESTS";

/// The command.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new();
    cargo_step(&mut steps, "format", &["fmt", "--all", "--", "--check"])?;
    steps.step("tidy", "cargo xtask tidy", tidy::run)?;
    steps.step("codegen", "cargo xtask codegen --check", || codegen::run(true))?;
    cargo_step(
        &mut steps,
        "clippy",
        &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
    )?;
    steps.step("tools", "cargo xtask tools", || tools::run(false, false))?;
    // Documentation tests are part of it: only the SDK has them switched on.
    let rings = ["test", "--workspace", "--locked"];
    steps.step("rings 0-3", &format!("{ENV_SLOW_TESTS}=1 cargo {}", rings.join(" ")), || {
        slow::forget();
        process::run(process::cargo(&rings).env(ENV_SLOW_TESTS, "1"))?;
        markers::check()
    })?;
    steps.step("modules", "cargo xtask test", modules::run)?;
    steps.finish();
    println!("test: every step held");
    Ok(())
}

fn cargo_step(steps: &mut Steps, name: &str, args: &[&str]) -> Result<()> {
    let repeat = format!("cargo {}", args.join(" "));
    steps.step(name, &repeat, || {
        process::run(&mut process::cargo(args)).context("see the output above")
    })
}
