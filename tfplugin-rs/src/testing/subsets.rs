//! Every combination of null, unknown and known for what a configuration can set.
//!
//! Small schemas are covered in full. In larger ones every pair of attributes takes every
//! pair of states, before three backgrounds: all else null, unknown, known.

use std::collections::BTreeMap;

use super::answer::{Action, Object, Planned};
use super::session::Session;
use super::stay::lost;
use crate::diag::Diagnostics;
use crate::path::Step;
use crate::provider::Provider;
use crate::schema::{Body, Mode};
use crate::value::Value;

/// How far the combinations are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Validated and planned, as a create.
    Plan,
    /// Planned as an update too, of an object with every known value. What is wholly known
    /// is applied, and planned again: nothing may be left to do.
    Apply,
}

/// What became of the combinations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// Combinations that were tried.
    pub cases: usize,
    /// Refused in validation or plan, each with a message that names an attribute.
    pub refused: usize,
    /// Planned, with every known value as configured or, where the attribute's equality holds
    /// that they are the same, as stored.
    pub planned: usize,
    /// Applied, with nothing left to do afterwards.
    pub applied: usize,
}

/// How far one combination came.
enum Outcome {
    Refused,
    Planned,
    Applied,
}

/// The states that one attribute goes through.
type States = Vec<(String, Vec<Value>)>;

impl<P: Provider> Session<P> {
    /// Drives a resource through every combination of null, unknown and known attributes,
    /// if there are no more than `limit`. `known` has a good value for every attribute that
    /// can be configured, and for nested ones with all they can hold.
    ///
    /// If there are more, only pairs are covered: every two attributes take every two of
    /// their states, while all others are null, then unknown, then known. A fault that takes
    /// three attributes in different states is not found. If that is more than `limit` too,
    /// so many of these are tried, evenly spread, and not every pair is among them.
    /// [`Covered::cases`] is their number.
    ///
    /// # Panics
    /// If an error names no attribute, a known value does not stay, or Terraform would
    /// refuse an answer; the combination is printed on stderr. If `known` lacks an attribute.
    pub async fn every_subset(
        &self,
        type_name: &str,
        known: &[(&str, Value)],
        scope: Scope,
        limit: usize,
    ) -> Covered {
        let known = self.config(type_name, known.iter().cloned());
        let stored = match scope {
            Scope::Plan => None,
            Scope::Apply => Some(self.create(type_name, &known).await),
        };
        self.cover(type_name, &known, limit, async |config| {
            if let Some(stored) = &stored {
                self.plan_known(type_name, stored, config).await;
            }
            if self.plan_known(type_name, &Object::none(), config).await.is_none() {
                return Outcome::Refused;
            }
            if scope == Scope::Plan || !config.is_wholly_known() {
                return Outcome::Planned;
            }
            let stored = self.create(type_name, config).await;
            self.assert_settled(type_name, &stored, config).await;
            Outcome::Applied
        })
        .await
    }

    /// The same for updates of an object that is made of `before`, in which every attribute
    /// should have another value than in `known`: only then does a plan that keeps a stored
    /// value differ from one that takes the configured value.
    ///
    /// What is wholly known and replaces nothing is applied, and planned again.
    ///
    /// # Panics
    /// As [`Session::every_subset`], and if `before` is refused or cannot be created.
    pub async fn every_update(
        &self,
        type_name: &str,
        before: &[(&str, Value)],
        known: &[(&str, Value)],
        limit: usize,
    ) -> Covered {
        let before = self.config(type_name, before.iter().cloned());
        let is_refused = self.is_refused(type_name, &before).await;
        assert!(!is_refused, "what is stored before must be valid: {before:?}");
        let stored = self.create(type_name, &before).await;
        let known = self.config(type_name, known.iter().cloned());
        self.cover(type_name, &known, limit, async |config| {
            let Some(planned) = self.plan_known(type_name, &stored, config).await else {
                return Outcome::Refused;
            };
            if !config.is_wholly_known() || !planned.requires_replace.is_empty() {
                return Outcome::Planned;
            }
            let updated = self.apply_well(&planned).await;
            self.assert_settled(type_name, &updated, config).await;
            Outcome::Applied
        })
        .await
    }

