//! Tables: plans and results that Terraform accepts (no problem) or refuses.

use std::sync::LazyLock;

use super::{Breach, check_answer, check_plan, check_result, quote};
use crate::schema::{Attribute, Block, Limits, Nested, Schema};
use crate::ty::Type;
use crate::value::{Dynamic, Number, Refinements, Unknown, Value};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let nested = |nested: Nested| {
        Attribute::optional(
            nested
                .attribute("set", Attribute::optional(Type::String))
                .attribute("made", Attribute::computed(Type::String)),
        )
    };
    let block = |block: Block| block.attribute("x", Attribute::optional(Type::String));
    Schema::new(0)
        .attribute("text", Attribute::optional(Type::String))
        .attribute("both", Attribute::optional_computed(Type::String))
        .attribute("made", Attribute::computed(Type::String))
        .attribute("hush", Attribute::optional(Type::String).sensitive())
        .attribute("hidden", Attribute::optional(Type::map(Type::String)).sensitive())
        .attribute(
            "vault",
            Attribute::optional(Nested::map().attribute("set", Attribute::optional(Type::String)))
                .sensitive(),
        )
        .attribute("once", Attribute::optional(Type::String).write_only())
        .attribute("number", Attribute::optional(Type::Number))
        .attribute("items", Attribute::optional_computed(Type::list(Type::String)))
        .attribute("set", Attribute::optional_computed(Type::set(Type::String)))
        .attribute("map", Attribute::optional_computed(Type::map(Type::String)))
        .attribute("open", Attribute::optional_computed(Type::Dynamic))
        .attribute("one", nested(Nested::single()))
        .attribute("many", nested(Nested::list()))
        .attribute("group", nested(Nested::set()))
        .attribute("named", nested(Nested::map()))
        .attribute(
            "made_up",
            Attribute::optional(
                Nested::list()
                    .attribute("set", Attribute::optional_computed(Type::String))
                    .attribute("made", Attribute::computed(Type::String)),
            ),
        )
        .block("list_block", block(Block::list(Limits::ANY)))
        .block("set_block", block(Block::set(Limits::ANY)))
        .block("set_of_maps", Block::set(Limits::ANY).block("map", block(Block::map())))
        .block("map_block", block(Block::map()))
        .block("one_block", block(Block::single()))
        .block("group_block", block(Block::group()))
});

/// An object in which all but the named attributes are absent.
fn object(named: &[(&str, Value)]) -> Value {
    let Type::Object(types) = SCHEMA.ty() else { unreachable!() };
    let mut object: std::collections::BTreeMap<String, Value> =
        types.keys().map(|name| (name.clone(), Value::Null)).collect();
    object.insert("list_block".into(), Value::List(vec![]));
    object.insert("set_block".into(), Value::Set(vec![]));
    object.insert("set_of_maps".into(), Value::Set(vec![]));
    object.insert("map_block".into(), Value::map::<&str>([]));
    object.insert("group_block".into(), block(NULL));
    object.extend(named.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Value::Object(object).conform(SCHEMA.ty()).unwrap()
}

fn lines(breaches: &[Breach]) -> Vec<String> {
    breaches.iter().map(|it| format!("{}: {}", it.path, it.problem)).collect()
}

fn inner(set: impl Into<Value>, made: impl Into<Value>) -> Value {
    Value::object([("set", set.into()), ("made", made.into())])
}

fn block(x: impl Into<Value>) -> Value {
    Value::object([("x", x.into())])
}

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::List(items.into())
}

fn set<const N: usize>(items: [Value; N]) -> Value {
    Value::Set(items.into())
}

fn unknown() -> Value {
    Value::unknown()
}

const NULL: Value = Value::Null;

/// One attribute: stored, configured, planned, and what is wrong with that.
#[track_caller]
fn plan(name: &str, [prior, config, planned]: [Value; 3], expected: &[&str]) {
    let object = |value| object(&[(name, value)]);
    let breaches = check_plan(SCHEMA.body(), &object(prior), &object(config), &object(planned));
    assert_eq!(lines(&breaches), expected);
}

