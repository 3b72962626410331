//! The units of the agent socket: state and call give state, response or refusal.
//!
//! Source: section 3.4 of the contract on Coder, for agents 2.29 to 2.35. There
//! is no failed state, and transitions are not ordered: a completed unit can be
//! started again. The end-to-end suite runs the same rows on Coder's own agent.

/// The unit of every row.
pub const UNIT: &str = "tool";
/// The unit that it may wait for.
pub const DEPENDENCY: &str = "setup";

/// A call in a situation, and what it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// For the message of a failed test.
    pub name: &'static str,
    /// The states before the call.
    pub before: Situation,
    /// The call.
    pub call: Call,
    /// The response.
    pub outcome: Outcome,
    /// The state of [`UNIT`] after the call.
    pub after: State,
}

/// The states of the two units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// The state of [`UNIT`].
    pub unit: State,
    /// The state of [`DEPENDENCY`]; none if [`UNIT`] waits for no other unit.
    pub dependency: Option<State>,
}

/// The state of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Completed, with success or without.
    Completed,
    /// Unknown to the agent.
    NotRegistered,
    /// Registered, not started.
    Pending,
    /// Started, not completed.
    Started,
}

/// A call of the agent socket, with the names of its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// SyncComplete.
    Complete(&'static str),
    /// SyncReady.
    Ready(&'static str),
    /// SyncStart.
    Start(&'static str),
    /// SyncStatus.
    Status(&'static str),
    /// SyncWant: the first waits for the second.
    Want(&'static str, &'static str),
}

/// The response to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An empty response.
    Done,
    /// The response of SyncReady.
    Ready(bool),
    /// An error.
    Refused(Refusal),
    /// The response of SyncStatus: the state before, whether every dependency
    /// is completed, and the dependency if there is one.
    Status {
        /// The field `is_ready`.
        is_ready: bool,
    },
}

/// Why the agent refuses a call. The error's code is always [`CODE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A dependency would lead back to the unit.
    CycleDetected,
    /// The agent runs without the management of units.
    ManagerUnavailable,
    /// The unit's name is empty.
    NameRequired,
    /// The unit is not registered.
    NotFound,
    /// A dependency is not completed.
    NotReady,
    /// The unit has that status already.
    SameStatus,
    /// The agent does not know the method.
    UnknownMethod,
}

/// The code of every error that Coder's agent sends.
pub const CODE: u64 = 0;

// === impl Situation ===

impl Situation {
    /// The calls that lead to it on an agent that knows neither unit.
    pub fn calls(self) -> Vec<Call> {
        let mut calls = Vec::new();
        // Before it waits, since a unit cannot start while it does.
        if matches!(self.unit, State::Started | State::Completed) {
            calls.push(Call::Start(UNIT));
        }
        if self.unit == State::Completed {
            calls.push(Call::Complete(UNIT));
        }
        let Some(dependency) = self.dependency else { return calls };
        calls.push(Call::Want(UNIT, DEPENDENCY));
        match dependency {
            State::NotRegistered => {}
            State::Pending => calls.push(Call::Want(DEPENDENCY, "third")),
            State::Started => calls.push(Call::Start(DEPENDENCY)),
            State::Completed => calls.extend([Call::Start(DEPENDENCY), Call::Complete(DEPENDENCY)]),
        }
        calls
    }
}

// === impl State ===

impl State {
    /// The word on the wire; empty for a unit that is not registered.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::NotRegistered => "",
            Self::Pending => "pending",
            Self::Started => "started",
        }
    }
}

// === impl Refusal ===

impl Refusal {
    /// The part of the error's text that clients match.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CycleDetected => "cycle detected",
            Self::ManagerUnavailable => "unit manager not available",
            Self::NameRequired => "unit name is required",
            Self::NotFound => "unit not found",
            Self::NotReady => "unit not ready",
            Self::SameStatus => "same status already set",
            Self::UnknownMethod => "protocol error: unknown rpc",
        }
    }
}

// === the rows ===

const fn alone(unit: State) -> Situation {
    Situation { unit, dependency: None }
}

const fn waiting_for(unit: State, dependency: State) -> Situation {
    Situation { unit, dependency: Some(dependency) }
}

const fn row(
    name: &'static str,
    before: Situation,
    call: Call,
    outcome: Outcome,
    after: State,
) -> Row {
    Row { name, before, call, outcome, after }
}

