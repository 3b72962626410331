//! Plan modifiers: how the planned value of one attribute is adjusted.
//!
//! They run in the order in which the schema names them, after defaults and after
//! computed values have become unknown. A plan is made again at apply, when more is
//! known: what a modifier made known the first time must come out the same then, so it
//! may depend on nothing but what it is given.

use crate::diag::Diagnostics;
use crate::path::AttributePath;
use crate::value::Value;

/// Adjusts the planned value of one attribute. Does no I/O.
pub trait PlanModifier: Send + Sync + 'static {
    /// The effect as the documentation states it, such as "forces replacement".
    fn describe(&self) -> String;

    /// Adjusts the value, or requires replacement.
    fn modify(&self, plan: &mut AttributePlan<'_>);
}

/// What a modifier sees of the plan, and what it may change.
#[derive(Debug)]
pub struct AttributePlan<'a> {
    /// Which attribute.
    pub path: &'a AttributePath,
    /// Its value in the configuration.
    pub config: &'a Value,
    /// Its stored value; `None` on create, and inside objects that are new.
    pub prior: Option<&'a Value>,
    /// The planned value, to be changed in place.
    pub planned: &'a mut Value,
    /// The whole stored object; null on create.
    pub prior_object: &'a Value,
    /// The whole planned object as it was before the first modifier ran.
    pub planned_object: &'a Value,
    /// Set to true if the object must be destroyed and created again.
    pub requires_replace: bool,
    /// Where errors and warnings go.
    pub diags: &'a mut Diagnostics,
}

/// Keeps the stored value, a stored null too, where the planned value would be unknown.
///
/// For values that never change after create. Does nothing on create, inside objects
/// that are new, and where the configuration itself is unknown.
pub fn use_state_for_unknown() -> impl PlanModifier {
    UseState { keeps_null: true }
}

/// As [`use_state_for_unknown`], but a stored null becomes unknown.
pub fn use_non_null_state_for_unknown() -> impl PlanModifier {
    UseState { keeps_null: false }
}

/// Keeps the stored value where the planned value would be unknown, as long as none of the named
/// attributes at the root changes. Name configured attributes, not computed ones.
pub fn keep_unless_changed(names: &'static [&'static str]) -> impl PlanModifier {
    KeepUnlessChanged { names }
}

/// Destroys the object and creates it again when the value changes.
pub fn requires_replace() -> impl PlanModifier {
    RequiresReplace { only_if_configured: false }
}

/// As [`requires_replace`], but only if the configuration sets the value.
pub fn requires_replace_if_configured() -> impl PlanModifier {
    RequiresReplace { only_if_configured: true }
}

/// As [`requires_replace`], but only if `condition` holds as well. It is called
/// with changed values only, and never on create. `rule` is the documentation, such as "forces
/// replacement when it shrinks".
pub fn requires_replace_if(
    rule: &'static str,
    condition: impl Fn(&AttributePlan<'_>) -> bool + Send + Sync + 'static,
) -> impl PlanModifier {
    RequiresReplaceIf { rule, condition }
}

struct UseState {
    keeps_null: bool,
}

struct KeepUnlessChanged {
    names: &'static [&'static str],
}

struct RequiresReplace {
    only_if_configured: bool,
}

struct RequiresReplaceIf<F> {
    rule: &'static str,
    condition: F,
}

impl AttributePlan<'_> {
    /// Whether the planned value is unknown and the configured one is not.
    fn is_unknown(&self) -> bool {
        self.planned.is_unknown() && !self.config.is_unknown()
    }

    /// Whether the object exists and the value is planned to be another, or perhaps to be
    /// another. What was not there counts as null.
    fn changes(&self) -> bool {
        let prior = self.prior.unwrap_or(&Value::Null);
        !self.prior_object.is_null() && prior != &*self.planned
    }
}

impl PlanModifier for UseState {
    fn describe(&self) -> String {
        "stays as it is once set".to_owned()
    }

    fn modify(&self, plan: &mut AttributePlan<'_>) {
        if let Some(prior) = plan.prior
            && plan.is_unknown()
            && (self.keeps_null || !prior.is_null())
        {
            *plan.planned = prior.clone();
        }
    }
}

impl PlanModifier for KeepUnlessChanged {
    fn describe(&self) -> String {
        let quoted: Vec<String> = self.names.iter().map(|it| format!("`{it}`")).collect();
        format!("stays as it is unless {} changes", quoted.join(" or "))
    }

    fn modify(&self, plan: &mut AttributePlan<'_>) {
        let is_same = |name: &&str| plan.prior_object.get(name) == plan.planned_object.get(name);
        if let Some(prior) = plan.prior
            && plan.is_unknown()
            && self.names.iter().all(is_same)
        {
            *plan.planned = prior.clone();
        }
    }
}

impl PlanModifier for RequiresReplace {
    fn describe(&self) -> String {
        "forces replacement when it changes".to_owned()
    }

    fn modify(&self, plan: &mut AttributePlan<'_>) {
        let counts = !self.only_if_configured || !plan.config.is_null();
        plan.requires_replace |= counts && plan.changes();
    }
}

impl<F> PlanModifier for RequiresReplaceIf<F>
where
    F: Fn(&AttributePlan<'_>) -> bool + Send + Sync + 'static,
{
    fn describe(&self) -> String {
        self.rule.to_owned()
    }

    fn modify(&self, plan: &mut AttributePlan<'_>) {
        plan.requires_replace |= plan.changes() && (self.condition)(plan);
    }
}