#[test]
fn plan_check_of_simple_attributes_agrees_with_terraform() {
    let a = || Value::from("a");
    let b = || Value::from("b");
    plan("text", [NULL, a(), a()], &[]);
    plan("text", [NULL, unknown(), unknown()], &[]);
    plan("text", [a(), b(), a()], &[]);
    plan("text", [NULL, NULL, NULL], &[]);
    plan("text", [a(), NULL, NULL], &[]);
    let invented = "text: it is not configured, not computed, and planned as";
    plan("text", [NULL, NULL, a()], &[&format!("{invented} \"a\"")]);
    plan("text", [a(), NULL, a()], &[&format!("{invented} \"a\"")]);
    plan("text", [NULL, NULL, unknown()], &[&format!("{invented} unknown")]);
    plan("text", [NULL, a(), b()], &["text: it is configured as \"a\" and planned as \"b\""]);
    plan("text", [NULL, a(), NULL], &["text: it is configured as \"a\" and planned as null"]);
    let opened = "text: it is configured as \"a\" and planned as unknown";
    plan("text", [NULL, a(), unknown()], &[opened]);
    let closed = "text: it is configured as unknown and planned as \"a\"";
    plan("text", [NULL, unknown(), a()], &[closed]);

    plan("both", [NULL, NULL, a()], &[]);
    plan("both", [a(), NULL, unknown()], &[]);
    plan("both", [NULL, a(), b()], &["both: it is configured as \"a\" and planned as \"b\""]);
    plan("made", [NULL, NULL, unknown()], &[]);
    plan("made", [a(), NULL, b()], &[]);
    let hidden = "a sensitive value";
    let hush = format!("hush: it is configured as {hidden} and planned as {hidden}");
    plan("hush", [NULL, a(), b()], &[&hush]);
    plan("once", [NULL, a(), NULL], &[]);
    plan("once", [NULL, a(), a()], &["once: it is write-only and planned to be stored"]);
    let number = |text: &str| Value::from(Number::parse(text).unwrap());
    plan("number", [NULL, number("1"), number("1.0")], &[]);
    plan("set", [NULL, set([a(), b()]), set([b(), a()])], &[]);
    let refinements = Refinements { null: Some(false), ..Refinements::default() };
    plan("text", [NULL, Value::Unknown(Unknown::refined(refinements)), unknown()], &[]);
}

#[test]
fn plan_check_of_a_create_accepts_no_stored_value() {
    let config = object(&[("text", "a".into()), ("list_block", list([block("a")]))]);
    let check = |planned: &[(&str, Value)]| {
        lines(&check_plan(SCHEMA.body(), &NULL, &config, &object(planned)))
    };
    let planned = [("text", "a".into()), ("list_block", list([block("a")]))];
    assert_eq!(check(&planned), [""; 0]);
    let planned = [("text", "a".into()), ("list_block", list([block("b")]))];
    let expected = "list_block[0].x: it is configured as \"a\" and planned as \"b\"";
    assert_eq!(check(&planned), [expected]);
}

#[test]
fn plan_check_of_nested_attributes_agrees_with_terraform() {
    let a = || inner("a", NULL);
    let made = || inner("a", unknown());
    plan("one", [NULL, a(), made()], &[]);
    plan("one", [NULL, a(), inner("a", "made")], &[]);
    let other = "it is configured as \"a\" and planned as \"b\"";
    plan("one", [NULL, a(), inner("b", NULL)], &[&format!("one.set: {other}")]);
    plan("one", [NULL, a(), NULL], &["one: it is configured and planned to be absent"]);
    plan("one", [NULL, a(), unknown()], &["one: it is configured and planned as unknown"]);
    plan("one", [NULL, unknown(), unknown()], &[]);
    let invented = "one: it is not configured, not computed, and planned as a object";
    plan("one", [NULL, NULL, a()], &[invented]);

    plan("many", [NULL, list([a(), a()]), list([made(), made()])], &[]);
    let second = format!("many[1].set: {other}");
    plan("many", [NULL, list([a(), a()]), list([a(), inner("b", NULL)])], &[&second]);
    let count = "many: 2 elements are configured and 1 planned";
    plan("many", [NULL, list([a(), a()]), list([a()])], &[count]);
    plan("many", [NULL, list([unknown()]), list([unknown()])], &[]);
    let open = "many[0]: it is configured and planned as unknown";
    plan("many", [NULL, list([a()]), list([unknown()])], &[open]);
    plan("many", [list([inner("b", NULL)]), list([a()]), list([inner("b", NULL)])], &[]);

    // What is configured as unknown stays so, but for what is computed inside.
    let closed = "it is configured as unknown and planned as";
    plan("one", [NULL, unknown(), inner(unknown(), "made")], &[]);
    plan("one", [NULL, unknown(), a()], &[&format!("one.set: {closed} \"a\"")]);
    plan("many", [NULL, unknown(), list([])], &[&format!("many: {closed} known")]);
    plan(
        "named",
        [NULL, unknown(), Value::map([("k", a())])],
        &[&format!("named: {closed} known")],
    );
    let invented = format!("made_up[0].set: {closed} \"a\"");
    plan("made_up", [NULL, list([unknown()]), list([a()])], &[&invented]);
    plan("made_up", [NULL, list([unknown()]), list([inner(unknown(), "made")])], &[]);
    plan("group", [NULL, unknown(), set([a()])], &[]);

    plan("group", [NULL, set([a()]), set([made()])], &[]);
    let count = "group: 1 elements are configured and 2 planned";
    plan("group", [NULL, set([a()]), set([a(), inner("b", NULL)])], &[count]);
    // Open elements may yet turn out equal.
    plan("group", [NULL, set([a()]), set([made(), inner("b", unknown())])], &[]);
    // Though not to none at all.
    let count = "group: 0 elements are configured and 1 planned";
    plan("group", [NULL, set([]), set([made()])], &[count]);

    let map = |key: &str, value: Value| Value::map([(key, value)]);
    plan("named", [NULL, map("k", a()), map("k", made())], &[]);
    let keys = [
        "named[\"l\"]: it is planned and not configured",
        "named[\"k\"]: it is configured and not planned",
    ];
    plan("named", [NULL, map("k", a()), map("l", a())], &keys);
}

