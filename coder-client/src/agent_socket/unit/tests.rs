//! The agent's names of states.

use super::{UnitState, UnitStatus};
use crate::agent_socket::messages::{DependencyInfo, StatusResponse};

#[track_caller]
fn check(wire: &str, state: &UnitState, shown: &str) {
    assert_eq!(&UnitState::from_wire(wire), state);
    assert_eq!(state.to_string(), shown);
    assert_eq!(state.as_str(), wire);
}

#[test]
fn unit_states_have_the_agents_names() {
    check("", &UnitState::NotRegistered, "not registered");
    check("pending", &UnitState::Pending, "pending");
    check("started", &UnitState::Started, "started");
    check("completed", &UnitState::Completed, "completed");
    check("failed", &UnitState::Other("failed".into()), "failed");
}

#[test]
fn unknown_unit_state_is_shown_as_one_bounded_line() {
    let status = UnitStatus::from(StatusResponse {
        status: "a\nb".into(),
        is_ready: true,
        dependencies: vec![DependencyInfo {
            depends_on: "x\u{1b}y".into(),
            ..DependencyInfo::default()
        }],
    });
    assert_eq!(status.state, UnitState::Other("a b".into()));
    assert_eq!(status.dependencies[0].depends_on, "x y");
}
