//! Unit and status against each other.

use std::time::Duration;

use super::*;
use crate::status::Fault;

const USABLE: fn() -> Weighed = || Weighed::Ended(Verdict::Usable);

fn status(outcome: Outcome, run: &RunId) -> Option<Status> {
    let error = Fault { message: "why".to_owned(), ..Fault::default() };
    Some(Status { outcome, run: run.clone(), error: Some(error), ..Status::default() })
}

fn run() -> RunId {
    RunId::of(Some("boot"), None, None)
}

#[track_caller]
fn check(unit: Option<UnitState>, status: Option<Status>, expected: &str) {
    let evidence = Evidence { unit, run: run(), status, ..Evidence::default() };
    let seen = match weigh(&evidence) {
        Weighed::Ended(Verdict::Usable) => "usable".to_owned(),
        Weighed::Settled(Verdict::Usable) => "settled usable".to_owned(),
        Weighed::Ended(Verdict::NotUsable(reason)) => reason,
        Weighed::Settled(Verdict::NotUsable(reason)) => format!("settled {reason}"),
        Weighed::Open => "open".to_owned(),
    };
    assert!(seen.starts_with(expected), "{seen} is not {expected}");
}

#[test]
fn status_of_this_run_decides_the_verdict() {
    let completed = || Some(UnitState::Completed);
    for (outcome, expected) in [
        (Outcome::Ok, "usable"),
        (Outcome::Seeded, "usable"),
        (Outcome::Deferred, "usable"),
        (Outcome::Failed, "the set-up failed: why"),
        (Outcome::Stale, "the set-up failed, only the certificate of an earlier one is there: why"),
        (Outcome::Running, "the set-up was killed"),
    ] {
        check(completed(), status(outcome, &run()), expected);
        // The same without an agent, and with a set-up that does not coordinate.
        check(None, status(outcome, &run()), expected);
        check(Some(UnitState::NotRegistered), status(outcome, &run()), expected);
    }
}

#[test]
fn started_unit_leaves_time_for_its_completion() {
    let started = || Some(UnitState::Started);
    check(started(), None, "open");
    check(started(), status(Outcome::Ok, &run()), "settled usable");
    check(started(), status(Outcome::Failed, &run()), "settled the set-up failed");
    check(started(), status(Outcome::Running, &run()), "the set-up was killed");
}

#[test]
fn status_of_an_earlier_run_is_ignored() {
    let yesterday = RunId::of(Some("other"), None, None);
    for unit in [None, Some(UnitState::NotRegistered), Some(UnitState::Started)] {
        check(unit, status(Outcome::Ok, &yesterday), "open");
    }
    check(
        Some(UnitState::Completed),
        status(Outcome::Ok, &yesterday),
        "the set-up has ended and left no valid CA certificate, or another set-up uses the same \
         unit",
    );
}

#[test]
fn certificate_file_decides_without_a_status_once_the_unit_is_completed() {
    let evidence = |unit| Evidence { unit, run: run(), has_valid_ca: true, ..Evidence::default() };
    assert_eq!(weigh(&evidence(Some(UnitState::Completed))), USABLE());
    for unit in [None, Some(UnitState::Started), Some(UnitState::Other("new".to_owned()))] {
        assert_eq!(weigh(&evidence(unit)), Weighed::Open);
    }
}

#[test]
fn bootstrap_scripts_status_counts_once_the_unit_is_completed() {
    check(Some(UnitState::Started), status(Outcome::Failed, &RunId::default()), "open");
    check(None, status(Outcome::Failed, &RunId::default()), "open");
    check(
        Some(UnitState::Completed),
        status(Outcome::Failed, &RunId::default()),
        "the set-up failed: why",
    );
}

#[test]
fn wait_goes_on_while_a_setup_is_running() {
    for unit in [None, Some(UnitState::Started), Some(UnitState::Completed)] {
        let status = status(Outcome::Running, &run());
        let evidence =
            Evidence { unit, run: run(), status, is_running_now: true, ..Evidence::default() };
        assert_eq!(weigh(&evidence), Weighed::Open);
    }
}

#[test]
fn setup_that_begins_between_two_observations_was_not_killed() {
    let observation = |lock, outcome: Option<Outcome>, second| Observation {
        lock,
        status: outcome.and_then(|it| status(it, &run())),
        written: outcome.map(|_| SystemTime::UNIX_EPOCH + Duration::from_secs(second)),
    };
    let (free, held, running) = (LockState::Free, LockState::Held, Some(Outcome::Running));
    for (first, is_doubtful) in [
        (observation(free, running, 1), true),
        (observation(held, running, 1), false),
        (observation(LockState::Unknown, running, 1), false),
        (observation(free, Some(Outcome::Ok), 1), false),
        (observation(free, None, 1), false),
    ] {
        assert_eq!(first.is_doubtful(), is_doubtful, "{first:?}");
    }
    let first = observation(free, running, 1);
    for (second, is_running_now) in [
        // Killed: the status stood there before and after the lock was free.
        (observation(free, running, 1), false),
        // It had begun after the first observation of the lock.
        (observation(held, running, 1), true),
        (observation(LockState::Unknown, running, 1), true),
        // It has ended meanwhile.
        (observation(free, Some(Outcome::Ok), 2), false),
        // And another one has begun, after this observation of the lock.
        (observation(free, running, 2), true),
        // Or before it.
        (observation(held, running, 2), true),
        (observation(free, None, 2), false),
    ] {
        assert_eq!(second.is_running_after(&first), is_running_now, "{second:?}");
    }
}
