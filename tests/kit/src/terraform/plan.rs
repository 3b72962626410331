//! A plan, as `show -json` prints it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Run;

/// What is to happen to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To be made.
    Create,
    /// To be removed.
    Delete,
    /// To be dropped from the state alone.
    Forget,
    /// No change.
    NoOp,
    /// A data source to be read at apply.
    Read,
    /// To be removed and made, in either order.
    Replace,
    /// To be changed in place.
    Update,
}

/// One object's change.
#[derive(Debug, Clone)]
pub struct Change {
    /// What is to happen; in a drift, what has happened behind Terraform's back.
    pub action: Action,
    /// Values before; null for a new object.
    pub before: Value,
    /// Values after, without those that are not known yet.
    pub after: Value,
    /// True at each attribute that is known only after apply.
    pub after_unknown: Value,
    /// True at each attribute that is sensitive.
    pub after_sensitive: Value,
    /// Paths that force a replacement.
    pub replace_paths: Vec<Value>,
}

/// The outcome of `plan`: its diagnostics, and its changes if it succeeded.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Exit code, output, diagnostics.
    pub run: Run,
    /// Changes by resource address.
    pub changes: BTreeMap<String, Change>,
    /// What the refresh found changed, by resource address.
    pub drift: BTreeMap<String, Change>,
    /// Changes of outputs by name.
    pub outputs: BTreeMap<String, Change>,
}

impl Plan {
    pub(super) fn failed(run: Run) -> Self {
        let none = BTreeMap::new();
        Self { run, changes: none.clone(), drift: none.clone(), outputs: none }
    }

    pub(super) fn parse(run: Run, json: &str) -> Self {
        let plan: Value = serde_json::from_str(json).expect("show prints JSON");
        let outputs = plan["output_changes"].as_object().into_iter().flatten();
        Self {
            run,
            changes: by_address(&plan["resource_changes"]),
            drift: by_address(&plan["resource_drift"]),
            outputs: outputs.map(|(name, change)| (name.clone(), Change::parse(change))).collect(),
        }
    }

    /// Fails unless the plan was made.
    #[track_caller]
    pub fn success(self) -> Self {
        assert_eq!(self.run.finished.code, Some(0), "{:#?}", self.run);
        self
    }

    /// Fails unless planning was refused.
    #[track_caller]
    pub fn failure(self) -> Self {
        assert_eq!(self.run.finished.code, Some(1), "{:#?}", self.run);
        self
    }

    /// The change of one object.
    ///
    /// # Panics
    /// If the plan does not mention it.
    #[track_caller]
    pub fn change(&self, address: &str) -> &Change {
        match self.changes.get(address) {
            Some(change) => change,
            None => panic!("`{address}` is not in the plan: {:#?}", self.actions()),
        }
    }

    /// The action at each address.
    pub fn actions(&self) -> BTreeMap<&str, Action> {
        self.changes.iter().map(|(address, change)| (address.as_str(), change.action)).collect()
    }

    /// Whether apply would do nothing at all, outputs included. Drift that
    /// leads to no action does not count.
    pub fn is_empty(&self) -> bool {
        let mut changes = self.changes.values().chain(self.outputs.values());
        changes.all(|change| change.action == Action::NoOp)
    }

    /// Fails unless the plan was made and is empty.
    #[track_caller]
    pub fn assert_empty(self) -> Self {
        let plan = self.success();
        assert!(plan.is_empty(), "not empty: {:#?} {:#?}", plan.changes, plan.outputs);
        plan
    }
}

impl Change {
    fn parse(json: &Value) -> Self {
        let names = json["actions"].as_array().into_iter().flatten();
        let names: Vec<&str> = names.filter_map(Value::as_str).collect();
        let action = match names.as_slice() {
            ["create"] => Action::Create,
            ["delete"] => Action::Delete,
            ["forget"] => Action::Forget,
            ["no-op"] => Action::NoOp,
            ["read"] => Action::Read,
            ["update"] => Action::Update,
            ["create", "delete"] | ["delete", "create"] => Action::Replace,
            other => panic!("unknown actions {other:?}"),
        };
        Self {
            action,
            before: json["before"].clone(),
            after: json["after"].clone(),
            after_unknown: json["after_unknown"].clone(),
            after_sensitive: json["after_sensitive"].clone(),
            replace_paths: json["replace_paths"].as_array().cloned().unwrap_or_default(),
        }
    }
}

fn by_address(changes: &Value) -> BTreeMap<String, Change> {
    let changes = changes.as_array().into_iter().flatten().map(|resource| {
        let address = resource["address"].as_str().expect("a change has an address");
        (address.to_owned(), Change::parse(&resource["change"]))
    });
    changes.collect()
}
