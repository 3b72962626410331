//! Tests that take too long for every change: parts by name, a table at the end.

mod examples;
mod fuzz;
mod helper_setup;
mod lifecycle;
mod modules;
mod release;

use std::ffi::OsStr;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use clap::ValueEnum;
use xtask::duration;
use xtask::env::ENV_SLOW_TESTS;
use xtask::tools::{self, Core, Tool};
use xtask::{process, workspace};

#[cfg(test)]
mod tests;

/// The SDK's test of mutated requests reads its number from here.
const ENV_MUTATIONS: &str = "TFPLUGIN_MUTATIONS";
const MUTATIONS: &str = "20000";
/// The end-to-end test of many resources reads their number from here.
const ENV_RESOURCES: &str = "AIBRIDGE_TEST_RESOURCES";
const RESOURCES: &str = "200";
/// The SDK's test of many light resources reads their number from here.
const ENV_LIGHT_RESOURCES: &str = "TFPLUGIN_RESOURCES";
const LIGHT_RESOURCES: &str = "1000";
/// The SDK's test of null, unknown and known attributes reads its limit from here.
const ENV_SUBSETS: &str = "TFPLUGIN_SUBSETS";
const SUBSETS: &str = "20000";
/// The SDK's test of large values reads their size in MiB from here: near the 85 that a
/// plan can carry. What is beyond, 100 MiB, is refused in the same tests at every size.
const ENV_LARGE: &str = "TFPLUGIN_LARGE_MIB";
const LARGE: &str = "80";
/// The helper's sweep takes every so-many-th step.
const ENV_KILL_STRIDE: &str = "AIBRIDGE_KILL_STRIDE";
/// The end-to-end test of command lines reads their paths from here.
const ENV_CLIS: &str = "AIBRIDGE_TEST_CLIS";
/// The SDK's test of recorded bytes reads their paths from here.
const ENV_CORES: &str = "TFPLUGIN_CORES";
const DEMOS: usize = 5;

/// The exit code if no part failed and at least one was shortened.
const SHORTENED: u8 = 3;

/// A part of the soak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The life cycle of a resource under every Terraform core on PyPI.
    Cores,
    /// The same under OpenTofu, which is built from source first.
    Opentofu,
    /// The modules' own tests under each core from 1.9 on, and OpenTofu.
    Modules,
    /// Requests to the SDK, mutated, at full number.
    Mutations,
    /// The SDK's fuzz targets, ten minutes each; fewer `FUZZ_SECONDS` shorten the soak.
    Fuzz,
    /// A thousand light resources of the SDK at parallelism 1, 10 and 200.
    LightResources,
    /// Every combination of null, unknown and known attributes.
    Subsets,
    /// Values of 100 MiB through the SDK.
    LargeValues,
    /// Two hundred resources at parallelism 1, 10 and 200.
    Resources,
    /// The examples of Docker and Kubernetes workspaces with the providers of those.
    Examples,
    /// The release for the targets that Linux can link: the content of all archives, and
    /// the programs for Linux at work, emulated where needed.
    Release,
    /// The Go provider that the SDK's README compares itself with still compiles.
    FrameworkPeer,
    /// The helper's set-up, 200 times.
    HelperSetupRepeat,
    /// A set-up killed, or refused by the system, at every step of its writes.
    KillSweep,
    /// The demo several times, to find steps that fail only sometimes.
    DemoRepeat,
}

/// How much of a part was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Full,
    Shortened,
}

/// A line of the closing table.
struct Row {
    part: String,
    /// None if the part failed.
    held: Option<Extent>,
    time: Duration,
}

/// The command: runs every part, even after one that failed. The exit code is another
/// one if a part was shortened, so that no script takes the soak for a whole one.
pub(crate) fn run(parts: Vec<Part>) -> Result<ExitCode> {
    let parts = if parts.is_empty() { Part::value_variants().to_vec() } else { parts };
    let mut rows = Vec::new();
    for part in parts {
        let name = part.to_possible_value().context("every part has a name")?.get_name().to_owned();
        println!("\n==> {name}");
        let started = Instant::now();
        // The harness for command lines panics where one of them fails.
        let outcome =
            catch_unwind(|| part.run()).unwrap_or_else(|_| Err(anyhow!("the harness panicked")));
        if let Err(err) = &outcome {
            println!("{name}: {err:#}");
        }
        rows.push(Row { part: name, held: outcome.ok(), time: started.elapsed() });
    }
    close(&rows)
}

impl Part {
    fn run(self) -> Result<Extent> {
        match self {
            Self::Cores => cores(),
            Self::Opentofu => {
                let tofu = tools::get(&[Tool::OpenTofu, Tool::CoderProvider])?.path("bin/tofu");
                lifecycle::run(&tofu, true)?;
                kinds(&[tofu])
            }
            Self::Modules => modules::run(),
            Self::Mutations => at_full_number(
                ["tfplugin-rs", "it", "mutation"],
                (ENV_MUTATIONS, MUTATIONS.as_ref()),
                &format!("{MUTATIONS} mutated requests"),
            ),
            Self::Fuzz => return fuzz::run(),
            Self::LightResources => {
                tools::get(&[Tool::Terraform])?;
                at_full_number(
                    ["tfplugin-rs", "it", "scale::many_light"],
                    (ENV_LIGHT_RESOURCES, LIGHT_RESOURCES.as_ref()),
                    &format!("{LIGHT_RESOURCES} light resources"),
                )
            }
            Self::Subsets => ["tfplugin-rs", "provider"].into_iter().try_for_each(|package| {
                at_full_number(
                    [package, "it", "subsets::"],
                    (ENV_SUBSETS, SUBSETS.as_ref()),
                    &format!("{SUBSETS} subsets at most"),
                )
            }),
            Self::LargeValues => at_full_number(
                ["tfplugin-rs", "it", "large::"],
                (ENV_LARGE, LARGE.as_ref()),
                &format!("{LARGE} MiB in one value"),
            ),
            Self::Resources => {
                tools::get(&[Tool::Terraform])?;
                at_full_number(
                    ["e2e", "e2e", "scale::"],
                    (ENV_RESOURCES, RESOURCES.as_ref()),
                    &format!("{RESOURCES} resources"),
                )
            }
            Self::Examples => examples::run(),
            Self::Release => release::run(),
            Self::FrameworkPeer => framework_peer(),
            Self::HelperSetupRepeat => helper_setup::run(),
            Self::KillSweep => kill_sweep(),
            Self::DemoRepeat => repeat_demo(),
        }?;
        Ok(Extent::Full)
    }
}

