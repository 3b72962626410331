//! What a result may be, given the plan: known values stay, unknown ones become known.

use std::collections::BTreeMap;

use super::sets::check_sets;
use super::{Breach, hides, quote};
use crate::path::AttributePath;
use crate::schema::{Block, BlockNesting, Body, Kind};
use crate::ty::Type;
use crate::value::Value;

/// Checks the object after apply against the planned one. Empty: nothing is wrong.
///
/// Both must have the shape of the schema.
pub fn check_result(body: &Body, planned: &Value, actual: &Value) -> Vec<Breach> {
    let mut breaches = Vec::new();
    check_object(body, planned, actual, &AttributePath::root(), &mut breaches);
    breaches
}

fn check_object(
    body: &Body,
    planned: &Value,
    actual: &Value,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    match (planned, actual) {
        (Value::Null, Value::Null) => {}
        (Value::Null, _) => breaches.push(Breach::new(path, "it was absent and is there now")),
        (_, Value::Null) => breaches.push(Breach::new(path, "it was present and is absent now")),
        (Value::Object(planned), Value::Object(actual)) => {
            check_attributes(body, planned, actual, path, breaches);
        }
        _ => {}
    }
}

fn check_attributes(
    body: &Body,
    planned: &BTreeMap<String, Value>,
    actual: &BTreeMap<String, Value>,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    let pair = |name: &str| planned.get(name).zip(actual.get(name));
    for (name, attribute) in body.attributes() {
        if let Some((planned, actual)) = pair(name) {
            // A null without a type may become anything.
            if planned.is_null() && matches!(attribute.kind(), Kind::Type(Type::Dynamic)) {
                continue;
            }
            let comparison = Comparison { is_sensitive: hides(attribute) };
            comparison.check(planned, actual, &path.attribute(name), breaches);
        }
    }
    for (name, block) in body.blocks() {
        if let Some((planned, actual)) = pair(name) {
            check_blocks(block.body(), planned, actual, &path.attribute(name), breaches);
        }
    }
}

fn check_blocks(
    body: &Body,
    planned: &Value,
    actual: &Value,
    path: &AttributePath,
    breaches: &mut Vec<Breach>,
) {
    let counts = |planned: usize, actual: usize| {
        Breach::new(path, format!("there were {planned} blocks and are {actual} now"))
    };
    match (planned, actual) {
        // A dynamic block whose number was open may have come to any number.
        (Value::Unknown(_), _) => {}
        (Value::List(planned), Value::List(actual)) => {
            if planned.len() != actual.len() {
                breaches.push(counts(planned.len(), actual.len()));
                return;
            }
            for (at, (planned, actual)) in planned.iter().zip(actual).enumerate() {
                check_object(body, planned, actual, &path.index(at), breaches);
            }
        }
        (Value::Map(planned), Value::Map(actual)) => {
            if planned.len() != actual.len() {
                breaches.push(counts(planned.len(), actual.len()));
                return;
            }
            for (key, planned) in planned {
                if let Some(actual) = actual.get(key) {
                    check_object(body, planned, actual, &path.key(key), breaches);
                }
            }
        }
        (Value::Set(planned), Value::Set(actual)) => {
            let fits = |planned: &Value, actual: &Value| {
                let mut found = Vec::new();
                check_object(body, planned, actual, path, &mut found);
                found.is_empty()
            };
            let decides = |name: &str| !body.blocks().get(name).is_some_and(has_maps);
            check_sets(planned, actual, path, decides, fits, breaches);
        }
        (planned, actual) => check_object(body, planned, actual, path, breaches),
    }
}

/// Terraform lets the keys of a map of blocks change, so known ones decide nothing.
fn has_maps(block: &Block) -> bool {
    block.nesting() == BlockNesting::Map || block.body().blocks().values().any(has_maps)
}

/// Compares plain values; what it quotes depends on whether the attribute is sensitive.
#[derive(Clone, Copy)]
struct Comparison {
    is_sensitive: bool,
}

impl Comparison {
    fn check(
        self,
        planned: &Value,
        actual: &Value,
        path: &AttributePath,
        breaches: &mut Vec<Breach>,
    ) {
        match (planned, actual) {
            (Value::Unknown(unknown), _) => {
                let breaks = unknown.refinements().and_then(|it| it.null) == Some(false);
                if breaks && actual.is_null() {
                    breaches.push(Breach::new(path, "it was planned as not null, and is null"));
                }
            }
            (Value::Dynamic(planned), Value::Dynamic(actual)) => {
                if planned.ty == actual.ty {
                    self.check(&planned.value, &actual.value, path, breaches);
                } else {
                    let problem = format!("its type was {} and is {}", planned.ty, actual.ty);
                    breaches.push(Breach::new(path, problem));
                }
            }
            (Value::List(planned), Value::List(actual))
            | (Value::Tuple(planned), Value::Tuple(actual)) => {
                for (at, (planned, actual)) in planned.iter().zip(actual).enumerate() {
                    self.check(planned, actual, &path.index(at), breaches);
                }
                if planned.len() != actual.len() {
                    let (planned, actual) = (planned.len(), actual.len());
                    let problem = format!("it had {planned} elements and has {actual} now");
                    breaches.push(Breach::new(path, problem));
                }
            }
            (Value::Map(planned), Value::Map(actual)) => {
                // Keys are as secret as what they lead to.
                let step = |path: &AttributePath, key: &str| {
                    if self.is_sensitive { path.clone() } else { path.key(key) }
                };
                self.check_entries(planned, actual, path, step, breaches);
            }
            (Value::Object(planned), Value::Object(actual)) => {
                self.check_entries(planned, actual, path, AttributePath::attribute, breaches);
            }
            (Value::Set(planned), Value::Set(actual)) => {
                let fits = |planned: &Value, actual: &Value| {
                    let mut found = Vec::new();
                    self.check(planned, actual, path, &mut found);
                    found.is_empty()
                };
                check_sets(planned, actual, path, |_| true, fits, breaches);
            }
            (planned, actual) if planned == actual => {}
            (planned, actual) => {
                let (planned, actual) =
                    (quote(planned, self.is_sensitive), quote(actual, self.is_sensitive));
                let problem = format!("it was {planned} and is {actual} now");
                breaches.push(Breach::new(path, problem));
            }
        }
    }

    fn check_entries(
        self,
        planned: &BTreeMap<String, Value>,
        actual: &BTreeMap<String, Value>,
        path: &AttributePath,
        step: impl Fn(&AttributePath, &str) -> AttributePath,
        breaches: &mut Vec<Breach>,
    ) {
        for (key, planned) in planned {
            let path = step(path, key);
            match actual.get(key) {
                Some(actual) => self.check(planned, actual, &path, breaches),
                None => breaches.push(Breach::new(&path, "it has vanished")),
            }
        }
        for key in actual.keys().filter(|key| !planned.contains_key(*key)) {
            breaches.push(Breach::new(&step(path, key), "it has appeared"));
        }
    }
}
