//! Tables: a spelling that is there stays where a new one means the same.

use tfplugin::resource::{Created, Read};
use tfplugin::schema::equality::{any_order, case_insensitive, each, empty_is_null, json};
use tfplugin::schema::{Attribute, Block, Limits, Nested, Schema};
use tfplugin::server::{ApplyRequest, ReadRequest};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::scripted::{
    ANY, Script, Whole, headlines, object, only, plan, replaces, server, set, with,
};

const NULL: Value = Value::Null;

/// The same policy in two spellings, and another one.
const STORED: &str = r#"{"a":1,"b":[true]}"#;
const SPELLED: &str = "{ \"b\": [true], \"a\": 1.0 }";
const OTHER: &str = r#"{"a":2}"#;

fn schema() -> Schema {
    let policy = || Attribute::required(Type::String).equal_by(json());
    let pair = |nested: Nested| {
        nested.attribute("policy", policy()).attribute("id", Attribute::computed(Type::String))
    };
    let optional = |ty| Attribute::optional(ty);
    Schema::new(0)
        .attribute("root", policy())
        .attribute("list", Attribute::optional(pair(Nested::list())))
        .attribute("map", Attribute::optional(pair(Nested::map())))
        .attribute("set", Attribute::optional(pair(Nested::set())))
        .attribute("names", optional(Type::list(Type::String)).equal_by(each(case_insensitive())))
        .attribute("zones", optional(Type::list(Type::String)).equal_by(any_order()))
        .attribute("tags", optional(Type::list(Type::String)).equal_by(empty_is_null()))
        .attribute(
            "made",
            Attribute::optional_computed(Type::String).default(SPELLED).equal_by(json()),
        )
        .attribute("sum", Attribute::computed(Type::String))
        .block("block", Block::list(Limits::ANY).attribute("policy", policy()))
}

fn list<const N: usize>(items: [&str; N]) -> Value {
    Value::List(items.map(Value::from).to_vec())
}

/// The object with that policy everywhere; `id` and `sum` as given.
fn policies(policy: &str, id: Value, made: Value) -> Value {
    let pair = || object([("policy", policy.into()), ("id", id.clone())]);
    object([
        ("root", policy.into()),
        ("list", Value::List(vec![pair()])),
        ("map", Value::map([("k", pair())])),
        ("set", set([pair()])),
        ("names", NULL),
        ("zones", NULL),
        ("tags", NULL),
        ("made", made),
        ("sum", id.clone()),
        ("block", Value::List(vec![object([("policy", policy.into())])])),
    ])
}

#[tokio::test]
async fn plan_keeps_the_stored_spelling_of_an_equal_value() {
    let stored = policies(STORED, "id".into(), STORED.into());
    // The default of `made` is another spelling of what is stored, too.
    for config in [policies(SPELLED, NULL, NULL), policies(SPELLED, NULL, SPELLED.into())] {
        let answer = plan(schema, &stored, &config).await;
        assert_eq!(headlines(&answer.diagnostics), [""; 0]);
        assert_eq!((answer.state, answer.requires_replace), (stored.clone(), vec![]));
    }
    let created = plan(schema, &NULL, &policies(SPELLED, NULL, NULL)).await;
    assert_eq!(headlines(&created.diagnostics), [""; 0]);
    assert_eq!(created.state, policies(SPELLED, Value::unknown(), SPELLED.into()));
}

#[tokio::test]
async fn plan_keeps_the_stored_spelling_beside_a_change() {
    let stored = policies(STORED, "id".into(), STORED.into());
    let config = with(&policies(SPELLED, NULL, NULL), &[("root", OTHER.into())]);
    let answer = plan(schema, &stored, &config).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    let open = policies(STORED, Value::unknown(), STORED.into());
    assert_eq!(answer.state, with(&open, &[("root", OTHER.into())]));
    // Not known to be the same.
    let config = with(&policies(SPELLED, NULL, NULL), &[("root", Value::unknown())]);
    let answer = plan(schema, &stored, &config).await;
    assert_eq!(answer.state, with(&open, &[("root", Value::unknown())]));
}

