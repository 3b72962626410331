//! Equality and order of values as Terraform sees them.
//!
//! One total order serves both: it lets sets be compared by sorting, so that ten
//! thousand elements cost no ten thousand squared comparisons.

use std::cmp::Ordering;

use super::{Value, normalized};

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            // Refinements are not compared: they are dropped wherever values are written.
            (Self::Unknown(_), Self::Unknown(_)) => Ordering::Equal,
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::String(left), Self::String(right)) => cmp_text(left, right),
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                left.cmp(right)
            }
            (Self::Set(left), Self::Set(right)) => distinct(left).cmp(&distinct(right)),
            (Self::Map(left), Self::Map(right)) | (Self::Object(left), Self::Object(right)) => {
                left.cmp(right)
            }
            (Self::Dynamic(left), Self::Dynamic(right)) => left.cmp(right),
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

fn cmp_text(left: &str, right: &str) -> Ordering {
    if left == right { Ordering::Equal } else { normalized(left).cmp(&normalized(right)) }
}

/// The elements in order, equal ones merged. Elements that are not wholly known never
/// merge: they may yet turn out to differ.
pub(crate) fn distinct(elements: &[Value]) -> Vec<&Value> {
    let mut sorted: Vec<&Value> = elements.iter().collect();
    sorted.sort();
    sorted.dedup_by(|later, earlier| later == earlier && later.is_wholly_known());
    sorted
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Unknown(_) => 1,
        Value::Bool(_) => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::List(_) => 5,
        Value::Set(_) => 6,
        Value::Map(_) => 7,
        Value::Tuple(_) => 8,
        Value::Object(_) => 9,
        Value::Dynamic(_) => 10,
    }
}
