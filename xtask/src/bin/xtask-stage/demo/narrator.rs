//! What the demo prints: one plain line for each step that held, with its time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use xtask::duration;

/// Counts the steps.
pub(super) struct Narrator {
    started: Instant,
    steps: usize,
}

impl Narrator {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), steps: 0 }
    }

    /// Opens an act.
    pub(super) fn act(&self, title: &str) {
        println!("\n{title}");
    }

    /// Runs one step. A panic of the test harness is a step that failed.
    pub(super) fn step<T>(&mut self, text: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(anyhow!("the harness gave up")));
        match outcome {
            Ok(value) => {
                self.steps += 1;
                println!("  ✓ {text} ({})", duration::format(started.elapsed()));
                Ok(value)
            }
            Err(err) => {
                println!("  ✗ {text} ({})", duration::format(started.elapsed()));
                Err(err).with_context(|| format!("step {} failed: {text}", self.steps + 1))
            }
        }
    }

    /// Shows something that a program printed or recorded.
    pub(super) fn show(&self, text: &str) {
        for line in text.trim_end().lines() {
            println!("    | {line}");
        }
    }

    pub(super) fn finish(self) {
        println!(
            "\ndemo: all {} steps held, in {}",
            self.steps,
            duration::format(self.started.elapsed())
        );
    }
}
