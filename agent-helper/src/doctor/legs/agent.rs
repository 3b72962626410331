//! The workspace agent's socket and the unit of the set-up.

use std::time::Instant;

use coder_client::agent_socket::{AgentSocket, SocketError, UnitState};

use crate::config::SyncMode;
use crate::doctor::findings::{Checks, Findings};
use crate::doctor::verdict::{Check, Leg};
use crate::exit::Exit;

pub(super) async fn check(findings: &Findings<'_>, checks: &mut Checks<'_>) {
    let coordination = &findings.coordination;
    if coordination.mode == SyncMode::Off {
        checks.add(Check::skipped(Leg::Agent, "socket", "coordination is off"));
        return;
    }
    let started = Instant::now();
    let path = coordination.socket_path.display();
    let mut socket = match AgentSocket::connect(&coordination.socket_path).await {
        Ok(socket) => socket,
        Err(err) => {
            let summary = format!("`{path}`: {err}");
            let check = if coordination.mode == SyncMode::Required {
                Check::fail(Leg::Agent, "socket", Exit::Coordination, summary)
            } else {
                Check::warn(Leg::Agent, "socket", summary)
            };
            checks.add(check.maybe_hint(err.hint()).took(started.elapsed()));
            return;
        }
    };
    let pinged = socket.ping().await;
    checks.add(socket_check(pinged, &path.to_string()).took(started.elapsed()));
    let started = Instant::now();
    let unit = &coordination.unit;
    let check = match socket.status(unit).await {
        Ok(status) => unit_check(unit, &status.state),
        Err(err) => {
            Check::warn(Leg::Agent, "unit", format!("`{unit}`: {err}")).maybe_hint(err.hint())
        }
    };
    checks.add(check.took(started.elapsed()));
}

fn socket_check(pinged: Result<(), SocketError>, path: &str) -> Check {
    match pinged {
        Ok(()) => Check::pass(Leg::Agent, "socket", format!("`{path}` answers")),
        Err(err) => {
            Check::warn(Leg::Agent, "socket", format!("`{path}`: {err}")).maybe_hint(err.hint())
        }
    }
}

fn unit_check(unit: &str, state: &UnitState) -> Check {
    let summary = format!("`{unit}` is {state}");
    match state {
        UnitState::Completed => Check::pass(Leg::Agent, "unit", summary),
        UnitState::Started | UnitState::Pending => Check::warn(Leg::Agent, "unit", summary).hint(
            "its dependents still wait; if no set-up is running, run \
                 `aibridge-agent setup`",
        ),
        _ => Check::warn(Leg::Agent, "unit", summary).hint(
            "no set-up has run in this start of the agent; dependents of the unit wait \
                 until their timeout",
        ),
    }
}