#[test]
fn plan_check_of_blocks_agrees_with_terraform() {
    let a = || block("a");
    let b = || block("b");
    let other = "it is configured as \"a\" and planned as \"b\"";
    plan("list_block", [list([]), list([a()]), list([a()])], &[]);
    plan(
        "list_block",
        [list([]), list([a()]), list([b()])],
        &[&format!("list_block[0].x: {other}")],
    );
    plan("list_block", [list([b()]), list([a()]), list([b()])], &[]);
    let count = "list_block: 1 elements are configured and 0 planned";
    plan("list_block", [list([]), list([a()]), list([])], &[count]);
    let null = "blocks that are not there are an empty value, not null";
    plan("list_block", [list([]), list([a()]), NULL], &[&format!("list_block: {null}")]);
    plan("list_block", [list([]), unknown(), unknown()], &[]);
    let exact = "blocks are planned exactly as configured, also where their number is open";
    plan("list_block", [list([]), unknown(), list([])], &[&format!("list_block: {exact}")]);
    plan("list_block", [list([]), list([]), unknown()], &[&format!("list_block: {exact}")]);
    // Terraform trusts providers with sets of blocks.
    plan("set_block", [set([]), set([a()]), set([b()])], &[]);
    let map = |key: &str, value: Value| Value::map([(key, value)]);
    let named = format!("map_block[\"k\"].x: {other}");
    plan("map_block", [map("k", NULL), map("k", a()), map("k", b())], &[&named]);
    plan("set_block", [set([]), set([a()]), NULL], &[&format!("set_block: {null}")]);
    plan("map_block", [map("k", a()), map("k", a()), NULL], &[&format!("map_block: {null}")]);
    let keys = [
        "map_block[\"l\"]: it is planned and not configured",
        "map_block[\"k\"]: it is configured and not planned",
    ];
    plan("map_block", [map("k", a()), map("k", a()), map("l", a())], &keys);
    // A block is there or not, which is never open.
    let open = "the block is planned as unknown";
    let first = format!("list_block[0]: {open}");
    plan("list_block", [list([]), list([block(NULL)]), list([unknown()])], &[&first]);
    let named = format!("map_block[\"k\"]: {open}");
    plan("map_block", [map("k", a()), map("k", a()), map("k", unknown())], &[&named]);
    let open = "set_block: a block of the set is planned as unknown";
    plan("set_block", [set([]), set([a()]), set([unknown()])], &[open]);
    plan("group_block", [block(NULL), a(), a()], &[]);
    let grouped = format!("group_block.x: {other}");
    plan("group_block", [block(NULL), a(), b()], &[&grouped]);
    plan("group_block", [b(), a(), b()], &[]);
    plan("group_block", [a(), a(), NULL], &[&format!("group_block: {null}")]);
    plan("one_block", [NULL, NULL, NULL], &[]);
    plan("one_block", [NULL, a(), a()], &[]);
    plan("one_block", [NULL, a(), NULL], &["one_block: it is configured and planned to be absent"]);
    let invented = "one_block: it is not configured and planned to be there";
    plan("one_block", [NULL, NULL, a()], &[invented]);
}

