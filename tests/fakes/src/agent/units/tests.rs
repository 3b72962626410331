//! Transitions and literal errors, one line a case.

use super::Units;

fn after(steps: &[(&str, &str)]) -> (Units, Result<(), String>) {
    let mut units = Units::default();
    let mut last = Ok(());
    for (verb, unit) in steps {
        last = match *verb {
            "start" => units.start(unit),
            "complete" => units.complete(unit),
            dependency => units.want(unit, dependency),
        };
    }
    (units, last)
}

#[track_caller]
fn check(steps: &[(&str, &str)], status: Option<&str>, error: Option<&str>) {
    let (units, last) = after(steps);
    assert_eq!(units.status("tool"), status, "{steps:?}");
    assert_eq!(last.err().as_deref(), error, "{steps:?}");
}

#[test]
fn transitions_are_coders() {
    let not_ready = "cannot start unit \"tool\": unit not ready";
    let same = "cannot start unit \"tool\": same status already set";
    let same_end = "cannot complete unit \"tool\": same status already set";
    check(&[], None, None);
    check(&[("start", "tool")], Some("started"), None);
    check(&[("start", "tool"), ("start", "tool")], Some("started"), Some(same));
    check(&[("start", "tool"), ("complete", "tool")], Some("completed"), None);
    check(&[("start", "tool"), ("complete", "tool"), ("start", "tool")], Some("started"), None);
    check(&[("setup", "tool")], Some("pending"), None);
    check(&[("setup", "tool"), ("setup", "tool")], Some("pending"), None);
    check(&[("setup", "tool"), ("start", "tool")], Some("pending"), Some(not_ready));
    check(&[("setup", "tool"), ("complete", "tool")], Some("completed"), None);
    let twice = [("start", "tool"), ("complete", "tool"), ("complete", "tool")];
    check(&twice, Some("completed"), Some(same_end));
    let whole = [("setup", "tool"), ("start", "setup"), ("complete", "setup"), ("start", "tool")];
    check(&whole, Some("started"), None);
}

#[test]
fn faults_have_coders_words() {
    let missing =
        "cannot complete unit \"tool\": unit \"tool\" must be registered first: unit not found";
    check(&[("complete", "tool")], None, Some(missing));
    for steps in [&[("start", "")], &[("complete", "")], &[("setup", "")]] {
        assert!(after(steps).1.unwrap_err().contains("unit name is required"), "{steps:?}");
    }
    for steps in [&[("tool", "tool")][..], &[("b", "a"), ("c", "b"), ("a", "c")]] {
        assert!(after(steps).1.unwrap_err().contains("cycle detected"), "{steps:?}");
    }
    assert!(Units::default().ready("").unwrap_err().contains("unit name is required"));
}

#[test]
fn a_restarted_dependency_makes_its_dependents_wait_again() {
    let (mut units, _) = after(&[("setup", "tool"), ("start", "setup"), ("complete", "setup")]);
    assert!(units.is_ready("tool"));
    units.start("setup").unwrap();
    assert!(!units.is_ready("tool"));
    assert!(units.is_ready("nobody"));
}
