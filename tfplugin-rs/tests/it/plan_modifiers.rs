//! Tables: each modifier and default, on every kind of attribute.

use tfplugin::schema::modifier::{
    PlanModifier, keep_unless_changed, requires_replace, requires_replace_if,
    requires_replace_if_configured, use_non_null_state_for_unknown, use_state_for_unknown,
};
use tfplugin::schema::{Attribute, Nested, Schema};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::scripted::{headlines, object, plan, replaces, set, with};

const NULL: Value = Value::Null;

/// One row: what is stored and configured, and what is planned.
struct Row {
    name: &'static str,
    /// The stored element; `None` on create.
    stored: Option<Value>,
    config: Value,
    planned: Value,
    replaces: bool,
}

fn row(
    name: &'static str,
    stored: Option<Value>,
    config: Value,
    planned: Value,
    replaces: bool,
) -> Row {
    Row { name, stored, config, planned, replaces }
}

/// Where an attribute can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Root,
    Single,
    List,
    Map,
    Set,
}

const PLACES: [Place; 5] = [Place::Root, Place::Single, Place::List, Place::Map, Place::Set];

/// A schema with the attribute in every place, beside `key`, by which elements of sets are
/// known, and `change`, which makes a difference in no other attribute.
fn schema(attribute: fn() -> Attribute) -> Schema {
    let pair = |nested: Nested| {
        nested.attribute("key", Attribute::required(Type::String)).attribute("value", attribute())
    };
    Schema::new(0)
        .attribute("change", Attribute::optional(Type::String))
        .attribute("root", attribute())
        .attribute("single", Attribute::optional(pair(Nested::single())))
        .attribute("list", Attribute::optional(pair(Nested::list())))
        .attribute("map", Attribute::optional(pair(Nested::map())))
        .attribute("set", Attribute::optional(pair(Nested::set())))
}

impl Place {
    /// The object with the value in this place.
    fn holding(self, change: &str, value: Value) -> Value {
        let pair = |value| object([("key", "k".into()), ("value", value)]);
        let mut parts = [NULL, NULL, NULL, NULL, NULL];
        match self {
            Self::Root => parts[0] = value,
            Self::Single => parts[1] = pair(value),
            Self::List => parts[2] = Value::List(vec![pair(value)]),
            Self::Map => parts[3] = Value::map([("m", pair(value))]),
            Self::Set => parts[4] = set([pair(value)]),
        }
        let [root, single, list, map, set] = parts;
        object([
            ("change", change.into()),
            ("root", root),
            ("single", single),
            ("list", list),
            ("map", map),
            ("set", set),
        ])
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Single => "single.value",
            Self::List => "list[0].value",
            Self::Map => "map[\"m\"].value",
            // Elements of sets have no address.
            Self::Set => "set",
        }
    }
}

/// Plans each row with the attribute in every place.
async fn check(attribute: fn() -> Attribute, build: fn() -> Schema, rows: &[Row]) {
    for place in PLACES {
        for Row { name, stored, config, planned, replaces: expected } in rows {
            let prior = match stored {
                Some(stored) => place.holding("before", stored.clone()),
                None => NULL,
            };
            let config = place.holding("after", config.clone());
            let answer = plan(build, &prior, &config).await;
            assert_eq!(headlines(&answer.diagnostics), [""; 0], "{name} {place:?}");
            let mut planned = place.holding("after", planned.clone());
            if place != Place::Root && attribute().is_computed() {
                planned = with_root(planned, place, &answer.state);
            }
            assert_eq!(answer.state, planned, "{name} {place:?}");
            let paths: Vec<&str> = expected.then_some(place.path()).into_iter().collect();
            assert_eq!(replaces(&answer), paths, "{name} {place:?}");
        }
    }
}

/// The attribute at the root is null in these objects, which its own rows cover.
fn with_root(planned: Value, place: Place, answer: &Value) -> Value {
    assert_ne!(place, Place::Root);
    with(&planned, &[("root", answer.get("root").cloned().unwrap_or_default())])
}

fn computed(modifier: impl PlanModifier) -> Attribute {
    Attribute::optional_computed(Type::String).modify(modifier).into()
}

fn optional(modifier: impl PlanModifier) -> Attribute {
    Attribute::optional(Type::String).modify(modifier).into()
}

