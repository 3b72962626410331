//! Equality by meaning: spellings of a value that are the same to the API.
//!
//! An API that reformats JSON, folds case or sorts lists would otherwise show as a change
//! in every plan. Where a configured value differs in form only from the stored one, the
//! stored one is planned, which Terraform allows: a planned value is the configured or the
//! stored one, whole. Where an answer differs in form only, the spelling stays that was
//! planned or stored.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value as Json;
use url::Url;

use crate::duration::parse;
use crate::value::{Number, Value};

/// Decides whether two values of one attribute mean the same. Does no I/O, and is an
/// equivalence: what is the same in one order is the same in the other.
pub trait Equality: Send + Sync + 'static {
    /// The rule as the documentation states it, such as "compared without regard to case".
    fn describe(&self) -> String;

    /// Whether both mean the same. Both are wholly known, not equal, and perhaps null.
    fn is_same(&self, left: &Value, right: &Value) -> bool;
}

/// Two texts that are the same JSON: white space and the order of names do not count,
/// numbers compare by value.
pub fn json() -> impl Equality {
    by("compared as JSON", |left, right| {
        let parsed = |text: &str| serde_json::from_str::<Json>(text).ok();
        parsed(left).zip(parsed(right)).is_some_and(|(left, right)| same_json(&left, &right))
    })
}

/// Two texts that differ in case only.
pub fn case_insensitive() -> impl Equality {
    by("compared without regard to case", |left, right| left.to_lowercase() == right.to_lowercase())
}

/// Two texts that differ only in white space at their ends, such as the last newline of a
/// file.
pub fn trimmed() -> impl Equality {
    by("compared without white space at the ends", |left, right| left.trim() == right.trim())
}

/// Two spellings of one URL: case of scheme and host, the scheme's own port, and `/` for an
/// empty path do not count.
pub fn url() -> impl Equality {
    by("compared as URL", |left, right| {
        Url::parse(left).is_ok_and(|left| Url::parse(right).is_ok_and(|right| left == right))
    })
}

/// Two spellings of one duration, such as `60m` and `1h`.
pub fn duration() -> impl Equality {
    by("compared as duration", |left, right| {
        parse(left).is_ok_and(|left| parse(right).is_ok_and(|right| left == right))
    })
}

/// Two lists with the same elements in another order, for APIs whose lists must stay lists.
/// Otherwise prefer a set.
pub fn any_order() -> impl Equality {
    AnyOrder
}

/// Null and an empty list, set or map, for APIs that treat them alike.
pub fn empty_is_null() -> impl Equality {
    EmptyIsNull
}

/// Texts that are equal by `same`.
pub fn by(
    rule: &'static str,
    same: impl Fn(&str, &str) -> bool + Send + Sync + 'static,
) -> impl Equality {
    By { rule, same }
}

/// Lists, sets and maps whose elements mean the same one by one; in sets, in any order.
pub fn each(element: impl Equality) -> impl Equality {
    Each { element }
}

struct AnyOrder;

struct EmptyIsNull;

struct By<F> {
    rule: &'static str,
    same: F,
}

struct Each<E> {
    element: E,
}

impl Equality for AnyOrder {
    fn describe(&self) -> String {
        "compared without regard to order".to_owned()
    }

    fn is_same(&self, left: &Value, right: &Value) -> bool {
        let (Value::List(left), Value::List(right)) = (left, right) else { return false };
        let sorted = |items: &[Value]| {
            let mut items = items.to_vec();
            items.sort();
            items
        };
        left.len() == right.len() && sorted(left) == sorted(right)
    }
}

impl Equality for EmptyIsNull {
    fn describe(&self) -> String {
        "empty is the same as null".to_owned()
    }

    fn is_same(&self, left: &Value, right: &Value) -> bool {
        let is_empty = |value: &Value| match value {
            Value::Null => true,
            Value::List(items) | Value::Set(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
            _ => false,
        };
        is_empty(left) && is_empty(right)
    }
}

impl<F: Fn(&str, &str) -> bool + Send + Sync + 'static> Equality for By<F> {
    fn describe(&self) -> String {
        self.rule.to_owned()
    }

    fn is_same(&self, left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::String(left), Value::String(right)) => (self.same)(left, right),
            _ => false,
        }
    }
}

impl<E: Equality> Equality for Each<E> {
    fn describe(&self) -> String {
        format!("each element {}", self.element.describe())
    }

    fn is_same(&self, left: &Value, right: &Value) -> bool {
        let same = |left: &Value, right: &Value| left == right || self.element.is_same(left, right);
        match (left, right) {
            (Value::List(left), Value::List(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
            }
            (Value::Set(left), Value::Set(right)) => {
                let covers = |all: &[Value], some: &[Value]| {
                    some.iter().all(|it| all.iter().any(|other| same(it, other)))
                };
                left.len() == right.len() && covers(left, right) && covers(right, left)
            }
            (Value::Map(left), Value::Map(right)) => same_entries(left, right, same),
            _ => false,
        }
    }
}

fn same_entries(
    left: &BTreeMap<String, Value>,
    right: &BTreeMap<String, Value>,
    same: impl Fn(&Value, &Value) -> bool,
) -> bool {
    let mut pairs = left.iter().map(|(key, entry)| Some((entry, right.get(key)?)));
    left.len() == right.len() && pairs.all(|pair| pair.is_some_and(|(l, r)| same(l, r)))
}

/// The parser has bounded the depth.
fn same_json(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => {
            let number = |text: &str| Number::parse(text).ok();
            left == right
                || number(left.as_str()).zip(number(right.as_str())).is_some_and(|(l, r)| l == r)
        }
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same_json(l, r))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, l)| right.get(name).is_some_and(|r| same_json(l, r)))
        }
        (left, right) => left == right,
    }
}
