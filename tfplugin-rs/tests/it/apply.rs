//! Table: planned object + author's answer → new state and diagnostics.

use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::resource::{Created, Deleted, Updated};
use tfplugin::server::{ApplyAnswer, ApplyRequest, Server};
use tfplugin::value::Value;

use crate::scripted::{Scripted, headlines, set};
use crate::volume::{
    Client, DEFAULT, VOLUME, VolumeModel, VolumeScript, complete, helper, member, server, strings,
    unconfigured, volume, with,
};

/// What the plan noted.
const PRIVATE: &[u8] = br#"{"step":"planned"}"#;

async fn apply(server: &Server<Scripted<Client>>, prior: &Value, planned: &Value) -> ApplyAnswer {
    let config = with(&volume(&[("name", "a".into())]), &[("secret", "hush".into())]);
    let request = ApplyRequest {
        type_name: VOLUME.to_owned(),
        prior: prior.clone(),
        planned: planned.clone(),
        config: if planned.is_null() { Value::Null } else { config },
        identity: None,
        private: PRIVATE.to_vec(),
    };
    server.apply(request).await
}

/// Applies and expects that state and those headlines.
async fn check(
    script: VolumeScript,
    [prior, planned]: [&Value; 2],
    state: &Value,
    expected: &[&str],
) {
    let answer = apply(&server(script).await, prior, planned).await;
    assert_eq!(headlines(&answer.diagnostics), expected);
    assert_eq!(&answer.state, state);
    assert_eq!(answer.private, PRIVATE);
}

/// The plan of a create.
fn planned() -> Value {
    volume(&[
        ("name", "a".into()),
        ("color", "red".into()),
        ("id", Value::unknown()),
        ("note", Value::unknown()),
        ("sum", Value::unknown()),
        ("helper", helper("/a", Value::unknown())),
        ("members", set([member("x", Value::unknown()), member("y", Value::unknown())])),
        ("tags", strings(["s", "t"])),
    ])
}

/// What is stored once it is applied.
fn stored() -> Value {
    with(
        &planned(),
        &[
            ("id", "id-1".into()),
            ("note", "noted".into()),
            ("sum", "sum-1".into()),
            ("helper", helper("/a", "digest-1")),
            ("members", set([member("x", 1), member("y", 1)])),
        ],
    )
}

/// What exists if only the id is known.
fn id_only() -> Value {
    with(
        &stored(),
        &[
            ("note", Value::Null),
            ("sum", Value::Null),
            ("helper", helper("/a", Value::Null)),
            ("members", set([member("x", Value::Null), member("y", Value::Null)])),
        ],
    )
}

fn broken() -> Diagnostic {
    Diagnostic::error("API is down", "Try again later.")
}

const NULL: &Value = &Value::Null;

#[tokio::test]
async fn successful_operation_stores_its_object() {
    check(DEFAULT, [NULL, &planned()], &stored(), &[]).await;
    let renamed = with(&stored(), &[("name", "b".into()), ("note", Value::unknown())]);
    let expected = with(&renamed, &[("note", "noted".into())]);
    check(DEFAULT, [&stored(), &renamed], &expected, &[]).await;
    check(DEFAULT, [&stored(), NULL], NULL, &[]).await;
}

#[tokio::test]
async fn failed_operation_keeps_the_object_as_far_as_it_is_known() {
    let renamed = with(&stored(), &[("name", "b".into()), ("note", Value::unknown())]);
    let create = |create| VolumeScript { create, ..DEFAULT };
    let update = |update| VolumeScript { update, ..DEFAULT };
    let delete = VolumeScript { delete: |_, _| Deleted::Failed(broken()), ..DEFAULT };
    let partial = create(|mut planned, _| {
        planned.id = "id-1".into();
        Created::Failed { partial: Some(planned), error: broken() }
    });
    // Recorded as soon as it is known; the failure itself has no object.
    let recorded = create(|mut planned, cx| {
        planned.id = "id-1".into();
        cx.record(planned);
        Created::failed(broken())
    });
    let mixed = update(|prior, planned, _| {
        let mixed = VolumeModel { name: planned.name, ..prior };
        Updated::Failed { state: Some(mixed), error: broken() }
    });
    let named = with(&stored(), &[("name", "b".into())]);
    for (script, prior, planned, state) in [
        (create(|_, _| Created::failed(broken())), NULL, &planned(), NULL),
        (partial, NULL, &planned(), &id_only()),
        (recorded, NULL, &planned(), &id_only()),
        (update(|_, _, _| Updated::failed(broken())), &stored(), &renamed, &stored()),
        (mixed, &stored(), &renamed, &named),
        (delete, &stored(), NULL, &stored()),
    ] {
        check(script, [prior, planned], state, &[": API is down"]).await;
    }
    let panicking = create(|mut planned, cx| {
        planned.id = "id-1".into();
        cx.record(planned);
        panic!("the create panics")
    });
    check(panicking, [NULL, &planned()], &id_only(), &[": Provider fault"]).await;
}