#[tokio::test]
async fn use_state_for_unknown_keeps_the_stored_value_and_its_variant_all_but_null() {
    fn any() -> Attribute {
        computed(use_state_for_unknown())
    }
    fn non_null() -> Attribute {
        computed(use_non_null_state_for_unknown())
    }
    let (a, unknown) = (|| Some("a".into()), Value::unknown);
    let rows = |of_null| {
        [
            row("create", None, NULL, unknown(), false),
            row("stored", a(), NULL, "a".into(), false),
            row("stored null", Some(NULL), NULL, of_null, false),
            row("configured", a(), "b".into(), "b".into(), false),
            row("configured as unknown", a(), unknown(), unknown(), false),
        ]
    };
    check(any, || schema(any), &rows(NULL)).await;
    check(non_null, || schema(non_null), &rows(unknown())).await;
}

#[tokio::test]
async fn computed_values_in_new_elements_are_unknown() {
    fn attribute() -> Attribute {
        computed(use_state_for_unknown())
    }
    let pair = |key: &str, value| object([("key", key.into()), ("value", value)]);
    let old = pair("k", "a".into());
    let new = |value| pair("new", value);
    let build = || schema(attribute);
    for (place, stored, config, planned) in [
        (
            "list",
            Value::List(vec![old.clone()]),
            Value::List(vec![pair("k", NULL), new(NULL)]),
            Value::List(vec![old.clone(), new(Value::unknown())]),
        ),
        (
            "map",
            Value::map([("a", old.clone())]),
            Value::map([("a", pair("k", NULL)), ("b", new(NULL))]),
            Value::map([("a", old.clone()), ("b", new(Value::unknown()))]),
        ),
        (
            "set",
            set([old.clone()]),
            set([new(NULL), pair("k", NULL)]),
            set([old.clone(), new(Value::unknown())]),
        ),
    ] {
        let at = |value| with(&Place::Root.holding("same", "r".into()), &[(place, value)]);
        let answer = plan(build, &at(stored), &at(config)).await;
        assert_eq!(headlines(&answer.diagnostics), [""; 0], "{place}");
        assert_eq!(answer.state, at(planned), "{place}");
    }
}

#[tokio::test]
async fn keep_unless_changed_follows_attributes_at_the_root() {
    fn watching() -> Attribute {
        computed(keep_unless_changed(&["change"]))
    }
    fn blind() -> Attribute {
        computed(keep_unless_changed(&["key_of_nothing"]))
    }
    let rows = [
        row("create", None, NULL, Value::unknown(), false),
        row("changed", Some("a".into()), NULL, Value::unknown(), false),
        row("configured", Some("a".into()), "b".into(), "b".into(), false),
    ];
    check(watching, || schema(watching), &rows).await;
    let rows = [
        row("create", None, NULL, Value::unknown(), false),
        row("unchanged", Some("a".into()), NULL, "a".into(), false),
        row("unchanged null", Some(NULL), NULL, NULL, false),
    ];
    check(blind, || schema(blind), &rows).await;
}

#[tokio::test]
async fn requires_replace_follows_a_change() {
    fn attribute() -> Attribute {
        optional(requires_replace())
    }
    // A set knows an element by what only the configuration sets: with another value it
    // is another element, with a value that was not there before.
    let rows = [
        row("create", None, "a".into(), "a".into(), false),
        row("create null", None, NULL, NULL, false),
        row("same", Some("a".into()), "a".into(), "a".into(), false),
        row("changed", Some("a".into()), "b".into(), "b".into(), true),
        row("set", Some(NULL), "b".into(), "b".into(), true),
        row("perhaps changed", Some("a".into()), Value::unknown(), Value::unknown(), true),
    ];
    check(attribute, || schema(attribute), &rows).await;
}

#[tokio::test]
async fn requires_replace_if_configured_ignores_a_removal() {
    fn always() -> Attribute {
        optional(requires_replace())
    }
    fn configured() -> Attribute {
        optional(requires_replace_if_configured())
    }
    for (build, expected) in
        [((|| schema(always)) as fn() -> Schema, true), (|| schema(configured), false)]
    {
        for place in [Place::Root, Place::Single, Place::List, Place::Map] {
            let prior = place.holding("x", "a".into());
            let answer = plan(build, &prior, &place.holding("x", NULL)).await;
            let paths: Vec<&str> = expected.then_some(place.path()).into_iter().collect();
            assert_eq!(replaces(&answer), paths, "{place:?}");
            let answer = plan(build, &prior, &place.holding("x", "b".into())).await;
            assert_eq!(replaces(&answer), [place.path()], "{place:?}");
        }
    }
}

