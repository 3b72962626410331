//! Whether to try again, and when: a pure function of what happened.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The wait before the second attempt; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// No wait of our own is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How an attempt ended, as far as trying again is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It would end the same way again.
    Permanent,
    /// It may be a page that some box in between shows once: one more try after
    /// the first of them.
    Suspicious,
    /// It may well pass by itself.
    Transient {
        /// The server's `Retry-After`.
        retry_after: Option<Duration>,
    },
}

/// The bounds of all attempts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the start of the first attempt.
    pub deadline: Duration,
    /// Attempts after the first one.
    pub max_retries: u32,
}

/// The attempts so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// All of them.
    attempts: u32,
    /// Those of them that ended suspiciously.
    suspicious: u32,
}

impl Tries {
    /// Counts one more, which ended so.
    pub fn count(&mut self, outcome: Outcome) {
        self.attempts = self.attempts.saturating_add(1);
        if outcome == Outcome::Suspicious {
            self.suspicious += 1;
        }
    }
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Report.
    Stop,
    /// Try again after this time.
    Wait(Duration),
}

/// Decides after an attempt that ended with `outcome`, the last that `tries`
/// counts, `elapsed` after the start of the first one. `jitter` from 0 to 1
/// spreads clients that failed together: the wait lies between half and all of
/// its nominal length.
///
/// A suspicious answer gets its one more try whatever came before it: a box that
/// shows a page once may do so after the deployment was down for a while.
///
/// A wait that would reach the deadline is not begun: nothing could follow it.
pub fn decide(
    outcome: Outcome,
    tries: Tries,
    elapsed: Duration,
    limits: Limits,
    jitter: f64,
) -> Step {
    let retry_after = match outcome {
        Outcome::Permanent => return Step::Stop,
        Outcome::Suspicious if tries.suspicious > 1 => return Step::Stop,
        Outcome::Suspicious => Duration::ZERO,
        Outcome::Transient { retry_after } => retry_after.unwrap_or_default(),
    };
    if tries.attempts > limits.max_retries {
        return Step::Stop;
    }
    let nominal =
        FIRST_WAIT.saturating_mul(1 << tries.attempts.saturating_sub(1).min(16)).min(LONGEST_WAIT);
    let wait = nominal.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0).max(retry_after);
    match elapsed.checked_add(wait) {
        Some(end) if end < limits.deadline => Step::Wait(wait),
        _ => Step::Stop,
    }
}

/// Reads a `Retry-After` header (RFC 9110 §10.2.3): seconds, or a date, which
/// counts from `now` on. Anything else is as good as no header.
pub(super) fn retry_after(value: &str, now: OffsetDateTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = OffsetDateTime::parse(value, &Rfc2822).ok()?;
    Some(Duration::try_from(date - now).unwrap_or_default())
}

#[cfg(test)]
mod tests;