#[test]
fn answer_check_reports_values_as_answered_instead_of_planned() {
    let config = object(&[("text", "as planned".into())]);
    let answer = object(&[("text", "planned".into()), ("number", 1.into())]);
    let expected = [
        "number: it is not configured, not computed, and answered as 1",
        "text: it is configured as \"as planned\" and answered as \"planned\"",
    ];
    assert_eq!(lines(&check_answer(SCHEMA.body(), &config, &answer)), expected);
}

/// One attribute: planned, actual, and what is wrong with that.
#[track_caller]
fn result(name: &str, [planned, actual]: [Value; 2], expected: &[&str]) {
    let object = |value| object(&[(name, value)]);
    let breaches = check_result(SCHEMA.body(), &object(planned), &object(actual));
    assert_eq!(lines(&breaches), expected);
}

#[test]
fn result_check_of_simple_attributes_agrees_with_terraform() {
    let a = || Value::from("a");
    result("text", [a(), a()], &[]);
    result("text", [unknown(), a()], &[]);
    result("text", [unknown(), NULL], &[]);
    result("text", [NULL, NULL], &[]);
    result("text", [a(), "b".into()], &["text: it was \"a\" and is \"b\" now"]);
    result("text", [NULL, "".into()], &["text: it was null and is \"\" now"]);
    result("text", [a(), NULL], &["text: it was \"a\" and is null now"]);
    result("text", [a(), unknown()], &["text: it was \"a\" and is unknown now"]);
    let hidden = "hush: it was a sensitive value and is a sensitive value now";
    result("hush", [a(), "b".into()], &[hidden]);
    let number = |text: &str| Value::from(Number::parse(text).unwrap());
    result("number", [number("1e2"), number("100")], &[]);
    result("number", [number("1"), number("1.1")], &["number: it was 1 and is 1.1 now"]);
    let refinements = Refinements { null: Some(false), ..Refinements::default() };
    let refined = Value::Unknown(Unknown::refined(refinements));
    result("text", [refined.clone(), a()], &[]);
    result("text", [refined, NULL], &["text: it was planned as not null, and is null"]);
}

#[test]
fn result_check_of_collections_agrees_with_terraform() {
    let (a, b) = (|| Value::from("a"), || Value::from("b"));
    result("items", [list([a(), unknown()]), list([a(), b()])], &[]);
    result("items", [list([a()]), list([b()])], &["items[0]: it was \"a\" and is \"b\" now"]);
    result("items", [list([a()]), list([])], &["items: it had 1 elements and has 0 now"]);
    result("items", [NULL, list([])], &["items: it was null and is a list now"]);

    result("set", [set([a(), b()]), set([b(), a()])], &[]);
    result("set", [set([a(), unknown()]), set([a(), b()])], &[]);
    result("set", [set([a(), unknown()]), set([a()])], &[]);
    let grown =
        ["set: an element of the set has appeared", "set: the set had 1 elements and has 2 now"];
    result("set", [set([a()]), set([a(), b()])], &grown);
    result("set", [set([a(), b()]), set([a()])], &["set: an element of the set has vanished"]);

    let map = |key: &str, value: Value| Value::map([(key, value)]);
    result("map", [map("k", unknown()), map("k", a())], &[]);
    let keys = ["map[\"k\"]: it has vanished", "map[\"l\"]: it has appeared"];
    result("map", [map("k", a()), map("l", a())], &keys);

    let open = |ty, value| Value::Dynamic(Box::new(Dynamic { ty, value }));
    result("open", [unknown(), open(Type::Bool, true.into())], &[]);
    result("open", [open(Type::String, unknown()), open(Type::String, a())], &[]);
    let changed = [open(Type::String, a()), open(Type::Bool, true.into())];
    result("open", changed, &["open: its type was string and is bool"]);
    // A null without a type may become anything.
    result("open", [NULL, open(Type::Bool, true.into())], &[]);

    result("one", [inner("a", unknown()), inner("a", "made")], &[]);
    let text = "one.set: it was \"a\" and is \"b\" now";
    result("one", [inner("a", unknown()), inner("b", "made")], &[text]);
    result("group", [set([inner("a", unknown())]), set([inner("a", "made")])], &[]);
    let gone = "group: an element of the set has vanished";
    result("group", [set([inner("a", unknown())]), set([inner("b", "made")])], &[gone]);
}

