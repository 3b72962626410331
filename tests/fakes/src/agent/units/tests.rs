//! Each row of the contract on the state machine alone, and the sentences of
//! Coder's library around the words that clients match.

use super::Units;
use crate::contract::units::{Call, DEPENDENCY, Outcome, ROWS, Refusal, State, UNIT};

fn carry_out(units: &mut Units, call: Call) -> Result<Option<bool>, String> {
    match call {
        Call::Complete(unit) => units.complete(unit).map(|()| None),
        Call::Ready(unit) => units.ready(unit).map(Some),
        Call::Start(unit) => units.start(unit).map(|()| None),
        Call::Want(unit, dependency) => units.want(unit, dependency).map(|()| None),
        // The state machine has no such call: the socket puts the response together.
        Call::Status(_) => Ok(Some(units.is_ready(UNIT))),
    }
}

#[test]
fn state_machine_follows_each_row_of_the_contract() {
    for row in ROWS {
        let mut units = Units::default();
        for call in row.before.calls() {
            carry_out(&mut units, call).unwrap_or_else(|err| panic!("{}: {err}", row.name));
        }
        assert_eq!(units.state(UNIT), row.before.unit, "{}, before", row.name);
        let dependency = row.before.dependency;
        let before = dependency.map_or(State::NotRegistered, |_| units.state(DEPENDENCY));
        assert_eq!(before, dependency.unwrap_or(State::NotRegistered), "{}, before", row.name);

        let result = carry_out(&mut units, row.call);
        match (row.outcome, &result) {
            (Outcome::Done, Ok(None)) => {}
            (Outcome::Ready(expected) | Outcome::Status { is_ready: expected }, Ok(Some(seen))) => {
                assert_eq!(*seen, expected, "{}", row.name);
            }
            (Outcome::Refused(refusal), Err(text)) => {
                assert!(text.contains(refusal.words()), "{}: {text}", row.name);
            }
            // Checked where the response is put together.
            (Outcome::Refused(Refusal::NameRequired), Ok(_)) if row.call == Call::Status("") => {}
            _ => panic!("{}: {result:?} instead of {:?}", row.name, row.outcome),
        }
        assert_eq!(units.state(UNIT), row.after, "{}, after", row.name);
    }
}

#[test]
fn refusals_are_sentences_of_coders_library() {
    let mut units = Units::default();
    let missing =
        "cannot complete unit \"tool\": unit \"tool\" must be registered first: unit not found";
    assert_eq!(units.complete("tool"), Err(missing.to_owned()));
    units.start("tool").unwrap();
    let same = "cannot start unit \"tool\": same status already set";
    assert_eq!(units.start("tool"), Err(same.to_owned()));
    units.want("other", "tool").unwrap();
    let not_ready = "cannot start unit \"other\": unit not ready";
    assert_eq!(units.start("other"), Err(not_ready.to_owned()));
}

#[test]
fn restarted_dependency_makes_its_dependents_wait_again() {
    let mut units = Units::default();
    units.want("tool", "setup").unwrap();
    units.start("setup").unwrap();
    units.complete("setup").unwrap();
    assert!(units.is_ready("tool"));
    units.start("setup").unwrap();
    assert!(!units.is_ready("tool"));
}

#[test]
fn cycle_through_several_units_is_refused() {
    let mut units = Units::default();
    units.want("a", "b").unwrap();
    units.want("b", "c").unwrap();
    assert!(units.want("c", "a").unwrap_err().contains("cycle detected"));
}
