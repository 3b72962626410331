//! What the recorded values are, written by hand from the configuration: where they stood,
//! and their contents down to promises, order in sets and digits of numbers.

mod known;
mod unknown;

use testkit::tools::NEWEST_CORE;
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Number, Value};

use self::known::known;
use self::unknown::{open, open_untyped, settled};
use super::kinds::{AGED, KNOWN, SOURCE, UNKNOWN};

const NULL: Value = Value::Null;

/// Where a value stood.
pub(super) struct Place<'a> {
    pub(super) step: &'a str,
    pub(super) method: &'a str,
    pub(super) type_name: &'a str,
    pub(super) field: &'a str,
}

/// All the different values of one place.
pub(super) fn values(core: &str, place: &Place<'_>) -> Vec<Value> {
    let destroys = place.step == "destroy";
    match (place.method, place.field) {
        (_, "config") if place.type_name == "provider" => provider_configured(place),
        ("ApplyResourceChange", "config" | "planned_state") if destroys => vec![NULL],
        ("ApplyResourceChange", "planned_state") => vec![planned(core, place)],
        ("PlanResourceChange", "config") if destroys => {
            [vec![NULL], configured(core, place)].concat()
        }
        ("PlanResourceChange", "proposed_new_state") if destroys => vec![NULL, stored(core, place)],
        // What is made up is proposed to stay.
        ("PlanResourceChange", "proposed_new_state")
            if place.type_name == SOURCE && place.step == "update" =>
        {
            vec![source("second", |made| made)]
        }
        (_, "config" | "proposed_new_state") => configured(core, place),
        _ => vec![stored(core, place)],
    }
}

/// Unknown wherever the resource that it refers to has not been planned.
fn provider_configured(place: &Place<'_>) -> Vec<Value> {
    let provider = |text| Value::object([("number", number("0.1")), ("text", text)]);
    let known = provider("configured".into());
    match (place.step, place.method) {
        ("update" | "destroy", "ConfigureProvider") => vec![known],
        _ => vec![provider(Value::unknown()), known],
    }
}

fn configured(core: &str, place: &Place<'_>) -> Vec<Value> {
    match (place.type_name, place.method, place.step) {
        (SOURCE, ..) => vec![source(seed(place), |_| NULL)],
        (AGED, _, "create") => vec![aged_old()],
        (AGED, ..) => vec![aged_new()],
        (KNOWN, ..) => vec![known(core)],
        // Before the source is planned, less is known of it; newer cores know its types.
        (UNKNOWN, "ValidateResourceConfig", step) if core != NEWEST_CORE => {
            let planned = (step != "destroy").then(open);
            [open_untyped(core)].into_iter().chain(planned).chain([settled()]).collect()
        }
        (UNKNOWN, "ApplyResourceChange", _) | (UNKNOWN, "PlanResourceChange", "destroy") => {
            vec![settled()]
        }
        (UNKNOWN, ..) => vec![open(), settled()],
        (other, ..) => panic!("`{other}` is no type of ours"),
    }
}

fn planned(core: &str, place: &Place<'_>) -> Value {
    match place.type_name {
        SOURCE => source(seed(place), |_| Value::unknown()),
        AGED => aged_old(),
        KNOWN => with_open_ranks(known(core)),
        _ => with_open_ranks(settled()),
    }
}

/// What there was before the step.
fn stored(core: &str, place: &Place<'_>) -> Value {
    match (place.type_name, place.step) {
        (_, "create") => NULL,
        (SOURCE, "update") => source("first", |made| made),
        (SOURCE, _) => source("second", |made| made),
        (AGED, "update") if place.method == "UpgradeResourceState" => aged_old(),
        (AGED, _) => aged_new(),
        (KNOWN, _) => known(core),
        _ => settled(),
    }
}

fn seed(place: &Place<'_>) -> &'static str {
    if place.step == "create" { "first" } else { "second" }
}

fn source(seed: &str, make: fn(Value) -> Value) -> Value {
    Value::object([
        ("any", make(any(Type::String, "any".into()))),
        ("flag", make(true.into())),
        ("list", make(list(["x".into(), "y".into()]))),
        ("map", make(Value::map([("k", "v".into())]))),
        ("number", make(7.into())),
        ("seed", seed.into()),
        ("text", make("made".into())),
    ])
}

fn aged_old() -> Value {
    Value::object([("gone", "x".into()), ("size", "5".into())])
}

fn aged_new() -> Value {
    Value::object([("size", 5.into())])
}

/// As planned: the ranks in nested attributes are computed by the provider.
fn with_open_ranks(value: Value) -> Value {
    let open = |value: Value| match value {
        Value::Object(mut part) if part.contains_key("rank") => {
            part.insert("rank".to_owned(), Value::unknown());
            Value::Object(part)
        }
        other => other,
    };
    let Value::Object(object) = value else { panic!("an object") };
    Value::object(object.into_iter().map(|(name, value)| {
        let value = match value {
            Value::List(items) => list(items.into_iter().map(open)),
            Value::Set(items) => set(items.into_iter().map(open)),
            Value::Map(entries) => {
                Value::Map(entries.into_iter().map(|(key, it)| (key, open(it))).collect())
            }
            other => open(other),
        };
        (name, value)
    }))
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(items.into_iter().collect())
}

fn set(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(items.into_iter().collect())
}

fn number(text: &str) -> Value {
    Number::parse(text).unwrap().into()
}

fn any(ty: Type, value: Value) -> Value {
    Value::Dynamic(Box::new(Dynamic { ty, value }))
}

fn pair(a: impl Into<Value>, b: impl Into<Value>) -> Value {
    Value::object([("a", a.into()), ("b", b.into())])
}

/// A nested attribute.
fn part(key: impl Into<Value>, note: impl Into<Value>) -> Value {
    Value::object([("key", key.into()), ("note", note.into()), ("rank", NULL)])
}

/// A block.
fn line(name: impl Into<Value>, size: impl Into<Value>) -> Value {
    Value::object([("name", name.into()), ("size", size.into())])
}
