//! Table: configuration + stored object → planned object.

use tfplugin::path::AttributePath;
use tfplugin::private::PrivateError;
use tfplugin::server::checks::check_result;
use tfplugin::server::{PlanAnswer, PlanRequest, Server};
use tfplugin::value::{Number, Refinements, Unknown, Value};

use crate::sample::{
    Sample, Script, THING, headlines, helper, member, port, proposed, schema, server, set, strings,
    thing, with,
};

async fn plan(server: &Server<Sample>, prior: &Value, config: &Value) -> PlanAnswer {
    let request = PlanRequest {
        type_name: THING.to_owned(),
        prior: prior.clone(),
        proposed: proposed(prior, config),
        config: config.clone(),
        identity: None,
        private: b"private".to_vec(),
    };
    server.plan(request).await
}

/// Plans `config` over `prior` and expects that object and those paths.
async fn check(prior: &Value, config: &Value, planned: &Value, replaces: &[&str]) {
    let answer = plan(&server(Script::default).await, prior, config).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    assert_eq!(&answer.planned, planned);
    let paths: Vec<String> = answer.requires_replace.iter().map(ToString::to_string).collect();
    assert_eq!(paths, replaces);
    assert_eq!(answer.private, b"private");
}

/// A configuration.
fn config() -> Value {
    thing(&[("name", "a".into()), ("size", 1.into()), ("zone", "z".into())])
}

/// What is stored after that configuration was applied.
fn stored() -> Value {
    with(
        &config(),
        &[
            ("color", "red".into()),
            ("id", "id-1".into()),
            ("note", "noted".into()),
            ("sum", "sum-1".into()),
        ],
    )
}

#[tokio::test]
async fn create_leaves_open_what_the_provider_sets() {
    let planned = with(
        &config(),
        &[
            ("color", "red".into()),
            ("id", Value::unknown()),
            ("note", Value::unknown()),
            ("sum", Value::unknown()),
        ],
    );
    check(&Value::Null, &config(), &planned, &[]).await;
}

#[tokio::test]
async fn no_difference_changes_nothing() {
    check(&stored(), &config(), &stored(), &[]).await;
    let size = |text: &str| Value::from(Number::parse(text).unwrap());
    check(&stored(), &with(&config(), &[("size", size("1.00"))]), &stored(), &[]).await;
    let composed = with(&stored(), &[("name", "\u{e9}".into())]);
    let decomposed = with(&config(), &[("name", "e\u{301}".into())]);
    check(&composed, &decomposed, &composed, &[]).await;
    let tags = |tags| [("tags", tags)];
    let there = with(&stored(), &tags(strings(["a", "b"])));
    check(&there, &with(&config(), &tags(strings(["b", "a"]))), &there, &[]).await;
}

#[tokio::test]
async fn a_difference_opens_computed_values_that_no_modifier_keeps() {
    let renamed = [("name", Value::from("b"))];
    let planned = with(&with(&stored(), &renamed), &[("note", Value::unknown())]);
    check(&stored(), &with(&config(), &renamed), &planned, &[]).await;

    let resized = [("size", Value::from(2))];
    let open = [("note", Value::unknown()), ("sum", Value::unknown())];
    let planned = with(&with(&stored(), &resized), &open);
    check(&stored(), &with(&config(), &resized), &planned, &[]).await;

    // Not known to differ, not known to be the same.
    let perhaps = [("size", Value::unknown())];
    let planned = with(&with(&stored(), &perhaps), &open);
    check(&stored(), &with(&config(), &perhaps), &planned, &[]).await;
}

#[tokio::test]
async fn configured_values_stand() {
    let noted = [("note", Value::from("mine")), ("color", "blue".into())];
    let planned = with(&stored(), &noted);
    check(&stored(), &with(&config(), &noted), &planned, &[]).await;
    let open = [("note", Value::unknown()), ("color", Value::unknown())];
    check(&stored(), &with(&config(), &open), &with(&stored(), &open), &[]).await;
    // Taking a value out of the configuration brings the default back.
    let blue = with(&stored(), &[("color", "blue".into())]);
    let planned = with(&stored(), &[("note", Value::unknown())]);
    check(&blue, &config(), &planned, &[]).await;
}

