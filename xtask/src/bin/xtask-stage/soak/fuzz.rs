//! The fuzz targets of the SDK, each for ten minutes, beginning with its corpus in the
//! repository.

use std::fs;
use std::num::NonZeroU64;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use xtask::tools::{self, Tool};
use xtask::{env, process, workspace};

use super::Extent;

/// Below `tfplugin-rs/fuzz`; each has a corpus of the same name.
const TARGETS: [&str; 3] = ["messagepack", "request", "stored_json"];
/// The one that keeps a connection from input to input. When its peer has read a buffer of
/// the pipe to the last byte of its capacity, the buffer's only pointer stands one past the
/// allocation, which LeakSanitizer takes for lost. A real leak would exceed the limit of memory.
const THROUGH_A_PIPE: &str = "request";
const SECONDS: u64 = 600;
/// An allocation of a length that the decoder did not check would exceed it.
const MEMORY_LIMIT_MIB: u32 = 1024;
/// Inputs may be this long: the longest seed is a tenth of it.
const MAX_LENGTH: u32 = 16 << 10;

/// Runs each target, all of them even if one fails.
pub(super) fn run() -> Result<Extent> {
    let seconds = env::fuzz_seconds()?.map_or(SECONDS, NonZeroU64::get);
    let tool = tools::get(&[Tool::CargoFuzz])?.path("bin/cargo-fuzz");
    let mut failed = Vec::new();
    for target in TARGETS {
        match fuzz(&tool, target, seconds) {
            Ok(inputs) => println!("{target}: {inputs} inputs in {seconds} s, no fault"),
            Err(err) => {
                println!("{target}: {err:#}");
                failed.push(target);
            }
        }
    }
    if !failed.is_empty() {
        bail!("fuzz targets that found faults: {}", failed.join(", "));
    }
    Ok(if seconds < SECONDS { Extent::Shortened } else { Extent::Full })
}

/// Gives the number of inputs that were tried.
fn fuzz(tool: &Path, target: &str, seconds: u64) -> Result<u64> {
    let source = workspace::root().join("tfplugin-rs/fuzz");
    let work = workspace::target().join("fuzz");
    let found = work.join("corpus").join(target);
    let faults = work.join("faults").join(target);
    fs::create_dir_all(&found)?;
    fs::create_dir_all(&faults)?;
    let mut command = Command::new(tool);
    for name in env::names_set_by_cargo() {
        command.env_remove(name);
    }
    command.current_dir(&source).env("RUSTC_BOOTSTRAP", "1");
    command.args(["fuzz", "run", "--fuzz-dir"]).arg(&source);
    command.arg("--target-dir").arg(work.join("build")).arg(target);
    // New inputs go to the first folder; the corpus in the repository stays small.
    command.arg(&found).arg(source.join("corpus").join(target)).arg("--");
    command.arg(format!("-artifact_prefix={}/", faults.display()));
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-rss_limit_mb={MEMORY_LIMIT_MIB}"));
    command.arg(format!("-max_len={MAX_LENGTH}"));
    command.args(["-timeout=10", "-print_final_stats=1", "-verbosity=0"]);
    if target == THROUGH_A_PIPE {
        command.arg("-detect_leaks=0");
    }
    let printable = process::printable(&command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("failed to start `{printable}`"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("`RUSTC_BOOTSTRAP=1 {printable}` ended with {}\n{log}", output.status);
    }
    number_of_inputs(&log)
        .with_context(|| format!("the fuzz target printed no number of inputs:\n{log}"))
}

fn number_of_inputs(log: &str) -> Option<u64> {
    let line = log.lines().find_map(|it| it.strip_prefix("stat::number_of_executed_units:"))?;
    line.trim().parse().ok()
}