#[tokio::test]
async fn requires_replace_if_follows_its_condition() {
    fn attribute() -> Attribute {
        let shrinks = requires_replace_if("forces replacement when it shrinks", |plan| {
            let length = |value: Option<&Value>| value.and_then(Value::as_str).map(str::len);
            length(Some(plan.planned)) < length(plan.prior)
        });
        assert_eq!(shrinks.describe(), "forces replacement when it shrinks");
        optional(shrinks)
    }
    let build = || schema(attribute);
    for place in [Place::Root, Place::Single, Place::List, Place::Map] {
        for (stored, config, expected) in
            [("aa", "a", true), ("a", "aa", false), ("aa", "aa", false), ("aa", "bb", false)]
        {
            let (prior, config) =
                (place.holding("x", stored.into()), place.holding("x", config.into()));
            let answer = plan(build, &prior, &config).await;
            let paths: Vec<&str> = expected.then_some(place.path()).into_iter().collect();
            assert_eq!(replaces(&answer), paths, "{place:?} {stored}");
        }
        let answer = plan(build, &NULL, &place.holding("x", "a".into())).await;
        assert_eq!(replaces(&answer), [""; 0], "{place:?}");
    }
}

#[tokio::test]
async fn default_replaces_null_at_every_nesting() {
    fn attribute() -> Attribute {
        Attribute::optional_computed(Type::String).default("d").into()
    }
    let rows = [
        row("create", None, NULL, "d".into(), false),
        row("removed", Some("a".into()), NULL, "d".into(), false),
        row("configured", Some("d".into()), "b".into(), "b".into(), false),
        row("configured as unknown", Some("d".into()), Value::unknown(), Value::unknown(), false),
    ];
    check(attribute, || schema(attribute), &rows).await;
}

#[tokio::test]
async fn modifiers_apply_to_whole_collections() {
    fn attribute(modifier: impl PlanModifier, kind: Type) -> Attribute {
        Attribute::optional_computed(kind).modify(modifier).into()
    }
    fn build() -> Schema {
        let part = Nested::list().attribute("id", Attribute::computed(Type::String));
        let parts = Attribute::optional_computed(part).modify(use_state_for_unknown());
        Schema::new(0)
            .attribute("change", Attribute::optional(Type::String))
            .attribute("list", attribute(use_state_for_unknown(), Type::list(Type::Number)))
            .attribute("set", attribute(requires_replace(), Type::set(Type::Number)))
            .attribute("map", attribute(use_state_for_unknown(), Type::map(Type::Bool)))
            .attribute("open", attribute(use_state_for_unknown(), Type::Dynamic))
            .attribute("parts", parts)
    }
    let open = Value::List(vec![1.into(), "two".into()]);
    let whole = |change: &str, set_of: [i64; 2]| {
        object([
            ("change", change.into()),
            ("list", Value::List(vec![2.into(), 1.into()])),
            ("set", set(set_of.map(Value::from))),
            ("map", Value::map([("a", true.into())])),
            ("open", open.clone()),
            ("parts", Value::List(vec![object([("id", "p".into())])])),
        ])
    };
    let config = |set_of: Value| {
        let nulls = ["list", "map", "open", "parts"].map(|name| (name, NULL));
        with(&with(&whole("after", [1, 2]), &nulls), &[("set", set_of)])
    };
    let stored = whole("before", [1, 2]);
    let reordered = plan(build, &stored, &config(set([2.into(), 1.into()]))).await;
    assert_eq!(headlines(&reordered.diagnostics), [""; 0]);
    let expected = whole("after", [1, 2]).conform(build().ty()).unwrap();
    assert_eq!((reordered.state.clone(), replaces(&reordered)), (expected, vec![]));
    let other = plan(build, &stored, &config(set([2.into(), 3.into()]))).await;
    assert_eq!(replaces(&other), ["set"]);
}