    /// Tries every configuration that validation does not refuse, and counts the outcomes.
    async fn cover(
        &self,
        type_name: &str,
        known: &Value,
        limit: usize,
        attempt: impl AsyncFn(&Value) -> Outcome,
    ) -> Covered {
        let mut covered = Covered::default();
        for config in self.configs(type_name, known, limit) {
            let _case = Case { config: &config };
            covered.cases += 1;
            let outcome = match self.is_refused(type_name, &config).await {
                true => Outcome::Refused,
                false => attempt(&config).await,
            };
            match outcome {
                Outcome::Refused => covered.refused += 1,
                Outcome::Planned => covered.planned += 1,
                Outcome::Applied => {
                    covered.planned += 1;
                    covered.applied += 1;
                }
            }
        }
        covered
    }

    /// The configurations to be tried.
    fn configs(&self, type_name: &str, known: &Value, limit: usize) -> impl Iterator<Item = Value> {
        let states = states(self.body(type_name), known);
        combinations(&states, limit).into_iter().map(move |chosen| {
            let named = states.iter().zip(&chosen);
            let named = named.map(|((name, states), at)| (name.as_str(), states[*at].clone()));
            self.config(type_name, named)
        })
    }

    async fn is_refused(&self, type_name: &str, config: &Value) -> bool {
        let faults = self.validate(type_name, config).await;
        assert_named(&faults);
        faults.has_errors()
    }

    /// The plan, if it is not refused. What is known must be in it.
    async fn plan_known(&self, type_name: &str, prior: &Object, config: &Value) -> Option<Planned> {
        let planned = self.plan(type_name, prior, config).await;
        if planned.diagnostics.has_errors() {
            assert_named(&planned.diagnostics);
            return None;
        }
        let lost = lost(self.body(type_name), &prior.state, config, &planned.state);
        let lost: Vec<String> = lost.iter().map(ToString::to_string).collect();
        assert!(lost.is_empty(), "configured and planned as something else: {lost:?}");
        Some(planned)
    }

    async fn create(&self, type_name: &str, config: &Value) -> Object {
        let planned = self.plan(type_name, &Object::none(), config).await;
        assert!(!planned.diagnostics.has_errors(), "plan: {:#?}", planned.diagnostics);
        self.apply_well(&planned).await
    }

    async fn apply_well(&self, planned: &Planned) -> Object {
        let answer = self.apply(planned).await;
        assert!(!answer.diagnostics.has_errors(), "apply: {:#?}", answer.diagnostics);
        answer.object
    }

    async fn assert_settled(&self, type_name: &str, stored: &Object, config: &Value) {
        let again = self.plan(type_name, stored, config).await;
        assert_eq!(again.action(), Action::NoOp, "planned {:?}", again.state);
    }
}

/// Prints the configuration if a check of it panics.
struct Case<'a> {
    config: &'a Value,
}

impl Drop for Case<'_> {
    #[expect(clippy::print_stderr, reason = "a failed test prints which combination it was")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the configuration was {:?}", self.config);
        }
    }
}

/// Every error must name an attribute.
fn assert_named(diagnostics: &Diagnostics) {
    for it in diagnostics.iter().filter(|it| it.is_error()) {
        let is_named = matches!(it.path.steps().first(), Some(Step::Attribute(_)));
        assert!(is_named, "an error names no attribute: {}: {}", it.summary, it.detail);
    }
}

