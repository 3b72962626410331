//! Units as the agent describes them.

use std::fmt;

use settings::text;

use super::messages::{DependencyInfo, StatusResponse, UnitInfo};

/// The longest name or status of the agent's that is kept.
const MAX_NAME: usize = 256;

/// How far a unit is. There is no failed state: success or failure needs
/// another channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitState {
    /// The agent does not know the unit.
    NotRegistered,
    /// Registered, not started.
    Pending,
    /// Started, not completed.
    Started,
    /// Completed, for better or worse.
    Completed,
    /// A status of a newer agent.
    Other(String),
}

impl UnitState {
    fn from_wire(status: &str) -> Self {
        match status {
            "" => Self::NotRegistered,
            "pending" => Self::Pending,
            "started" => Self::Started,
            "completed" => Self::Completed,
            other => Self::Other(text::one_line(other, MAX_NAME)),
        }
    }

    /// The agent's own word; empty for a unit that it does not know.
    pub fn as_str(&self) -> &str {
        match self {
            Self::NotRegistered => "",
            Self::Pending => "pending",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Other(status) => status,
        }
    }
}

/// The agent's word, or `not registered`.
impl fmt::Display for UnitState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRegistered => "not registered",
            state => state.as_str(),
        })
    }
}

/// A unit with what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitStatus {
    /// How far it is.
    pub state: UnitState,
    /// Whether each dependency is completed.
    pub is_ready: bool,
    /// What it waits for.
    pub dependencies: Vec<Dependency>,
}

/// One dependency of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The unit waited for.
    pub depends_on: String,
    /// The status that it needs; the agent knows only `completed`.
    pub required_status: String,
    /// The status that it has; empty if it is not registered.
    pub current_status: String,
    /// Whether the two are equal.
    pub is_satisfied: bool,
}

/// A unit in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitSummary {
    /// Its name.
    pub unit: String,
    /// How far it is.
    pub state: UnitState,
    /// Whether each dependency is completed.
    pub is_ready: bool,
}

/// What [`begin`](super::AgentSocket::begin) found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The unit was completed before; it was left so.
    AlreadyCompleted,
    /// The unit had been started, by this process or by another of the same name.
    AlreadyStarted,
    /// The unit is started now.
    Started,
}

impl From<StatusResponse> for UnitStatus {
    fn from(answer: StatusResponse) -> Self {
        Self {
            state: UnitState::from_wire(&answer.status),
            is_ready: answer.is_ready,
            dependencies: answer.dependencies.into_iter().map(Dependency::from).collect(),
        }
    }
}

impl From<DependencyInfo> for Dependency {
    fn from(info: DependencyInfo) -> Self {
        Self {
            depends_on: text::one_line(&info.depends_on, MAX_NAME),
            required_status: text::one_line(&info.required_status, MAX_NAME),
            current_status: text::one_line(&info.current_status, MAX_NAME),
            is_satisfied: info.is_satisfied,
        }
    }
}

impl From<UnitInfo> for UnitSummary {
    fn from(info: UnitInfo) -> Self {
        Self {
            unit: text::one_line(&info.unit, MAX_NAME),
            state: UnitState::from_wire(&info.status),
            is_ready: info.is_ready,
        }
    }
}

#[cfg(test)]
mod tests;