#[tokio::test]
async fn promises_about_unknown_values_do_no_harm() {
    let refinements = Refinements { null: Some(false), ..Refinements::default() };
    let refined = Value::Unknown(Unknown::refined(refinements));
    let changed = [("name", refined)];
    let planned = with(&with(&stored(), &changed), &[("note", Value::unknown())]);
    check(&stored(), &with(&config(), &changed), &planned, &[]).await;
}

#[tokio::test]
async fn replacement_is_asked_for_by_sorted_paths() {
    let open = ("note", Value::unknown());
    let moved = [("zone", Value::from("y")), ("region", "r".into())];
    let planned = with(&with(&stored(), &moved), std::slice::from_ref(&open));
    check(&stored(), &with(&config(), &moved), &planned, &["region", "zone"]).await;
    let unsure = [("zone", Value::unknown())];
    let planned = with(&with(&stored(), &unsure), std::slice::from_ref(&open));
    check(&stored(), &with(&config(), &unsure), &planned, &["zone"]).await;
    // Removing a value that replaces only if configured.
    let there = with(&stored(), &[("region", "r".into())]);
    check(&there, &config(), &with(&stored(), &[open]), &[]).await;
    // The second half of a replacement is a create.
    let planned = with(
        &with(&config(), &moved),
        &[
            ("color", "red".into()),
            ("id", Value::unknown()),
            ("note", Value::unknown()),
            ("sum", Value::unknown()),
        ],
    );
    check(&Value::Null, &with(&config(), &moved), &planned, &[]).await;
}

#[tokio::test]
async fn write_only_values_are_planned_as_null() {
    let hush = [("secret", Value::from("hush"))];
    check(&stored(), &with(&config(), &hush), &stored(), &[]).await;
    let unknown = [("secret", Value::unknown())];
    check(&stored(), &with(&config(), &unknown), &stored(), &[]).await;
}

#[tokio::test]
async fn nested_objects_follow_the_same_rules() {
    let open = ("note", Value::unknown());
    let configured = |path: &str| [("helper", helper(path, Value::Null))];
    let there = with(&stored(), &[("helper", helper("/a", "digest-1"))]);
    check(&there, &with(&config(), &configured("/a")), &there, &[]).await;
    let planned = with(&there, &[("helper", helper("/b", Value::unknown())), open.clone()]);
    check(&there, &with(&config(), &configured("/b")), &planned, &[]).await;
    check(&stored(), &with(&config(), &configured("/b")), &planned, &[]).await;
    check(&there, &config(), &with(&stored(), std::slice::from_ref(&open)), &[]).await;
    let unknown = [("helper", Value::unknown())];
    let planned = with(&with(&stored(), &unknown), &[open]);
    check(&there, &with(&config(), &unknown), &planned, &[]).await;
}

#[tokio::test]
async fn elements_of_sets_are_known_by_what_is_configured() {
    let open = ("note", Value::unknown());
    let there = with(&stored(), &[("members", set([member("a", 1), member("b", 2)]))]);
    let none = || Value::Null;
    let same = with(&config(), &[("members", set([member("b", none()), member("a", none())]))]);
    check(&there, &same, &there, &[]).await;
    let grown = [("members", set([member("c", none()), member("b", none()), member("a", none())]))];
    let members = set([member("a", 1), member("b", 2), member("c", Value::unknown())]);
    let planned = with(&there, &[("members", members), open]);
    check(&there, &with(&config(), &grown), &planned, &[]).await;
}

#[tokio::test]
async fn large_sets_are_planned_in_less_than_quadratic_time() {
    // Comparing each element with each would take 10^7 comparisons and more here.
    let members = |rank: fn(i64) -> Value, keys: std::ops::Range<i64>| {
        let members = keys.map(|at| member(&format!("k{at}"), rank(at)));
        [("members", set(members))]
    };
    let server = server(Script::default).await;
    let there = with(&stored(), &members(Value::from, 0..4_000));
    let request = PlanRequest {
        type_name: THING.to_owned(),
        prior: there.clone(),
        proposed: with(&there, &members(Value::from, 1..4_000)),
        config: with(&config(), &members(|_| Value::Null, 1..4_000)),
        identity: None,
        private: Vec::new(),
    };
    let answer = server.plan(request).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    assert_eq!(answer.planned.get("members"), Some(&members(Value::from, 1..4_000)[0].1));
}