fn cores() -> Result<()> {
    let mut wanted: Vec<Tool> = Core::ALL.into_iter().map(Tool::Core).collect();
    wanted.push(Tool::CoderProvider);
    let store = tools::get(&wanted)?;
    for core in Core::ALL {
        lifecycle::run(&store.path(&core.program()), core.can_run_module())?;
    }
    let mut programs: Vec<PathBuf> = Core::ALL.iter().map(|it| store.path(&it.program())).collect();
    programs.push(tools::get(&[Tool::Terraform])?.path("bin/terraform"));
    kinds(&programs)?;
    recorded(&programs)
}

/// Each of the programs still sends what the SDK's tests have of it.
fn recorded(programs: &[PathBuf]) -> Result<()> {
    let named = std::env::join_paths(programs)?;
    let test = ["tfplugin-rs", "it", "recorded::live::each_named_core"];
    at_full_number(test, (ENV_CORES, &named), &format!("{} recorded cores", programs.len()))
}

/// Update, import, and every kind that each of the programs knows.
fn kinds(programs: &[PathBuf]) -> Result<()> {
    let named = std::env::join_paths(programs)?;
    let test = ["e2e", "e2e", "cores::each_command_line"];
    at_full_number(test, (ENV_CLIS, &named), &format!("{} command lines", programs.len()))
}

/// Runs a test (its package, target and filter) at the full size that is in a
/// variable. The test prints its size, which proves that it read the variable.
fn at_full_number(
    [package, target, filter]: [&str; 3],
    (variable, value): (&str, &OsStr),
    printed: &str,
) -> Result<()> {
    let args = ["test", "--locked", "--package", package, "--test", target, filter];
    let mut command = process::cargo(&args);
    command.args(["--", "--nocapture"]).env(variable, value).env(ENV_SLOW_TESTS, "1");
    let output = process::capture(&mut command)?;
    print!("{output}");
    ensure!(output.contains(printed), "the test did not print `{printed}`");
    Ok(())
}

/// Each step once; the tests print how many there were.
fn kill_sweep() -> Result<()> {
    let args = ["test", "--locked", "--package", "agent-helper", "--test", "it", "kill_sweep"];
    let mut command = process::cargo(&args);
    command.args(["--", "--nocapture"]).env(ENV_KILL_STRIDE, "1").env(ENV_SLOW_TESTS, "1");
    let output = process::capture(&mut command)?;
    print!("{output}");
    for kind in ["kills of a first set-up", "kills of a renewal", "refusals of the system"] {
        ensure!(output.contains(kind), "the tests did not print the number of {kind}");
    }
    Ok(())
}

/// A length that is compared with must be that of a program.
fn framework_peer() -> Result<()> {
    let source = workspace::root().join("tfplugin-rs/tests/data/hello-framework");
    process::run(Command::new("go").args(["vet", "-mod=readonly", "."]).current_dir(source))
}

/// Each one in a process of its own, as a developer starts it.
fn repeat_demo() -> Result<()> {
    let program = std::env::current_exe().context("this program has no path")?;
    let mut failed = Vec::new();
    for round in 1..=DEMOS {
        let started = Instant::now();
        match process::capture(Command::new(&program).arg("demo")) {
            Ok(_) => {
                println!("demo {round} of {DEMOS}: held in {}", duration::format(started.elapsed()))
            }
            Err(err) => {
                println!("demo {round} of {DEMOS}: {err:#}");
                failed.push(round);
            }
        }
    }
    if !failed.is_empty() {
        bail!("{} of {DEMOS} demos failed", failed.len());
    }
    Ok(())
}

fn close(rows: &[Row]) -> Result<ExitCode> {
    print!("\n{}", table(rows));
    let count = |held| rows.iter().filter(|it| it.held == held).count();
    let (failed, shortened) = (count(None), count(Some(Extent::Shortened)));
    if failed > 0 {
        bail!("{failed} of {} parts failed", rows.len());
    }
    if shortened > 0 {
        println!("{shortened} of {} parts shortened: the soak is not complete", rows.len());
        return Ok(ExitCode::from(SHORTENED));
    }
    Ok(ExitCode::SUCCESS)
}

fn table(rows: &[Row]) -> String {
    let line =
        |part: &str, outcome: &str, time: &str| format!("{part:<22} {outcome:<9} {time:>12}\n");
    let lines = rows.iter().map(|row| {
        let outcome = match row.held {
            Some(Extent::Full) => "held",
            Some(Extent::Shortened) => "shortened",
            None => "FAILED",
        };
        line(&row.part, outcome, &duration::format(row.time))
    });
    std::iter::once(line("part", "outcome", "time")).chain(lines).collect()
}
