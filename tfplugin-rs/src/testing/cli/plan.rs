//! A plan and a state, as `show -json` prints them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Action, Run};

/// The outcome of `plan`: nothing but the run if it failed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Exit code, output, problems.
    pub run: Run,
    changes: BTreeMap<String, Change>,
    outputs: BTreeMap<String, Change>,
    drift: BTreeMap<String, Change>,
}

/// The change of one object.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is to happen.
    pub action: Action,
    before: Json,
    after: Json,
    unknown: Json,
    sensitive: Json,
    replace_paths: Vec<String>,
}

/// All that is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct State(Json);

// === impl Plan ===

impl Plan {
    pub(super) fn failed(run: Run) -> Self {
        let none = BTreeMap::new();
        Self { run, changes: none.clone(), outputs: none.clone(), drift: none }
    }

    pub(super) fn parse(run: Run, json: &str) -> Self {
        let plan: Json = serde_json::from_str(json).expect("show prints JSON");
        let outputs = plan["output_changes"].as_object().into_iter().flatten();
        Self {
            run,
            changes: by_address(&plan["resource_changes"]),
            outputs: outputs.map(|(name, it)| (name.clone(), Change::parse(it))).collect(),
            drift: by_address(&plan["resource_drift"]),
        }
    }

    /// Fails unless the plan was made.
    #[track_caller]
    #[must_use]
    pub fn success(self) -> Self {
        assert_eq!(self.run.code, Some(0), "{:#?}", self.run);
        self
    }

    /// Fails unless the plan was made and nothing is to be done, outputs included.
    #[track_caller]
    pub fn assert_empty(&self) {
        assert_eq!(self.run.code, Some(0), "{:#?}", self.run);
        let mut all = self.changes.iter().chain(&self.outputs);
        let left = all.find(|(_, it)| it.action != Action::NoOp);
        assert!(left.is_none(), "the plan is not empty: {left:#?}");
    }

    /// The change of one object.
    ///
    /// # Panics
    /// If the plan does not mention it.
    #[track_caller]
    pub fn change(&self, address: &str) -> &Change {
        match self.changes.get(address) {
            Some(change) => change,
            None => panic!("`{address}` is not in the plan: {:#?}", self.run),
        }
    }

    /// The change of an output.
    ///
    /// # Panics
    /// As [`Plan::change`].
    #[track_caller]
    pub fn output(&self, name: &str) -> &Change {
        match self.outputs.get(name) {
            Some(change) => change,
            None => panic!("the output `{name}` is not in the plan: {:#?}", self.run),
        }
    }

    /// What the refresh found changed of an object, if anything.
    pub fn drift(&self, address: &str) -> Option<&Change> {
        self.drift.get(address)
    }

    /// How many objects the plan mentions.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether it mentions no object at all.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

// === impl Change ===

/// Places inside an object are written `attribute/0/key`.
impl Change {
    fn parse(json: &Json) -> Self {
        let names = json["actions"].as_array().into_iter().flatten();
        let names: Vec<&str> = names.filter_map(Json::as_str).collect();
        let action = match names.as_slice() {
            ["create"] => Action::Create,
            ["delete"] | ["forget"] => Action::Delete,
            ["no-op"] | ["read"] => Action::NoOp,
            ["update"] => Action::Update,
            ["create", "delete"] | ["delete", "create"] => Action::Replace,
            other => panic!("unknown actions {other:?}"),
        };
        let paths = json["replace_paths"].as_array().into_iter().flatten().map(|path| {
            let steps = path.as_array().into_iter().flatten();
            steps.map(step).collect::<Vec<_>>().join("/")
        });
        Self {
            action,
            before: json["before"].clone(),
            after: json["after"].clone(),
            unknown: json["after_unknown"].clone(),
            sensitive: json["after_sensitive"].clone(),
            replace_paths: paths.collect(),
        }
    }