/// For each attribute and block: absent, unknown, known, and known with one part inside
/// it absent or unknown.
fn states(body: &Body, known: &Value) -> States {
    let mut all = Vec::new();
    for (name, attribute) in body.attributes() {
        if attribute.mode() == Mode::Computed {
            continue;
        }
        let value = known.get(name).unwrap_or(&Value::Null);
        assert!(!value.is_null(), "a known value for `{name}` is needed");
        let mut states = vec![Value::Null, Value::unknown(), value.clone()];
        if let Some(nested) = attribute.nested() {
            states.extend(inside(nested.body(), value));
        }
        all.push((name.clone(), states));
    }
    for (name, block) in body.blocks() {
        let value = known.get(name).unwrap_or(&Value::Null);
        let mut states = vec![Value::Null, Value::unknown(), value.clone()];
        states.extend(inside(block.body(), value));
        all.push((name.clone(), states));
    }
    all
}

/// The same value with each of the attributes of its first object absent, then unknown.
fn inside(body: &Body, value: &Value) -> Vec<Value> {
    let changed = |object: &BTreeMap<String, Value>| -> Vec<Value> {
        let open = body.attributes().iter().filter(|(_, it)| it.mode() != Mode::Computed);
        open.flat_map(|(name, _)| {
            [Value::Null, Value::unknown()].map(|state| {
                let mut object = object.clone();
                object.insert(name.clone(), state);
                Value::Object(object)
            })
        })
        .collect()
    };
    match value {
        Value::Object(object) => changed(object),
        Value::List(items) => with_first(items, changed).into_iter().map(Value::List).collect(),
        Value::Set(items) => with_first(items, changed).into_iter().map(Value::Set).collect(),
        Value::Map(entries) => entries
            .iter()
            .take(1)
            .filter_map(|(key, it)| Some((key, it.as_object()?)))
            .flat_map(|(key, it)| {
                changed(it).into_iter().map(|it| {
                    let mut entries = entries.clone();
                    entries.insert(key.clone(), it);
                    Value::Map(entries)
                })
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn with_first(
    items: &[Value],
    changed: impl FnOnce(&BTreeMap<String, Value>) -> Vec<Value>,
) -> Vec<Vec<Value>> {
    let first = items.first().and_then(Value::as_object).map(changed).unwrap_or_default();
    let put = |it| {
        let mut items = items.to_vec();
        items[0] = it;
        items
    };
    first.into_iter().map(put).collect()
}

/// For each combination the index of each attribute's state.
fn combinations(states: &States, limit: usize) -> Vec<Vec<usize>> {
    let counts: Vec<usize> = states.iter().map(|(_, it)| it.len()).collect();
    let total = counts.iter().try_fold(1_usize, |all, it| all.checked_mul(*it));
    match total {
        Some(total) if total <= limit => (0..total).map(|at| digits(at, &counts)).collect(),
        _ => spread(pairs(&counts), limit),
    }
}

/// At most `limit` of them, evenly spread.
fn spread(all: Vec<Vec<usize>>, limit: usize) -> Vec<Vec<usize>> {
    if all.len() <= limit {
        return all;
    }
    (0..limit).map(|at| all[at * all.len() / limit].clone()).collect()
}

/// A number in a system in which each digit has a base of its own.
fn digits(mut at: usize, bases: &[usize]) -> Vec<usize> {
    bases
        .iter()
        .map(|base| {
            let digit = at % base;
            at /= base;
            digit
        })
        .collect()
}

fn pairs(counts: &[usize]) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    // Of every attribute and block the last of these that it has.
    for background in 0..3 {
        let base: Vec<usize> = counts.iter().map(|count| background.min(count - 1)).collect();
        for (left, lefts) in counts.iter().enumerate() {
            for (right, rights) in counts.iter().enumerate().skip(left + 1) {
                for state in 0..lefts * rights {
                    let mut chosen = base.clone();
                    chosen[left] = state % lefts;
                    chosen[right] = state / lefts;
                    all.push(chosen);
                }
            }
        }
    }
    all
}
