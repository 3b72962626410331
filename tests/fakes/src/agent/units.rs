//! The agent's state machine of units (`AgentSocket` of Coder 2.30 to 2.35),
//! without I/O. States and the words of refusals are the contract's.
//!
//! The sentences of start and complete are those of Coder's own library; every
//! other error holds the part that clients match, in a sentence of the same form.

use std::collections::BTreeMap;

use crate::contract::units::{Refusal, State};

#[cfg(test)]
mod tests;

/// Registered units, their statuses and what each waits for.
#[derive(Debug, Clone, Default)]
pub struct Units {
    units: BTreeMap<String, Unit>,
}

#[derive(Debug, Clone)]
struct Unit {
    state: State,
    depends_on: Vec<String>,
}

impl Units {
    /// `pending`, `started` or `completed`; none for a unit that is not
    /// registered.
    pub fn status(&self, unit: &str) -> Option<&str> {
        self.units.get(unit).map(|it| it.state.word())
    }

    fn state(&self, unit: &str) -> State {
        self.units.get(unit).map_or(State::NotRegistered, |it| it.state)
    }

    /// Whether every dependency is completed; true of a unit that is not
    /// registered.
    pub fn is_ready(&self, unit: &str) -> bool {
        self.dependencies(unit).all(|dependency| self.state(dependency) == State::Completed)
    }

    /// The units that a unit waits for, in the order of its calls.
    pub fn dependencies(&self, unit: &str) -> impl Iterator<Item = &str> {
        self.units.get(unit).into_iter().flat_map(|it| &it.depends_on).map(String::as_str)
    }

    /// Names of all registered units.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.units.keys().map(String::as_str)
    }

    /// SyncWant: registers `unit`, not `depends_on`.
    ///
    /// # Errors
    /// Coder's text for an empty name or a cycle.
    pub fn want(&mut self, unit: &str, depends_on: &str) -> Result<(), String> {
        if unit.is_empty() || depends_on.is_empty() {
            return Err(format!("cannot add dependency: {}", Refusal::NameRequired.words()));
        }
        self.register(unit);
        if self.reaches(depends_on, unit) {
            return Err(format!(
                "cannot add dependency: adding edge ({unit:?} -> {depends_on:?}): {}",
                Refusal::CycleDetected.words()
            ));
        }
        let wants = &mut self.register(unit).depends_on;
        if !wants.iter().any(|it| it == depends_on) {
            wants.push(depends_on.to_owned());
        }
        Ok(())
    }

    /// SyncReady.
    ///
    /// # Errors
    /// Coder's text for an empty name.
    pub fn ready(&self, unit: &str) -> Result<bool, String> {
        if unit.is_empty() {
            return Err(format!("cannot check readiness: {}", Refusal::NameRequired.words()));
        }
        Ok(self.is_ready(unit))
    }

    /// SyncStart: registers if needed. A completed unit goes back to started,
    /// which is Coder's own trap.
    ///
    /// # Errors
    /// Coder's text for an empty name, unmet dependencies, or a unit that is
    /// started already.
    pub fn start(&mut self, unit: &str) -> Result<(), String> {
        let refuse = |it: Refusal| Err(format!("cannot start unit {unit:?}: {}", it.words()));
        if unit.is_empty() {
            return refuse(Refusal::NameRequired);
        }
        self.register(unit);
        if !self.is_ready(unit) {
            return refuse(Refusal::NotReady);
        }
        if self.state(unit) == State::Started {
            return refuse(Refusal::SameStatus);
        }
        self.register(unit).state = State::Started;
        Ok(())
    }

    /// SyncComplete, from any other status.
    ///
    /// # Errors
    /// Coder's text for an empty name, a unit that is not registered, or one
    /// that is completed already.
    pub fn complete(&mut self, unit: &str) -> Result<(), String> {
        let refuse = |why: String| Err(format!("cannot complete unit {unit:?}: {why}"));
        if unit.is_empty() {
            return refuse(Refusal::NameRequired.words().to_owned());
        }
        let Some(found) = self.units.get_mut(unit) else {
            let why = Refusal::NotFound.words();
            return refuse(format!("unit {unit:?} must be registered first: {why}"));
        };
        if found.state == State::Completed {
            return refuse(Refusal::SameStatus.words().to_owned());
        }
        found.state = State::Completed;
        Ok(())
    }

    fn register(&mut self, unit: &str) -> &mut Unit {
        let new = || Unit { state: State::Pending, depends_on: Vec::new() };
        self.units.entry(unit.to_owned()).or_insert_with(new)
    }

    /// Whether `to` is `from` or one of the units that `from` waits for,
    /// however far.
    fn reaches(&self, from: &str, to: &str) -> bool {
        from == to || self.dependencies(from).any(|next| self.reaches(next, to))
    }
}
