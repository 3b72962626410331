//! Whether a set-up has ended, and how; pure.

#[cfg(test)]
mod tests;

use coder_client::agent_socket::UnitState;

use crate::run_id::RunId;
use crate::status::{Outcome, Status};

/// Everything that one look finds.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The set-up's unit; `None` if there is no agent to ask.
    pub unit: Option<UnitState>,
    /// This start.
    pub run: RunId,
    /// The status, if it is of this certificate and this unit.
    pub status: Option<Status>,
    /// Somebody holds the folder's lock, or may.
    pub is_at_work: bool,
    /// The certificate file's holds a CA that is valid now.
    pub has_valid_ca: bool,
}

/// How a set-up went, for whoever depends on it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Go on.
    Usable,
    /// Do not, because of this.
    NotUsable(String),
}

/// What the evidence is good for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Weighed {
    /// It has ended.
    Ended(Verdict),
    /// It has ended by its status, and will complete its unit in a moment.
    Settled(Verdict),
    /// It may still be at work, or has not begun.
    Open,
}

/// Weighs the evidence.
pub fn weigh(evidence: &Evidence) -> Weighed {
    let is_completed = evidence.unit == Some(UnitState::Completed);
    let is_held = matches!(evidence.unit, Some(UnitState::Started | UnitState::Pending));
    let ours = evidence.status.as_ref().filter(|it| {
        // The bootstrap script cannot know its run; the unit tells that it is this one.
        evidence.run.is_same(&it.run) || is_completed && it.run.is_unknown()
    });
    match ours {
        Some(status) if status.outcome == Outcome::Running && evidence.is_at_work => Weighed::Open,
        Some(status) if is_held => match of(status) {
            // It was killed, and its unit stays started for ever.
            verdict if status.outcome == Outcome::Running => Weighed::Ended(verdict),
            verdict => Weighed::Settled(verdict),
        },
        Some(status) => Weighed::Ended(of(status)),
        None if is_completed && evidence.has_valid_ca => Weighed::Ended(Verdict::Usable),
        None if is_completed => {
            let reason = "the set-up has ended and left no valid CA certificate";
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
        Outcome::Running => Verdict::NotUsable("the set-up was killed at its work".to_owned()),
    }
}
