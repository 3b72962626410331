//! Named steps with their time. The first one that fails ends the run, and its error
//! names the command that repeats it alone.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use xtask::duration;

/// A run of steps.
pub(crate) struct Steps {
    started: Instant,
    times: Vec<(String, Duration)>,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), times: Vec::new() }
    }

    /// Runs one step. `repeat` is the command that runs it alone.
    pub(crate) fn step(
        &mut self,
        name: &str,
        repeat: &str,
        work: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        println!("\n==> {name}");
        let started = Instant::now();
        work().with_context(|| format!("step `{name}` failed; to repeat it alone: {repeat}"))?;
        let took = started.elapsed();
        println!("==> {name} done in {}", duration::format(took));
        self.times.push((name.to_owned(), took));
        Ok(())
    }

    /// Prints each step's time and the sum.
    pub(crate) fn finish(self) {
        println!();
        for (name, took) in &self.times {
            println!("  {name:<12} {:>9}", duration::format(*took));
        }
        println!("  {:<12} {:>9}", "all", duration::format(self.started.elapsed()));
    }
}