#[tokio::test]
async fn blocks_stay_as_configured() {
    let there = with(&stored(), &[("port", Value::List(vec![port(80, "udp")]))]);
    let configured = |ports| with(&config(), &[("port", Value::List(ports))]);
    check(&there, &configured(vec![port(80, "udp")]), &there, &[]).await;
    let planned = with(
        &stored(),
        &[
            ("port", Value::List(vec![port(80, "tcp"), port(Value::unknown(), "udp")])),
            ("note", Value::unknown()),
        ],
    );
    let two = vec![port(80, Value::Null), port(Value::unknown(), "udp")];
    check(&there, &configured(two), &planned, &[]).await;
    // How many there are is open too.
    let unknown = [("port", Value::unknown())];
    let planned = with(&with(&stored(), &unknown), &[("note", Value::unknown())]);
    check(&there, &with(&config(), &unknown), &planned, &[]).await;
}

#[tokio::test]
async fn destroying_stays_destroying() {
    let server = server(|| Script { plan: |_, _| panic!("not asked"), ..Script::default() }).await;
    let request = PlanRequest {
        type_name: THING.to_owned(),
        prior: stored(),
        proposed: Value::Null,
        config: Value::Null,
        identity: None,
        private: b"private".to_vec(),
    };
    let answer = server.plan(request).await;
    assert!(answer.planned.is_null() && answer.diagnostics.is_empty());
    assert_eq!(answer.private, b"private");
}

#[tokio::test]
async fn the_author_has_the_last_word_on_computed_values() {
    let server = server(|| Script {
        plan: |plan, _| {
            assert_eq!(plan.prior().is_some(), plan.planned().id.is_known());
            let note = plan.config().name.clone().map(|name| format!("about {name}"));
            plan.planned_mut().note = note;
            plan.require_replace("zone");
            plan.require_replace(AttributePath::from("helper"));
            plan.require_replace("zone");
            assert_eq!(plan.private().get::<u8>("count"), Err(PrivateError::Foreign));
            plan.private_mut().set("count", &2).unwrap();
        },
        ..Script::default()
    })
    .await;
    let renamed = [("name", Value::from("b"))];
    let answer = plan(&server, &stored(), &with(&config(), &renamed)).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    let note = [("name", Value::from("b")), ("note", "about b".into())];
    assert_eq!(answer.planned, with(&stored(), &note));
    let paths: Vec<String> = answer.requires_replace.iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["helper", "zone"]);
    assert_eq!(answer.private, br#"{"count":2}"#);
    let created = plan(&server, &Value::Null, &config()).await;
    assert_eq!(created.requires_replace, []);
}

/// A plan by that author is refused with those headlines.
async fn refused(script: fn() -> Script, expected: &[&str]) {
    let answer = plan(&server(script).await, &stored(), &config()).await;
    assert_eq!(headlines(&answer.diagnostics), expected);
}

#[tokio::test]
async fn plans_that_terraform_would_refuse_are_errors_with_paths() {
    let invalid = "Provider made an invalid plan";
    refused(
        || Script {
            plan: |plan, _| {
                let planned = plan.planned_mut();
                planned.name = "other".into();
                planned.zone = tfplugin::model::Attr::Null;
                planned.region = "made up".into();
                planned.port = tfplugin::model::Attr::Unknown;
            },
            ..Script::default()
        },
        &[
            &format!("name: {invalid}"),
            &format!("region: {invalid}"),
            &format!("zone: {invalid}"),
            &format!("port: {invalid}"),
        ],
    )
    .await;
    refused(
        || Script { plan: |plan, _| plan.require_replace("nonsense"), ..Script::default() },
        &[": Provider fault"],
    )
    .await;
    refused(
        || Script { plan: |_, _| panic!("lost it"), ..Script::default() },
        &[": Provider fault"],
    )
    .await;
    refused(
        || Script {
            plan: |_, diags| diags.error("name", "No such name", "Choose another."),
            ..Script::default()
        },
        &["name: No such name"],
    )
    .await;
}

