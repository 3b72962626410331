//! Whole commands of Terraform, with one provider at a time and with none.

use std::fs;
use std::time::Instant;

use anyhow::{Context as _, Result};
use testkit::terraform::{Mirror, Workdir};

use super::{BARE, CODER, CODER_PEER, LIGHT, OURS, TIME, TIME_PEER, workdir};
use crate::bench::measure::{Contestant, beyond, interleave};
use crate::bench::table::{Table, Unit};

const RUNS: usize = 20;
const LARGE_RUNS: usize = 5;
const LARGE: usize = 600;

/// One command, its arguments, and what may be used of the framework
/// provider's time, where there is a target.
struct Measured {
    what: &'static str,
    command: &'static str,
    args: &'static [&'static str],
    at_most: Option<f64>,
}

const COMMANDS: [Measured; 3] = [
    Measured { what: "validate", command: "validate", args: &[], at_most: None },
    Measured { what: "plan", command: "plan", args: &["-lock=false"], at_most: Some(0.4) },
    Measured {
        what: "no-op apply",
        command: "apply",
        args: &["-lock=false", "-auto-approve"],
        at_most: None,
    },
];

/// Measures the commands; what is planned is new, what is applied is there.
pub(super) fn run(table: &mut Table, mirror: &Mirror) -> Result<()> {
    let with_bare = |config: &str| initialised(mirror, &format!("{config}{BARE}"));
    let workdirs = [initialised(mirror, BARE), with_bare(OURS), with_bare(TIME), with_bare(CODER)];
    for measured in &COMMANDS {
        if measured.command == "apply" {
            for workdir in &workdirs {
                workdir.call().apply();
            }
        }
        measure(table, measured, &workdirs)?;
    }
    measure_large(table, mirror)
}

fn initialised(mirror: &Mirror, config: &str) -> Workdir {
    let workdir = workdir(mirror, config);
    workdir.call().init().success();
    workdir
}

fn measure(table: &mut Table, measured: &Measured, workdirs: &[Workdir; 4]) -> Result<()> {
    let Measured { what, command, args, at_most } = measured;
    println!("bench: {RUNS} times `{command}` without a provider and with each");
    let contestants = workdirs
        .each_ref()
        .map(|it| -> Contestant<'_> { Box::new(move || Ok(timed(it, command, args))) });
    let [bare, ours, time, coder] = interleave(RUNS, contestants)?;
    let [ours, time, coder] = [ours, time, coder].map(|it| beyond(&it, &bare));
    let what = format!("provider: {what} beyond bare Terraform");
    let peer = (TIME_PEER, time.as_slice());
    match at_most {
        Some(at_most) => table.ratio(&what, Unit::Milliseconds, &ours, peer, *at_most),
        None => table.compare(&what, Unit::Milliseconds, &ours, peer),
    }
    table.compare(&what, Unit::Milliseconds, &ours, (CODER_PEER, &coder));
    Ok(())
}

/// The first apply of many light resources, nothing taken off.
fn measure_large(table: &mut Table, mirror: &Mirror) -> Result<()> {
    println!("bench: {LARGE_RUNS} times `apply` of {LARGE} resources of each provider");
    let workdirs = [LIGHT, TIME, CODER].map(|it| {
        let config = it.replace("\"bench\" {\n", &format!("\"bench\" {{\n  count = {LARGE}\n"));
        initialised(mirror, &config)
    });
    let contestants =
        workdirs.each_ref().map(|it| -> Contestant<'_> { Box::new(move || first_apply(it)) });
    let [ours, time, coder] = interleave(LARGE_RUNS, contestants)?;
    let what = format!("provider: whole apply of {LARGE} resources");
    table.compare(&what, Unit::Milliseconds, &ours, (TIME_PEER, &time));
    table.compare(&what, Unit::Milliseconds, &ours, (CODER_PEER, &coder));
    table.remark(format!(
        "the {LARGE} are the SDK's light resource, time_offset, and coder_env: one small object \
         each"
    ));
    Ok(())
}

fn first_apply(workdir: &Workdir) -> Result<f64> {
    let state = workdir.state_file();
    if state.exists() {
        fs::remove_file(&state).with_context(|| format!("failed to remove {}", state.display()))?;
    }
    let took = timed(workdir, "apply", &["-lock=false", "-auto-approve"]);
    let text = fs::read_to_string(&state)?;
    let made = text.matches("\"index_key\"").count();
    anyhow::ensure!(made == LARGE, "{made} of {LARGE} resources are in {}", state.display());
    Ok(took)
}

/// Milliseconds of a command that must end well.
fn timed(workdir: &Workdir, command: &str, args: &[&str]) -> f64 {
    let started = Instant::now();
    args.iter().fold(workdir.call(), |call, it| call.arg(it)).run(command).success();
    started.elapsed().as_secs_f64() * 1e3
}