#[tokio::test]
async fn plan_keeps_an_equal_collection_whole_or_not_at_all() {
    let base = policies(STORED, "id".into(), STORED.into());
    let config = policies(STORED, NULL, NULL);
    for (name, stored, configured, keeps) in [
        ("names", list(["a", "b"]), list(["A", "B"]), true),
        // One element differs in meaning, so none may keep its stored spelling.
        ("names", list(["a", "b"]), list(["A", "c"]), false),
        ("names", list(["a", "b"]), list(["A"]), false),
        ("zones", list(["a", "b"]), list(["b", "a"]), true),
        ("zones", list(["a", "b"]), list(["b", "b"]), false),
        // Terraform allows the stored value only where both are there.
        ("tags", list([]), NULL, false),
        ("tags", NULL, list([]), false),
    ] {
        let prior = with(&base, &[(name, stored.clone())]);
        let answer = plan(schema, &prior, &with(&config, &[(name, configured.clone())])).await;
        assert_eq!(headlines(&answer.diagnostics), [""; 0], "{name} {configured:?}");
        let planned = if keeps { stored } else { configured.clone() };
        assert_eq!(answer.state.get(name), Some(&planned), "{name} {configured:?}");
        assert_eq!(answer.state.get("sum").unwrap().is_unknown(), !keeps, "{name}");
    }
}

#[tokio::test]
async fn replacement_follows_the_meaning_of_a_value() {
    fn replacing() -> Schema {
        use tfplugin::schema::modifier::requires_replace;

        let name = Attribute::required(Type::String).equal_by(case_insensitive());
        Schema::new(0).attribute("name", name.modify(requires_replace()))
    }
    let named = |name: &str| object([("name", name.into())]);
    assert_eq!(replaces(&plan(replacing, &named("a"), &named("A")).await), [""; 0]);
    assert_eq!(replaces(&plan(replacing, &named("a"), &named("b")).await), ["name"]);
}

#[tokio::test]
async fn read_keeps_the_stored_spelling_of_an_equal_value() {
    let spelled = Script::<Whole> {
        read: |_, _| {
            let answer = policies(SPELLED, "id".into(), SPELLED.into());
            let others = [("zones", list(["b", "a"])), ("tags", list([]))];
            Read::Present(Whole(with(&answer, &others)))
        },
        ..Script::new(ANY, schema)
    };
    let server = server(only(spelled)).await;
    let stored = policies(STORED, "id".into(), STORED.into());
    let stored = with(&stored, &[("zones", list(["a", "b"]))]).conform(schema().ty()).unwrap();
    let request = |state: &Value| ReadRequest {
        type_name: ANY.to_owned(),
        state: state.clone(),
        identity: None,
        private: Vec::new(),
    };
    let answer = server.read(request(&stored)).await;
    assert_eq!((headlines(&answer.diagnostics), answer.state), (vec![], stored.clone()));

    // What differs in meaning is drift, and shows as the API spells it.
    let drifted = with(&stored, &[("root", OTHER.into())]);
    let answer = server.read(request(&drifted)).await;
    assert_eq!(answer.state, with(&stored, &[("root", SPELLED.into())]));
}

#[tokio::test]
async fn apply_keeps_the_planned_spelling_of_an_equal_value() {
    let spelled = Script::<Whole> {
        create: |_, _| {
            let answer = policies(SPELLED, "id".into(), SPELLED.into());
            Created::Created(Whole(with(&answer, &[("tags", list([]))])))
        },
        ..Script::new(ANY, schema)
    };
    let server = server(only(spelled)).await;
    let planned = policies(STORED, Value::unknown(), STORED.into());
    let planned = planned.conform(schema().ty()).unwrap();
    let request = ApplyRequest {
        type_name: ANY.to_owned(),
        prior: NULL,
        planned: planned.clone(),
        config: planned,
        identity: None,
        private: Vec::new(),
    };
    let answer = server.apply(request).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    assert_eq!(answer.state, policies(STORED, "id".into(), STORED.into()));
}
