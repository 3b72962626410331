//! Table: configuration + stored object → planned object.

use tfplugin::path::AttributePath;
use tfplugin::private::PrivateError;
use tfplugin::server::PlanRequest;
use tfplugin::testing::{Object, Planned, Session};
use tfplugin::value::{Number, Refinements, Unknown, Value};

use crate::scripted::{Scripted, detail, headlines, replaces, set};
use crate::volume::{
    Client, DEFAULT, VOLUME, VolumeScript, helper, member, port, server, strings, volume, volumes,
    with,
};

async fn session(script: VolumeScript) -> Session<Scripted<Client>> {
    let session = Session::open(volumes(script)).await;
    assert!(session.configure([]).await.is_empty());
    session
}

async fn plan(script: VolumeScript, prior: &Value, config: &Value) -> Planned {
    session(script).await.plan(VOLUME, &Object::of(prior.clone()), config).await
}

/// Plans `config` over `prior` and expects that object and those paths.
async fn check(prior: &Value, config: &Value, planned: &Value, expected: &[&str]) {
    let answer = plan(DEFAULT, prior, config).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    assert_eq!(&answer.state, planned);
    assert_eq!(replaces(&answer), expected);
}

/// A configuration.
fn config() -> Value {
    volume(&[("name", "a".into()), ("size", 1.into()), ("zone", "z".into())])
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
async fn plan_of_a_create_leaves_computed_values_unknown() {
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
async fn plan_without_a_difference_is_empty() {
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
async fn plan_of_an_update_makes_computed_values_unknown_unless_a_modifier_keeps_them() {
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
async fn plan_keeps_configured_values() {
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
async fn refined_unknown_values_are_planned_as_unknown() {
    let refinements = Refinements { null: Some(false), ..Refinements::default() };
    let refined = Value::Unknown(Unknown::refined(refinements));
    let changed = [("name", refined)];
    let planned = with(&with(&stored(), &changed), &[("note", Value::unknown())]);
    check(&stored(), &with(&config(), &changed), &planned, &[]).await;
}

#[tokio::test]
async fn replacement_is_requested_by_sorted_paths() {
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
async fn nested_objects_are_planned_by_the_same_rules() {
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
async fn elements_of_sets_are_matched_by_their_configured_attributes() {
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
async fn blocks_are_planned_as_configured() {
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

fn request(prior: Value, proposed: Value, config: Value) -> PlanRequest {
    let type_name = VOLUME.to_owned();
    PlanRequest { type_name, prior, proposed, config, identity: None, private: b"private".to_vec() }
}

#[tokio::test]
async fn plan_of_a_destroy_keeps_private_data_and_calls_no_author() {
    let script = VolumeScript { plan: |_, _| panic!("it is called"), ..DEFAULT };
    let request = request(stored(), Value::Null, Value::Null);
    let answer = server(script).await.plan(request).await;
    assert!(answer.planned.is_null() && answer.diagnostics.is_empty());
    assert_eq!(answer.private, b"private");
}

#[tokio::test]
async fn author_of_a_plan_sets_computed_values_replacement_and_private_data() {
    let server = server(VolumeScript {
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
        ..DEFAULT
    })
    .await;
    let renamed = [("name", Value::from("b"))];
    let config = with(&config(), &renamed);
    let answer = server.plan(request(stored(), with(&stored(), &renamed), config.clone())).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    let note = [("name", Value::from("b")), ("note", "about b".into())];
    assert_eq!(answer.planned, with(&stored(), &note));
    let paths: Vec<String> = answer.requires_replace.iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["helper", "zone"]);
    assert_eq!(answer.private, br#"{"count":2}"#);
    let created = server.plan(request(Value::Null, config.clone(), config)).await;
    assert_eq!(created.requires_replace, []);
}

/// A plan by that author is refused with those headlines.
async fn refused(script: VolumeScript, expected: &[&str]) {
    let answer = plan(script, &stored(), &config()).await;
    assert_eq!(headlines(&answer.diagnostics), expected);
}

#[tokio::test]
async fn plan_that_terraform_would_refuse_is_an_error_at_the_attribute() {
    let invalid = "Provider made an invalid plan";
    refused(
        VolumeScript {
            plan: |plan, _| {
                let planned = plan.planned_mut();
                planned.name = "other".into();
                planned.zone = tfplugin::model::Attr::Null;
                planned.region = "made up".into();
                planned.port = tfplugin::model::Attr::Unknown;
            },
            ..DEFAULT
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
        VolumeScript { plan: |plan, _| plan.require_replace("nonsense"), ..DEFAULT },
        &[": Provider fault"],
    )
    .await;
    refused(VolumeScript { plan: |_, _| panic!("lost it"), ..DEFAULT }, &[": Provider fault"])
        .await;
    refused(
        VolumeScript {
            plan: |_, diags| diags.error("name", "No such name", "Choose another."),
            ..DEFAULT
        },
        &["name: No such name"],
    )
    .await;
}

#[tokio::test]
async fn diagnostic_about_a_sensitive_value_does_not_quote_it() {
    let script =
        VolumeScript { plan: |plan, _| plan.planned_mut().token = "hush".into(), ..DEFAULT };
    let answer = plan(script, &stored(), &with(&config(), &[("token", "hushed".into())])).await;
    let detail = detail(&answer.diagnostics);
    assert!(detail.contains("`token`") && !detail.contains("hush"), "{detail}");
}

#[tokio::test]
async fn author_may_plan_the_stored_spelling_for_the_configured_one() {
    let script = VolumeScript {
        plan: |plan, _| {
            if let Some(prior) = plan.prior() {
                let name = prior.name.clone();
                plan.planned_mut().name = name;
            }
        },
        ..DEFAULT
    };
    let answer = plan(script, &stored(), &with(&config(), &[("name", "A".into())])).await;
    assert_eq!(headlines(&answer.diagnostics), [""; 0]);
    assert_eq!(answer.state.get("name"), Some(&"a".into()));
}

/// Every combination of null, unknown and known, with the same one when all is known.
fn combinations() -> Vec<(Value, Value)> {
    // The others have their own cases above, and would make the product large.
    let attributes: [(&str, Value); 6] = [
        ("name", "new".into()),
        ("note", "new".into()),
        ("size", 7.into()),
        ("tags", strings(["x", "y"])),
        ("helper", helper("/new", Value::Null)),
        ("members", set([member("k", Value::Null)])),
    ];
    let mut combinations = vec![(volume(&[]), volume(&[]))];
    for (name, known) in attributes {
        let mut states = vec![Value::unknown(), known.clone()];
        if name != "name" {
            states.push(Value::Null);
        }
        let set = |object: &Value, value: &Value| with(object, &[(name, value.clone())]);
        let each = |(config, later): (Value, Value)| {
            let known =
                |state: &Value| if state.is_unknown() { known.clone() } else { state.clone() };
            let both = states.iter().map(|it| (set(&config, it), set(&later, &known(it))));
            both.collect::<Vec<_>>()
        };
        combinations = combinations.into_iter().flat_map(each).collect();
    }
    combinations
}

#[tokio::test]
async fn plan_at_apply_keeps_what_was_planned_with_unknown_values() {
    let session = session(DEFAULT).await;
    let combinations = combinations();
    assert_eq!(combinations.len(), 2 * 3_usize.pow(5));
    for prior in [Object::none(), Object::of(stored())] {
        for (config, later) in &combinations {
            let first = session.plan(VOLUME, &prior, config).await;
            assert_eq!(headlines(&first.diagnostics), [""; 0], "{config:?}");
            // Panics if a known value, or what is to be replaced, differs from the first plan.
            let second = session.plan_again(&first, later).await;
            assert_eq!(headlines(&second.diagnostics), [""; 0], "{config:?}");
        }
    }
}
