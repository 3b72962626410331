//! What authors know from HashiCorp's plugin framework, as one table: attribute, stored and
//! configured value, and what is planned.

use tfplugin::model::Model;
use tfplugin::provider::Context;
use tfplugin::resource::{Created, Deleted, Read, Resource, Updated};
use tfplugin::schema::modifier::{
    keep_unless_changed, requires_replace, requires_replace_if_configured,
    use_non_null_state_for_unknown, use_state_for_unknown,
};
use tfplugin::schema::validator::{between, not_empty, one_of};
use tfplugin::schema::{Attribute, Schema};
use tfplugin::testing::{Object, Session};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::only::Only;

const RULE: &str = "framework_rule";

tfplugin::model! {
    /// One attribute for each rule, and one that only differs.
    struct Rule {
        computed: Value,
        filled: Value,
        kept: Value,
        kept_if_there: Value,
        kept_while: Value,
        limited: Value,
        nonempty: Value,
        one_of: Value,
        open: Value,
        plain: Value,
        replaces: Value,
        replaces_if_set: Value,
        serial: Value,
        written: Value,
    }
}

#[derive(Clone, Copy)]
struct Rules;

impl Resource for Rules {
    type Client = ();
    type Model = Rule;

    fn type_name(&self) -> &'static str {
        RULE
    }

    fn schema(&self) -> Schema {
        let text = || Type::String;
        Schema::new(0)
            .attribute("computed", Attribute::computed(text()))
            .attribute("filled", Attribute::optional_computed(text()).default("default"))
            .attribute("kept", Attribute::computed(text()).modify(use_state_for_unknown()))
            .attribute(
                "kept_if_there",
                Attribute::computed(text()).modify(use_non_null_state_for_unknown()),
            )
            .attribute(
                "kept_while",
                Attribute::computed(text()).modify(keep_unless_changed(&["plain"])),
            )
            .attribute("limited", Attribute::optional(Type::Number).validate(between(1, 9)))
            .attribute("nonempty", Attribute::optional(text()).validate(not_empty()))
            .attribute("one_of", Attribute::optional(text()).validate(one_of(&["a", "b"])))
            .attribute("open", Attribute::optional_computed(text()))
            .attribute("plain", Attribute::optional(text()))
            .attribute("replaces", Attribute::optional(text()).modify(requires_replace()))
            .attribute(
                "replaces_if_set",
                Attribute::optional_computed(text()).modify(requires_replace_if_configured()),
            )
            .attribute("serial", Attribute::optional(Type::Number))
            .attribute("written", Attribute::optional(text()).write_only())
    }

    async fn create(&self, planned: Rule, _cx: &Context<'_, ()>) -> Created<Rule> {
        let known = Rule::from_object(planned.clone().into_object().unknown_as_null());
        Created::Created(known.unwrap_or(planned))
    }

    async fn read(&self, state: Rule, _cx: &Context<'_, ()>) -> Read<Rule> {
        Read::Present(state)
    }

    async fn update(&self, _: Rule, planned: Rule, _cx: &Context<'_, ()>) -> Updated<Rule> {
        Updated::Updated(planned)
    }

    async fn delete(&self, _state: Rule, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }
}

/// What becomes of one attribute. `serial` differs in every update, so that there is one.
struct Case {
    name: &'static str,
    attribute: &'static str,
    /// `None`: a create.
    stored: Option<Value>,
    configured: Value,
    planned: Value,
    replaces: bool,
}

fn case(
    name: &'static str,
    attribute: &'static str,
    stored: Option<Value>,
    configured: impl Into<Value>,
    planned: impl Into<Value>,
) -> Case {
    let (configured, planned) = (configured.into(), planned.into());
    Case { name, attribute, stored, configured, planned, replaces: false }
}

fn replacing(case: Case) -> Case {
    Case { replaces: true, ..case }
}