/// The result of a create as planned, with a change.
macro_rules! create {
    ($state:ident => $change:expr) => {
        VolumeScript {
            create: |planned, _| {
                let mut $state = complete(planned);
                $change;
                Created::Created($state)
            },
            ..DEFAULT
        }
    };
}

#[tokio::test]
async fn result_that_terraform_would_refuse_is_an_error_and_stored_all_the_same() {
    let in_helper = create!(state => state.helper = state.helper.map(|mut helper| {
        helper.path = "/b".into();
        helper
    }));
    let in_members = create!(state => state.members = state.members.map(|mut members| {
        members.sort_by_key(|it| it.as_known().and_then(|it| it.key.as_str().map(str::to_owned)));
        members[1] = members[1].clone().map(|mut it| {
            it.key = "z".into();
            it
        });
        members
    }));
    let in_tags = create!(state => state.tags = Attr::Known(vec!["s".into(), "u".into()]));
    for (script, changed, path) in [
        (create!(state => state.name = "A".into()), ("name", "A".into()), "name"),
        (create!(state => state.name = Attr::Null), ("name", Value::Null), "name"),
        // A common fault: the API answers "" where nothing was configured.
        (create!(state => state.zone = "".into()), ("zone", "".into()), "zone"),
        (in_helper, ("helper", helper("/b", "digest-1")), "helper.path"),
        (in_tags, ("tags", strings(["s", "u"])), "tags"),
        (in_members, ("members", set([member("x", 1), member("z", 1)])), "members"),
    ] {
        let headline = format!("{path}: Result differs from the plan");
        check(script, [NULL, &planned()], &with(&stored(), &[changed]), &[&headline]).await;
    }
}

#[tokio::test]
async fn result_may_have_a_set_in_another_order() {
    let script = create!(state => state.tags = Attr::Known(vec!["t".into(), "s".into()]));
    check(script, [NULL, &planned()], &stored(), &[]).await;
}

#[tokio::test]
async fn result_with_an_unknown_value_is_refused_at_the_attribute() {
    let open = "Provider left a value unknown";
    check(
        VolumeScript { create: |planned, _| Created::Created(planned), ..DEFAULT },
        [NULL, &planned()],
        &with(&id_only(), &[("id", Value::Null)]),
        &[&format!("helper.digest: {open}")],
    )
    .await;
}

#[tokio::test]
async fn operation_reads_write_only_values_from_the_configuration_and_stores_none() {
    let script = VolumeScript {
        create: |planned, cx| {
            assert!(planned.secret.is_null());
            let config: VolumeModel = cx.config().unwrap();
            let mut state = complete(planned);
            // An author who copies it gets it nulled.
            state.secret = config.secret.clone();
            state.sum = config.secret.map(|it| format!("{}", it.len()));
            Created::Created(state)
        },
        ..DEFAULT
    };
    check(script, [NULL, &planned()], &with(&stored(), &[("sum", "4".into())]), &[]).await;
}

#[tokio::test]
async fn operation_returns_warnings_and_private_data() {
    let script = VolumeScript {
        create: |planned, cx| {
            assert_eq!(cx.private("step"), Ok(Some("planned".to_owned())));
            assert_eq!(cx.client().url, "https://example.com");
            cx.remove_private("step");
            cx.set_private("made", &[1, 2]).unwrap();
            cx.warn("name", "Name is old", "Choose a newer one.");
            Created::Created(complete(planned))
        },
        ..DEFAULT
    };
    let answer = apply(&server(script).await, NULL, &planned()).await;
    assert_eq!(headlines(&answer.diagnostics), ["name: Name is old"]);
    assert!(!answer.diagnostics.has_errors());
    assert_eq!((answer.state, answer.private), (stored(), br#"{"made":[1,2]}"#.to_vec()));
}

#[tokio::test]
async fn apply_before_the_provider_is_configured_is_refused() {
    let answer = apply(&unconfigured(), &stored(), NULL).await;
    assert_eq!(headlines(&answer.diagnostics), [": Provider is not configured"]);
    assert_eq!(answer.state, stored());
}

#[tokio::test]
async fn stop_is_seen_by_operations_until_the_next_configuration() {
    let script = VolumeScript {
        create: |planned, cx| {
            let mut state = complete(planned);
            state.note = if cx.stop().is_requested() { "stopped" } else { "whole" }.into();
            Created::Created(state)
        },
        ..DEFAULT
    };
    let server = server(script).await;
    let note = |answer: ApplyAnswer| answer.state.get("note").cloned();
    assert_eq!(note(apply(&server, NULL, &planned()).await), Some("whole".into()));
    server.stop();
    assert_eq!(note(apply(&server, NULL, &planned()).await), Some("stopped".into()));
    let config = Value::object([("url", Value::Null)]);
    assert!(server.configure(config).await.is_empty());
    assert_eq!(note(apply(&server, NULL, &planned()).await), Some("whole".into()));
}
