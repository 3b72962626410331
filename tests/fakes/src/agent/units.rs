//! The agent's state machine of units (`AgentSocket` of Coder 2.30 to 2.35),
//! without I/O.
//!
//! The refusals of start and complete are the literal words of Coder's own
//! library; every other error holds the part that clients match, in a sentence
//! of the same form.

use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

const PENDING: &str = "pending";
const STARTED: &str = "started";
const COMPLETED: &str = "completed";

const NAME_REQUIRED: &str = "unit name is required";
const SAME_STATUS: &str = "same status already set";

/// Registered units, their statuses and what each waits for.
#[derive(Debug, Clone, Default)]
pub struct Units {
    units: BTreeMap<String, Unit>,
}

#[derive(Debug, Clone)]
struct Unit {
    status: &'static str,
    depends_on: Vec<String>,
}

impl Units {
    /// `pending`, `started` or `completed`; nothing for a unit that is not
    /// registered.
    pub fn status(&self, unit: &str) -> Option<&str> {
        self.units.get(unit).map(|it| it.status)
    }

    /// Whether every dependency is completed; true of a unit that is not
    /// registered.
    pub fn is_ready(&self, unit: &str) -> bool {
        self.dependencies(unit).all(|dependency| self.status(dependency) == Some(COMPLETED))
    }

    /// What a unit waits for, in the order in which it said so.
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
            return Err(format!("cannot add dependency: {NAME_REQUIRED}"));
        }
        self.register(unit);
        if self.reaches(depends_on, unit) {
            return Err(format!(
                "cannot add dependency: adding edge ({unit:?} -> {depends_on:?}): cycle detected"
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
            return Err(format!("cannot check readiness: {NAME_REQUIRED}"));
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
        let fault = |why: &str| Err(format!("cannot start unit {unit:?}: {why}"));
        if unit.is_empty() {
            return fault(NAME_REQUIRED);
        }
        self.register(unit);
        if !self.is_ready(unit) {
            return fault("unit not ready");
        }
        if self.status(unit) == Some(STARTED) {
            return fault(SAME_STATUS);
        }
        self.register(unit).status = STARTED;
        Ok(())
    }

    /// SyncComplete, from any other status.
    ///
    /// # Errors
    /// Coder's text for an empty name, a unit that is not registered, or one
    /// that is completed already.
    pub fn complete(&mut self, unit: &str) -> Result<(), String> {
        let fault = |why: &str| Err(format!("cannot complete unit {unit:?}: {why}"));
        if unit.is_empty() {
            return fault(NAME_REQUIRED);
        }
        match self.units.get_mut(unit) {
            None => fault(&format!("unit {unit:?} must be registered first: unit not found")),
            Some(found) if found.status == COMPLETED => fault(SAME_STATUS),
            Some(found) => {
                found.status = COMPLETED;
                Ok(())
            }
        }
    }

    fn register(&mut self, unit: &str) -> &mut Unit {
        let new = || Unit { status: PENDING, depends_on: Vec::new() };
        self.units.entry(unit.to_owned()).or_insert_with(new)
    }

    /// Whether `to` is `from` or one of the units that `from` waits for,
    /// however far.
    fn reaches(&self, from: &str, to: &str) -> bool {
        from == to || self.dependencies(from).any(|next| self.reaches(next, to))
    }
}
