//! The retry rules, row by row.

use std::time::Duration;

use proptest::prelude::{any, proptest};
use time::macros::datetime;

use super::{LONGEST_WAIT, Limits, Outcome, Step, Tries, decide, retry_after};

const TRANSIENT: Outcome = Outcome::Transient { retry_after: None };
const STOP: Option<u64> = None;

fn after(seconds: u64) -> Outcome {
    Outcome::Transient { retry_after: Some(Duration::from_secs(seconds)) }
}

/// As many attempts that ended with this outcome.
fn tries(outcome: Outcome, attempts: u32) -> Tries {
    let suspicious = if outcome == Outcome::Suspicious { attempts } else { 0 };
    Tries { attempts, suspicious }
}

/// Ten seconds and three retries, no jitter taken off.
#[track_caller]
fn check(outcome: Outcome, attempt: u32, elapsed: u64, wait: Option<u64>) {
    let limits = Limits { deadline: Duration::from_secs(10), max_retries: 3 };
    let step =
        decide(outcome, tries(outcome, attempt), Duration::from_millis(elapsed), limits, 1.0);
    let expected = wait.map_or(Step::Stop, |it| Step::Wait(Duration::from_millis(it)));
    assert_eq!(step, expected, "{outcome:?}, attempt {attempt}, {elapsed} ms");
}

#[test]
fn transient_outcome_is_retried_with_doubling_delays() {
    check(TRANSIENT, 1, 0, Some(100));
    check(TRANSIENT, 2, 0, Some(200));
    check(TRANSIENT, 3, 0, Some(400));
    check(TRANSIENT, 4, 0, STOP);
}

#[test]
fn permanent_outcome_is_not_retried() {
    check(Outcome::Permanent, 1, 0, STOP);
}

#[test]
fn suspicious_outcome_is_retried_once() {
    check(Outcome::Suspicious, 1, 0, Some(100));
    check(Outcome::Suspicious, 2, 0, STOP);
}

/// How many of these attempts are made when time is no matter.
fn made(outcomes: &[Outcome]) -> usize {
    let limits = Limits { deadline: Duration::from_secs(600), max_retries: 9 };
    let mut tries = Tries::default();
    let stop = outcomes.iter().position(|outcome| {
        tries.count(*outcome);
        decide(*outcome, tries, Duration::ZERO, limits, 1.0) == Step::Stop
    });
    stop.map_or(outcomes.len(), |it| it + 1)
}

#[test]
fn transient_outcome_leaves_the_single_retry_of_suspicious_outcomes() {
    let page = Outcome::Suspicious;
    for (outcomes, expected) in [
        (&[page, page, page][..], 2),
        (&[TRANSIENT, page, page, page], 3),
        (&[TRANSIENT, TRANSIENT, page, page, page], 4),
        (&[page, TRANSIENT, page, page], 3),
        (&[page, TRANSIENT, TRANSIENT, page, TRANSIENT], 4),
        (&[TRANSIENT, page, Outcome::Permanent, page], 3),
    ] {
        assert_eq!(made(outcomes), expected, "{outcomes:?}");
    }
}

#[test]
fn retry_whose_delay_reaches_the_deadline_is_not_made() {
    check(TRANSIENT, 1, 9_899, Some(100));
    check(TRANSIENT, 1, 9_900, STOP);
    check(TRANSIENT, 1, 20_000, STOP);
}

#[test]
fn retry_after_lengthens_the_delay_up_to_the_deadline() {
    check(after(0), 1, 0, Some(100));
    check(after(2), 1, 0, Some(2_000));
    check(after(9), 1, 0, Some(9_000));
    check(after(9), 1, 1_000, STOP);
    check(after(10), 1, 0, STOP);
    check(after(u64::MAX), 1, 1, STOP);
    check(after(1), 4, 0, STOP);
}

#[test]
fn zero_retries_mean_one_attempt() {
    let limits = Limits { deadline: Duration::from_secs(10), max_retries: 0 };
    for outcome in [TRANSIENT, Outcome::Suspicious, Outcome::Permanent, after(1)] {
        assert_eq!(
            decide(outcome, tries(outcome, 1), Duration::ZERO, limits, 0.0),
            Step::Stop,
            "{outcome:?}"
        );
    }
}

proptest! {
    #[test]
    fn delay_stays_within_its_bounds(
        attempt in 1u32..,
        elapsed in any::<u32>(),
        jitter in any::<f64>(),
    ) {
        let deadline = Duration::from_millis(u64::from(u32::MAX));
        let limits = Limits { deadline, max_retries: u32::MAX };
        let elapsed = Duration::from_millis(u64::from(elapsed));
        let step = decide(TRANSIENT, tries(TRANSIENT, attempt), elapsed, limits, jitter);
        if let Step::Wait(wait) = step {
            assert!(wait >= Duration::from_millis(50) && wait <= LONGEST_WAIT, "{wait:?}");
            assert!(elapsed + wait < limits.deadline);
        }
    }
}

#[test]
fn retry_after_is_read_as_seconds_and_as_date() {
    let now = datetime!(2026-06-15 12:00 UTC);
    for (value, seconds) in [
        ("0", Some(0)),
        ("120", Some(120)),
        (" 5 ", Some(5)),
        ("99999999999999999999999", Some(u64::MAX)),
        ("Mon, 15 Jun 2026 12:01:30 GMT", Some(90)),
        ("Mon, 15 Jun 2026 11:00:00 GMT", Some(0)),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("1.5", None),
    ] {
        assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value}");
    }
}
