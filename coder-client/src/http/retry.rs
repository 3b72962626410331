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
    /// It may be a page that some box in between shows once: one more try.
    Suspicious,
    /// It may well pass by itself.
    Transient {
        /// How long the server wants to be left alone.
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

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Report.
    Stop,
    /// Try again after this time.
    Wait(Duration),
}

/// Decides after attempt number `attempt` (from 1 on), `elapsed` after the
/// start of the first one. `jitter` from 0 to 1 spreads clients that failed
/// together: the wait lies between half and all of its nominal length.
///
/// A wait that would reach the deadline is not begun: nothing could follow it.
pub fn decide(
    outcome: Outcome,
    attempt: u32,
    elapsed: Duration,
    limits: Limits,
    jitter: f64,
) -> Step {
    let retry_after = match outcome {
        Outcome::Permanent => return Step::Stop,
        Outcome::Suspicious if attempt > 1 => return Step::Stop,
        Outcome::Suspicious => Duration::ZERO,
        Outcome::Transient { retry_after } => retry_after.unwrap_or_default(),
    };
    if attempt > limits.max_retries {
        return Step::Stop;
    }
    let nominal =
        FIRST_WAIT.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST_WAIT);
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
