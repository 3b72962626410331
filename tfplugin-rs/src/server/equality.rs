//! Keeps the spelling that was there where a new one differs in form only.

use super::pairs::each_object;
use crate::path::AttributePath;
use crate::schema::{Attribute, Body};
use crate::value::Value;

/// What a planned object keeps of the stored one. `config` shows where Terraform allows it:
/// what is configured, or computed.
pub(super) fn keep_stored(body: &Body, prior: &Value, config: &Value, planned: &mut Value) {
    if !prior.is_null() && has_equality(body) {
        keep(body, Some(prior), config, planned, Keeping::Stored);
    }
}

/// What an answer keeps of the object that was planned or stored.
pub(super) fn keep_spelling(body: &Body, known: &Value, answer: &mut Value) {
    if !known.is_null() && has_equality(body) {
        let config = answer.clone();
        keep(body, Some(known), &config, answer, Keeping::Spelling);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeping {
    /// In a plan a stored null cannot stand for a configured value, nor the reverse.
    Stored,
    Spelling,
}

fn keep(body: &Body, known: Option<&Value>, config: &Value, new: &mut Value, keeping: Keeping) {
    let Value::Object(values) = new else { return };
    for (name, attribute) in body.attributes() {
        let Some(value) = values.get_mut(name) else { continue };
        let known = known.and_then(|known| known.get(name));
        let config = config.get(name).unwrap_or(&Value::Null);
        // Terraform does not see that elements of sets belong together if their spelling
        // differs, so it proposes no stored values for them.
        let is_unmerged = keeping == Keeping::Stored && attribute.is_computed() && config.is_null();
        if is_unmerged && value.is_null() {
            *value = known.cloned().unwrap_or_default();
        } else if let Some(known) = known
            && is_free(attribute, known, config, keeping)
            && attribute.is_same(known, value)
        {
            *value = known.clone();
        } else if let Some(nested) = attribute.nested() {
            inside(nested.body(), known, config, value, keeping);
        }
    }
    for (name, block) in body.blocks() {
        let Some(value) = values.get_mut(name) else { continue };
        let known = known.and_then(|known| known.get(name));
        inside(block.body(), known, config.get(name).unwrap_or(&Value::Null), value, keeping);
    }
}

fn inside(body: &Body, known: Option<&Value>, config: &Value, new: &mut Value, keeping: Keeping) {
    if has_equality(body) {
        let root = AttributePath::root();
        each_object(body, new, config, known, &root, &mut |_, new, config, known| {
            keep(body, known, config, new, keeping);
        });
    }
}

fn is_free(attribute: &Attribute, known: &Value, config: &Value, keeping: Keeping) -> bool {
    keeping == Keeping::Spelling
        || (!known.is_null() && (!config.is_null() || attribute.is_computed()))
}

fn has_equality(body: &Body) -> bool {
    let in_attribute = |attribute: &Attribute| {
        attribute.equality().is_some()
            || attribute.nested().is_some_and(|nested| has_equality(nested.body()))
    };
    body.attributes().values().any(in_attribute)
        || body.blocks().values().any(|block| has_equality(block.body()))
}