const DONE: Outcome = Outcome::Done;
const READY: Outcome = Outcome::Ready(true);
const NOT_READY: Outcome = Outcome::Ready(false);
const STATUS_READY: Outcome = Outcome::Status { is_ready: true };
const STATUS_NOT_READY: Outcome = Outcome::Status { is_ready: false };
const WANT: Call = Call::Want(UNIT, DEPENDENCY);
const NEW: Situation = alone(State::NotRegistered);

const fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused(refusal)
}

/// Every row.
pub const ROWS: &[Row] = {
    use State::{Completed, NotRegistered, Pending, Started};
    const START: Call = Call::Start(UNIT);
    const COMPLETE: Call = Call::Complete(UNIT);
    const STATUS: Call = Call::Status(UNIT);
    const IS_READY: Call = Call::Ready(UNIT);
    &[
        row("want registers the unit", NEW, WANT, DONE, Pending),
        row("want again", waiting_for(Pending, NotRegistered), WANT, DONE, Pending),
        row("want of a started unit", alone(Started), WANT, DONE, Started),
        row("want of a completed unit", alone(Completed), WANT, DONE, Completed),
        row(
            "want of itself",
            alone(Started),
            Call::Want(UNIT, UNIT),
            refused(Refusal::CycleDetected),
            Started,
        ),
        row(
            "want in a circle",
            waiting_for(Pending, Pending),
            Call::Want(DEPENDENCY, UNIT),
            refused(Refusal::CycleDetected),
            Pending,
        ),
        row(
            "want without a name",
            NEW,
            Call::Want("", UNIT),
            refused(Refusal::NameRequired),
            NotRegistered,
        ),
        row("start registers the unit", NEW, START, DONE, Started),
        row("start again", alone(Started), START, refused(Refusal::SameStatus), Started),
        row("start of a completed unit", alone(Completed), START, DONE, Started),
        row(
            "start before the dependency is registered",
            waiting_for(Pending, NotRegistered),
            START,
            refused(Refusal::NotReady),
            Pending,
        ),
        row(
            "start before the dependency is started",
            waiting_for(Pending, Pending),
            START,
            refused(Refusal::NotReady),
            Pending,
        ),
        row(
            "start before the dependency is completed",
            waiting_for(Pending, Started),
            START,
            refused(Refusal::NotReady),
            Pending,
        ),
        row("start after the dependency", waiting_for(Pending, Completed), START, DONE, Started),
        row(
            "start without a name",
            NEW,
            Call::Start(""),
            refused(Refusal::NameRequired),
            NotRegistered,
        ),
        row(
            "complete of an unknown unit",
            NEW,
            COMPLETE,
            refused(Refusal::NotFound),
            NotRegistered,
        ),
        row(
            "complete of a pending unit",
            waiting_for(Pending, NotRegistered),
            COMPLETE,
            DONE,
            Completed,
        ),
        row("complete of a started unit", alone(Started), COMPLETE, DONE, Completed),
        row("complete again", alone(Completed), COMPLETE, refused(Refusal::SameStatus), Completed),
        row(
            "complete without a name",
            NEW,
            Call::Complete(""),
            refused(Refusal::NameRequired),
            NotRegistered,
        ),
        row("ready of an unknown unit", NEW, IS_READY, READY, NotRegistered),
        row("ready before", waiting_for(Pending, Started), IS_READY, NOT_READY, Pending),
        row("ready after", waiting_for(Pending, Completed), IS_READY, READY, Pending),
        row(
            "ready without a name",
            NEW,
            Call::Ready(""),
            refused(Refusal::NameRequired),
            NotRegistered,
        ),
        row("status of an unknown unit", NEW, STATUS, STATUS_READY, NotRegistered),
        row(
            "status before the dependency is registered",
            waiting_for(Pending, NotRegistered),
            STATUS,
            STATUS_NOT_READY,
            Pending,
        ),
        row(
            "status before the dependency is completed",
            waiting_for(Pending, Started),
            STATUS,
            STATUS_NOT_READY,
            Pending,
        ),
        row(
            "status after the dependency",
            waiting_for(Pending, Completed),
            STATUS,
            STATUS_READY,
            Pending,
        ),
        row("status of a started unit", alone(Started), STATUS, STATUS_READY, Started),
        row("status of a completed unit", alone(Completed), STATUS, STATUS_READY, Completed),
        row(
            "status of a completed unit that waits",
            waiting_for(Completed, Started),
            STATUS,
            STATUS_NOT_READY,
            Completed,
        ),
        row(
            "status without a name",
            NEW,
            Call::Status(""),
            refused(Refusal::NameRequired),
            NotRegistered,
        ),
    ]
};