    /// The stored value at a place.
    #[track_caller]
    pub fn before(&self, place: &str) -> &Json {
        at(&self.before, place)
    }

    /// The planned value at a place.
    ///
    /// # Panics
    /// If it is not known yet, or the object has no such place.
    #[track_caller]
    pub fn known(&self, place: &str) -> &Json {
        assert!(!self.is_unknown(place), "`{place}` is not known yet: {self:#?}");
        at(&self.after, place)
    }

    /// Whether the value at a place is known only after apply.
    pub fn is_unknown(&self, place: &str) -> bool {
        is_marked(&self.unknown, place)
    }

    /// Whether the value at a place is hidden from output.
    pub fn is_sensitive(&self, place: &str) -> bool {
        is_marked(&self.sensitive, place)
    }

    /// The places whose change requires replacement.
    pub fn replace_paths(&self) -> &[String] {
        &self.replace_paths
    }
}

// === impl State ===

impl State {
    pub(super) fn parse(json: &str) -> Self {
        Self(serde_json::from_str(json).expect("show prints JSON"))
    }

    /// Attributes by address, those of nested modules included.
    pub fn objects(&self) -> BTreeMap<String, &Json> {
        let mut found = BTreeMap::new();
        let mut modules = vec![&self.0["values"]["root_module"]];
        while let Some(module) = modules.pop() {
            for resource in module["resources"].as_array().into_iter().flatten() {
                let address = resource["address"].as_str().unwrap_or_default();
                found.insert(address.to_owned(), &resource["values"]);
            }
            modules.extend(module["child_modules"].as_array().into_iter().flatten());
        }
        found
    }

    /// The stored value at a place of one object.
    ///
    /// # Panics
    /// If there is no such object or place.
    #[track_caller]
    pub fn value(&self, address: &str, place: &str) -> &Json {
        let objects = self.objects();
        match objects.get(address) {
            Some(values) => at(values, place),
            None => panic!("`{address}` is not stored, but {:?}", objects.keys()),
        }
    }

    /// The value of an output, sensitive or not.
    pub fn output(&self, name: &str) -> &Json {
        &self.0["values"]["outputs"][name]["value"]
    }

    /// The attributes of an object that differ from an earlier state, sorted.
    ///
    /// # Panics
    /// If either state does not have the object.
    #[track_caller]
    pub fn changed_since(&self, earlier: &Self, address: &str) -> Vec<String> {
        let (now, before) = (self.value(address, ""), earlier.value(address, ""));
        let attributes = now.as_object().into_iter().flatten();
        let mut names: Vec<String> = attributes
            .filter(|(name, value)| before[name.as_str()] != **value)
            .map(|(name, _)| name.clone())
            .collect();
        names.sort();
        names
    }
}

fn step(step: &Json) -> String {
    step.as_str().map_or_else(|| step.to_string(), str::to_owned)
}

#[track_caller]
fn at<'a>(json: &'a Json, place: &str) -> &'a Json {
    let pointer = if place.is_empty() { String::new() } else { format!("/{place}") };
    match json.pointer(&pointer) {
        Some(value) => value,
        None => panic!("there is no `{place}` in {json:#}"),
    }
}

/// In trees of marks a mark on a whole holds for all its parts.
fn is_marked(marks: &Json, place: &str) -> bool {
    let mut here = marks;
    for step in place.split('/') {
        if *here == Json::Bool(true) {
            return true;
        }
        let next = match here {
            Json::Array(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
            here => here.get(step),
        };
        let Some(next) = next else { return false };
        here = next;
    }
    *here == Json::Bool(true)
}

fn by_address(changes: &Json) -> BTreeMap<String, Change> {
    let changes = changes.as_array().into_iter().flatten();
    changes
        .map(|it| {
            let address = it["address"].as_str().expect("a change has an address");
            (address.to_owned(), Change::parse(&it["change"]))
        })
        .collect()
}