#[test]
fn result_check_of_blocks_agrees_with_terraform() {
    let (a, b) = (|| block("a"), || block("b"));
    result("list_block", [list([a()]), list([a()])], &[]);
    result("list_block", [unknown(), list([a()])], &[]);
    let text = "list_block[0].x: it was \"a\" and is \"b\" now";
    result("list_block", [list([a()]), list([b()])], &[text]);
    result(
        "list_block",
        [list([a()]), list([])],
        &["list_block: there were 1 blocks and are 0 now"],
    );
    result("set_block", [set([block(unknown())]), set([b()])], &[]);
    let gone = "set_block: an element of the set has vanished";
    result("set_block", [set([a()]), set([b()])], &[gone]);
    let map = |key: &str, value: Value| Value::map([(key, value)]);
    result("map_block", [map("k", block(unknown())), map("k", a())], &[]);
    let text = "map_block[\"k\"].x: it was \"a\" and is \"b\" now";
    result("map_block", [map("k", a()), map("k", b())], &[text]);
    let count = "map_block: there were 1 blocks and are 0 now";
    result("map_block", [map("k", a()), Value::map::<&str>([])], &[count]);
    result("group_block", [block(unknown()), a()], &[]);
    let text = "group_block.x: it was \"a\" and is \"b\" now";
    result("group_block", [a(), b()], &[text]);
    result("one_block", [a(), NULL], &["one_block: it was present and is absent now"]);
    result("one_block", [NULL, a()], &["one_block: it was absent and is there now"]);
    result("one_block", [unknown(), NULL], &[]);
}

#[test]
fn result_check_matches_elements_of_sets_by_their_known_parts() {
    let gone = "group: an element of the set has vanished";
    let grown = "group: an element of the set has appeared";
    let (open, made) = (|| inner("a", unknown()), |made: &str| inner("a", made));
    // One planned element may stand for two, beside one that stays open as well.
    let planned = || set([open(), open(), inner(unknown(), "m")]);
    result("group", [planned(), set([open(), made("x"), inner("z", "m")])], &[]);
    result("group", [planned(), set([made("x"), made("y"), inner("z", "n")])], &[gone]);
    result("group", [planned(), set([made("x"), inner("z", "y"), inner("z", "m")])], &[grown]);
    result("group", [set([unknown(), open()]), set([made("x"), inner("b", NULL)])], &[]);
    result("group", [set([NULL, open()]), set([made("x"), NULL])], &[]);
    result("group", [set([NULL, open()]), set([made("x"), made("y")])], &[gone]);

    // Terraform lets keys of a map of blocks change as long as their number stays.
    let maps = |key: &str, x: Value| set([Value::object([("map", Value::map([(key, block(x))]))])]);
    result("set_of_maps", [maps("k", "a".into()), maps("l", "a".into())], &[]);
    result("set_of_maps", [maps("k", unknown()), maps("k", "a".into())], &[]);
    let gone = "set_of_maps: an element of the set has vanished";
    result("set_of_maps", [maps("k", "a".into()), maps("k", "b".into())], &[gone]);
}

#[test]
fn breach_in_a_sensitive_map_names_no_key() {
    let map = |key: &str, value: Value| Value::map([(key, value)]);
    let keys = ["hidden: it has vanished", "hidden: it has appeared"];
    result("hidden", [map("k", "a".into()), map("l", "a".into())], &keys);
    let changed = "it was a sensitive value and is a sensitive value now";
    result(
        "hidden",
        [map("k", "a".into()), map("k", "b".into())],
        &[&format!("hidden: {changed}")],
    );

    let held = |key: &str, text: &str| map(key, Value::object([("set", text.into())]));
    let changed = format!("vault.set: {changed}");
    result("vault", [held("k", "a"), held("k", "b")], &[&changed]);
    let keys =
        ["vault: it is planned and not configured", "vault: it is configured and not planned"];
    plan("vault", [NULL, held("k", "a"), held("l", "a")], &keys);
    let hidden = "a sensitive value";
    let changed = format!("vault.set: it is configured as {hidden} and planned as {hidden}");
    plan("vault", [NULL, held("k", "a"), held("k", "b")], &[&changed]);
}

#[test]
fn quoted_value_is_short_and_hidden_if_sensitive() {
    assert_eq!(quote(&"a\"b".into(), false), r#""a\"b""#);
    assert_eq!(quote(&"hush".into(), true), "a sensitive value");
    assert_eq!(quote(&Value::Null, true), "null");
    assert_eq!(quote(&Value::List(vec![]), false), "a list");
    assert!(quote(&"é".repeat(1000).into(), false).chars().count() < 70);
}
