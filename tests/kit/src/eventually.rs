//! Polling, for ring 3 alone: systems that have no event to wait for.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Calls `probe` until it succeeds, and returns what it found.
///
/// # Panics
/// After `deadline`, with what the last probe saw.
#[track_caller]
pub fn eventually<T, S: Debug>(deadline: Duration, mut probe: impl FnMut() -> Result<T, S>) -> T {
    const PAUSE: Duration = Duration::from_millis(20);
    let started = Instant::now();
    loop {
        match probe() {
            Ok(found) => return found,
            Err(seen) if started.elapsed() >= deadline => {
                panic!("not within {deadline:?}; last seen: {seen:#?}")
            }
            Err(_) => pause(PAUSE),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "an outside system without events can only be polled"
)]
fn pause(time: Duration) {
    std::thread::sleep(time);
}