#[tokio::test]
async fn messages_quote_no_sensitive_value() {
    let server = server(|| Script {
        plan: |plan, _| plan.planned_mut().token = "hush".into(),
        ..Script::default()
    })
    .await;
    let answer = plan(&server, &stored(), &with(&config(), &[("token", "hushed".into())])).await;
    let detail = &answer.diagnostics.iter().next().unwrap().detail;
    assert!(detail.contains("`token`") && !detail.contains("hush"), "{detail}");
}

#[tokio::test]
async fn the_stored_spelling_may_stand_for_the_configured_one() {
    let server = server(|| Script {
        plan: |plan, _| {
            if let Some(prior) = plan.prior() {
                let name = prior.name.clone();
                plan.planned_mut().name = name;
            }
        },
        ..Script::default()
    })
    .await;
    let answer = plan(&server, &stored(), &with(&config(), &[("name", "A".into())])).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    assert_eq!(answer.planned.get("name"), Some(&"a".into()));
}

/// The states that the configuration of each attribute can be in, from the schema.
fn states() -> Vec<(String, Vec<Value>)> {
    let known = |name: &str| match name {
        "name" | "note" => "new".into(),
        "size" => 7.into(),
        "tags" => strings(["x", "y"]),
        "helper" => helper("/new", Value::Null),
        "members" => set([member("k", Value::Null)]),
        other => panic!("no value for {other}"),
    };
    let schema = schema();
    let configurable = schema.attributes().iter().filter(|(name, it)| {
        // Left out to keep the product small; each has its own cases above.
        let is_spared = ["color", "labels", "open", "zone", "region", "token", "secret"]
            .contains(&name.as_str());
        !is_spared && (it.is_required() || it.is_optional())
    });
    configurable
        .map(|(name, attribute)| {
            let mut states = vec![Value::unknown(), known(name)];
            if !attribute.is_required() {
                states.push(Value::Null);
            }
            (name.clone(), states)
        })
        .collect()
}

/// Every combination of null, unknown and known, with the same one when all is known.
fn combinations() -> Vec<(Value, Value)> {
    let mut combinations = vec![(thing(&[]), thing(&[]))];
    for (name, states) in states() {
        combinations = combinations
            .iter()
            .flat_map(|(config, later)| {
                states.iter().map(|state| {
                    let known = if state.is_unknown() { &states[1] } else { state };
                    let set = |object, value: &Value| with(object, &[(&name, value.clone())]);
                    (set(config, state), set(later, known))
                })
            })
            .collect();
    }
    combinations
}

#[tokio::test]
async fn every_combination_of_null_unknown_and_known_can_be_planned() {
    let server = server(Script::default).await;
    let schema = schema();
    let combinations = combinations();
    assert_eq!(combinations.len(), 2 * 3_usize.pow(5));
    for prior in [Value::Null, stored()] {
        for (config, later) in &combinations {
            let request = tfplugin::server::ValidateRequest {
                type_name: THING.to_owned(),
                config: config.clone(),
                write_only_allowed: true,
            };
            let diagnostics = server.validate_resource(request).await;
            assert_eq!(headlines(&diagnostics), [""; 0], "{config:?}");

            let first = plan(&server, &prior, config).await;
            assert_eq!(headlines(&first.diagnostics), [""; 0], "{config:?}");
            for (name, value) in config.as_object().unwrap() {
                let is_simple = !["helper", "members"].contains(&name.as_str());
                if is_simple && !value.is_null() {
                    assert_eq!(first.planned.get(name), Some(value), "{name} of {config:?}");
                }
            }
            // At apply everything is known, and what was known already must stay.
            let second = plan(&server, &prior, later).await;
            let breaches = check_result(schema.body(), &first.planned, &second.planned);
            assert_eq!(breaches, [], "{config:?}");
            let replaces = |path| first.requires_replace.contains(path);
            assert!(second.requires_replace.iter().all(replaces), "{config:?}");
        }
    }
}