fn text(text: &str) -> Option<Value> {
    Some(text.into())
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let (null, unknown) = (|| Value::Null, Value::unknown);
    let stored_null = || Some(Value::Null);
    vec![
        case("computed: open on create", "computed", None, null(), unknown()),
        case("computed: open on update", "computed", text("s"), null(), unknown()),
        case("optional and computed: open if not set", "open", text("s"), null(), unknown()),
        case("optional and computed: as set", "open", text("s"), "c", "c"),
        case("optional and computed: unknown if so set", "open", text("s"), unknown(), unknown()),
        case("optional: null if not set", "plain", text("s"), null(), null()),
        case("optional: as set", "plain", None, "c", "c"),
        case("default: for null on create", "filled", None, null(), "default"),
        case("default: for null on update", "filled", text("s"), null(), "default"),
        case("default: not for a value", "filled", None, "c", "c"),
        case("default: not for unknown", "filled", None, unknown(), unknown()),
        case("use state: not on create", "kept", None, null(), unknown()),
        case("use state: on update", "kept", text("s"), null(), "s"),
        case("use state: null too", "kept", stored_null(), null(), null()),
        case("use non-null state: not on create", "kept_if_there", None, null(), unknown()),
        case("use non-null state: on update", "kept_if_there", text("s"), null(), "s"),
        case("use non-null state: null is open", "kept_if_there", stored_null(), null(), unknown()),
        case("keep unless changed: on update of others", "kept_while", text("s"), null(), "s"),
        case("keep unless changed: not on create", "kept_while", None, null(), unknown()),
        case("replace: not on create", "replaces", None, "c", "c"),
        case("replace: not without a change", "replaces", text("s"), "s", "s"),
        replacing(case("replace: on a change", "replaces", text("s"), "c", "c")),
        replacing(case("replace: on removal", "replaces", text("s"), null(), null())),
        replacing(case("replace: on unknown", "replaces", text("s"), unknown(), unknown())),
        replacing(case("replace if set: on a change", "replaces_if_set", text("s"), "c", "c")),
        case("replace if set: not on removal", "replaces_if_set", text("s"), null(), unknown()),
        case("write-only: null in the plan", "written", stored_null(), "secret", null()),
        case("write-only: unknown is null too", "written", None, unknown(), null()),
    ]
}

#[tokio::test]
async fn each_rule_of_planning_holds() {
    let session = Session::open(Only(Rules)).await;
    for Case { name, attribute, stored, configured, planned, replaces } in cases() {
        let prior = stored.map_or_else(Object::none, |stored| {
            Object::of(session.config(RULE, [(attribute, stored), ("serial", 1.into())]))
        });
        let config = session.config(RULE, [(attribute, configured), ("serial", 2.into())]);
        let answer = session.plan(RULE, &prior, &config).await;
        assert!(answer.diagnostics.is_empty(), "{name}: {:?}", answer.diagnostics);
        assert_eq!(answer.get(attribute), &planned, "{name}");
        let paths: Vec<String> = answer.requires_replace.iter().map(ToString::to_string).collect();
        let expected = if replaces { vec![attribute.to_owned()] } else { Vec::new() };
        assert_eq!(paths, expected, "{name}");
    }
}

#[tokio::test]
async fn what_a_change_opens_depends_on_the_change() {
    let session = Session::open(Only(Rules)).await;
    let names = ["computed", "kept", "kept_if_there", "kept_while", "open"];
    let stored = names.map(|name| (name, Value::from("s")));
    let more = [("filled", "default".into()), ("plain", "p".into())];
    let prior = Object::of(session.config(RULE, stored.into_iter().chain(more)));
    let open = |planned: &tfplugin::testing::Planned| {
        names.into_iter().filter(|name| planned.get(name).is_unknown()).collect::<Vec<_>>()
    };

    let same = session.config(RULE, [("plain", "p".into())]);
    assert_eq!(open(&session.plan(RULE, &prior, &same).await), [""; 0], "no change opens nothing");
    let other = session.config(RULE, [("plain", "p".into()), ("serial", 1.into())]);
    assert_eq!(open(&session.plan(RULE, &prior, &other).await), ["computed", "open"]);
    let watched = session.config(RULE, [("plain", "q".into())]);
    assert_eq!(
        open(&session.plan(RULE, &prior, &watched).await),
        ["computed", "kept_while", "open"]
    );

    let destroyed = session.plan(RULE, &prior, &Value::Null).await;
    assert!(destroyed.state.is_null() && destroyed.requires_replace.is_empty());
}

#[tokio::test]
async fn validators_pass_over_what_is_null_or_unknown() {
    let session = Session::open(Only(Rules)).await;
    for (attribute, bad) in
        [("limited", Value::from(10)), ("nonempty", "".into()), ("one_of", "c".into())]
    {
        for (value, refused) in [(Value::Null, 0), (Value::unknown(), 0), (bad, 1)] {
            let config = session.config(RULE, [(attribute, value.clone())]);
            let told = session.validate(RULE, &config).await;
            assert_eq!(told.iter().count(), refused, "{attribute}: {value:?}: {told:?}");
            assert!(told.iter().all(|it| it.path.to_string() == attribute));
        }
    }
    let config = session.config(RULE, [("computed", "c".into())]);
    let told = session.validate(RULE, &config).await;
    assert_eq!(told.iter().next().unwrap().summary, "Read-only attribute is set");
}
