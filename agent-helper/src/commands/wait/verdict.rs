//! Whether a set-up has ended, and with what result; pure.

#[cfg(test)]
mod tests;

use std::time::SystemTime;

use coder_client::agent_socket::UnitState;

use crate::files::LockState;
use crate::run_id::RunId;
use crate::status::{Outcome, Status};

/// The lock, and the status that was read right after it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observation {
    /// The folder's lock.
    pub(crate) lock: LockState,
    /// The status, if it is of this certificate and this unit.
    pub(crate) status: Option<Status>,
    /// When the file was last written.
    pub(crate) written: Option<SystemTime>,
}

/// The evidence at one time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// The set-up's unit; `None` without an agent.
    pub(crate) unit: Option<UnitState>,
    /// This start of the workspace.
    pub(crate) run: RunId,
    /// The status, if it is of this certificate and this unit.
    pub(crate) status: Option<Status>,
    /// Another process holds the folder's lock, or may.
    pub(crate) is_running_now: bool,
    /// The certificate file holds a CA that is valid now.
    pub(crate) has_valid_ca: bool,
}

/// The result of a set-up, for its dependents.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// A tool can use the certificate.
    Usable,
    /// It cannot, for this reason.
    NotUsable(String),
}

/// What follows from the evidence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Weighed {
    /// It has ended.
    Ended(Verdict),
    /// It has ended by its status, and will complete its unit in a moment.
    Settled(Verdict),
    /// It may still be running, or has not begun.
    Open,
}

impl Observation {
    /// Whether the set-up seems killed: it has not ended, and no process holds
    /// the lock. It may as well have begun between the two reads.
    pub(crate) fn is_doubtful(&self) -> bool {
        let is_running = self.status.as_ref().is_some_and(|it| it.outcome == Outcome::Running);
        self.lock == LockState::Free && is_running
    }

    /// Whether a set-up is running, from this observation and the doubtful one
    /// before it. A set-up holds the lock from before it writes `running` until
    /// after its last status. If the status is unchanged in two observations with
    /// a free lock, its writer has died; otherwise another set-up has begun.
    pub(crate) fn is_running_after(&self, earlier: &Self) -> bool {
        self.lock != LockState::Free || self.is_doubtful() && self.written != earlier.written
    }
}

/// Weighs the evidence.
pub(crate) fn weigh(evidence: &Evidence) -> Weighed {
    let is_completed = evidence.unit == Some(UnitState::Completed);
    let is_held = matches!(evidence.unit, Some(UnitState::Started | UnitState::Pending));
    let ours = evidence.status.as_ref().filter(|it| {
        // The bootstrap script cannot know its run; the unit shows that it is this one.
        evidence.run.is_same(&it.run) || is_completed && it.run.is_unknown()
    });
    match ours {
        Some(status) if status.outcome == Outcome::Running && evidence.is_running_now => {
            Weighed::Open
        }
        Some(status) if is_held => match of(status) {
            // It was killed, and its unit stays started for ever.
            verdict if status.outcome == Outcome::Running => Weighed::Ended(verdict),
            verdict => Weighed::Settled(verdict),
        },
        Some(status) => Weighed::Ended(of(status)),
        None if is_completed && evidence.has_valid_ca => Weighed::Ended(Verdict::Usable),
        None if is_completed => {
            // Two instances that share a unit's name appear like this as well; the
            // first one's completion releases both.
            let reason = "the set-up has ended and left no valid CA certificate, \
                or another set-up uses the same unit name";
            Weighed::Ended(Verdict::NotUsable(reason.to_owned()))
        }
        None => Weighed::Open,
    }
}

fn of(status: &Status) -> Verdict {
    let because = status.error.as_ref().map_or("no reason is known", |it| &it.message);
    match status.outcome {
        Outcome::Ok | Outcome::Seeded | Outcome::Deferred => Verdict::Usable,
        Outcome::Failed => Verdict::NotUsable(format!("the set-up failed: {because}")),
        Outcome::Stale => Verdict::NotUsable(format!(
            "the set-up failed, only the certificate of an earlier one is there: {because}"
        )),
        Outcome::Running => Verdict::NotUsable("the set-up was killed before its end".to_owned()),
    }
}
