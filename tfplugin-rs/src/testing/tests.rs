//! The merge that a plan starts from, and what of a configuration it must keep, as tables.

use super::proposed::proposed;
use super::stay::lost;
use crate::schema::equality::json;
use crate::schema::{Attribute, Block, Limits, Nested, Schema};
use crate::ty::Type;
use crate::value::Value;

fn schema() -> Schema {
    let part = || {
        [
            ("key", Attribute::from(Attribute::required(Type::String))),
            ("note", Attribute::optional_computed(Type::String).into()),
        ]
    };
    let nested = |nested: Nested| {
        part().into_iter().fold(nested, |nested, (name, it)| nested.attribute(name, it))
    };
    let block = part()
        .into_iter()
        .fold(Block::list(Limits::between(0, 9)), |block, (name, it)| block.attribute(name, it));
    Schema::new(0)
        .attribute("plain", Attribute::optional(Type::String))
        .attribute("filled", Attribute::optional_computed(Type::String))
        .attribute("list", Attribute::optional(nested(Nested::list())))
        .attribute("map", Attribute::optional(nested(Nested::map())))
        .attribute("set", Attribute::optional(nested(Nested::set())))
        .attribute("open", Attribute::optional_computed(nested(Nested::single())))
        .block("block", block)
}

fn part(key: &str, note: impl Into<Value>) -> Value {
    Value::object([("key", key.into()), ("note", note.into())])
}

#[track_caller]
fn check(name: &str, prior: Value, config: Value, expected: Value) {
    let whole = |value: Value| {
        let Type::Object(types) = schema().ty().clone() else { panic!("an object") };
        Value::object(types.into_keys().map(|it| {
            let value = if it == name { value.clone() } else { Value::Null };
            (it, value)
        }))
    };
    let merged = proposed(schema().body(), &whole(prior), &whole(config));
    assert_eq!(merged.get(name), Some(&expected));
}

#[test]
fn proposed_object_has_configured_values_and_else_stored_computed_ones() {
    check("plain", "a".into(), "b".into(), "b".into());
    check("plain", "a".into(), Value::Null, Value::Null);
    check("filled", "a".into(), Value::Null, "a".into());
    check("filled", "a".into(), "b".into(), "b".into());
    check("filled", "a".into(), Value::unknown(), Value::unknown());
}

#[test]
fn proposed_object_matches_elements_by_position_key_or_configuration() {
    let list = |items: &[Value]| Value::List(items.to_vec());
    let stored = list(&[part("a", "1"), part("b", "2")]);
    let config = list(&[part("b", Value::Null), part("c", "9"), part("d", Value::Null)]);
    let merged = list(&[part("b", "1"), part("c", "9"), part("d", Value::Null)]);
    check("list", stored.clone(), config.clone(), merged.clone());
    check("block", stored, config, merged);

    let stored = Value::map([("x", part("a", "1")), ("y", part("b", "2"))]);
    let config = Value::map([("y", part("a", Value::Null)), ("z", part("a", Value::Null))]);
    let merged = Value::map([("y", part("a", "2")), ("z", part("a", Value::Null))]);
    check("map", stored, config, merged);

    let set = |items: &[Value]| Value::Set(items.to_vec());
    let stored = set(&[part("a", "1"), part("b", "2")]);
    let config = set(&[part("b", Value::Null), part("c", Value::Null), part("a", "7")]);
    let merged = set(&[part("b", "2"), part("c", Value::Null), part("a", "7")]);
    check("set", stored, config, merged);
}

#[test]
fn proposed_object_drops_nested_value_that_only_a_configuration_can_set() {
    check("open", part("a", "1"), Value::Null, Value::Null);
    check("list", Value::unknown(), Value::unknown(), Value::unknown());
}

/// Where the plan of a whole object loses something; each side is one attribute of it.
#[track_caller]
fn check_lost(name: &str, [prior, config, planned]: [Value; 3], expected: &[&str]) {
    let same = || Attribute::optional(Type::String).equal_by(json());
    let nested = |nested: Nested| {
        nested.attribute("same", same()).attribute("plain", Attribute::optional(Type::String))
    };
    let schema = Schema::new(0)
        .attribute("plain", Attribute::optional(Type::String))
        .attribute("same", same())
        .attribute("secret", Attribute::optional(Type::String).write_only())
        .attribute("list", Attribute::optional(nested(Nested::list())))
        .attribute("map", Attribute::optional(nested(Nested::map())))
        .attribute("set", Attribute::optional(nested(Nested::set())));
    let [prior, config, planned] = [prior, config, planned].map(|it| Value::object([(name, it)]));
    let lost = lost(schema.body(), &prior, &config, &planned);
    assert_eq!(lost.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
}

#[test]
fn configured_value_that_a_plan_loses_is_found() {
    let text = |texts: [&str; 3]| texts.map(Value::from);
    check_lost("plain", text(["a", "b", "b"]), &[]);
    // Which Terraform allows.
    check_lost("plain", text(["a", "b", "a"]), &["plain"]);
    check_lost("plain", [Value::Null, "b".into(), Value::unknown()], &["plain"]);
    check_lost("plain", ["a".into(), Value::unknown(), "a".into()], &[]);
    check_lost("plain", ["a".into(), Value::Null, "a".into()], &[]);
    check_lost("secret", [Value::Null, "s".into(), Value::Null], &[]);

    // The spelling that is stored, only where both mean the same.
    check_lost("same", text(["[1]", "[ 1 ]", "[1]"]), &[]);
    check_lost("same", text(["[1]", "[ 1 ]", "[ 1 ]"]), &["same"]);
    check_lost("same", text(["[1]", "[2]", "[2]"]), &[]);
    check_lost("same", text(["[1]", "[2]", "[1]"]), &["same"]);
    check_lost("same", [Value::Null, "[ 1 ]".into(), "[1]".into()], &["same"]);
}

#[test]
fn configured_nested_value_that_a_plan_loses_is_found() {
    let part = |same: &str, plain: &str| {
        Value::object([("same", Value::from(same)), ("plain", Value::from(plain))])
    };
    let sides = || [part("[1]", "a"), part("[ 1 ]", "b"), part("[1]", "b")];
    let kept = || [part("[1]", "a"), part("[ 1 ]", "b"), part("[1]", "a")];
    let list = |it| Value::List(vec![it]);
    check_lost("list", sides().map(list), &[]);
    check_lost("list", kept().map(list), &["list[0].plain"]);
    let map = |it| Value::map([("k", it)]);
    check_lost("map", sides().map(map), &[]);
    check_lost("map", kept().map(map), &["map[\"k\"].plain"]);
    let set = |it| Value::Set(vec![it]);
    check_lost("set", sides().map(set), &[]);
    check_lost("set", kept().map(set), &["set"]);
    // Fewer than configured.
    let none = Value::List(Vec::new());
    check_lost("list", [Value::Null, list(part("[1]", "a")), none], &["list"]);
}
