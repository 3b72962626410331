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
async fn operations_that_go_well_store_their_object() {
    check(DEFAULT, [NULL, &planned()], &stored(), &[]).await;
    let renamed = with(&stored(), &[("name", "b".into()), ("note", Value::unknown())]);
    let expected = with(&renamed, &[("note", "noted".into())]);
    check(DEFAULT, [&stored(), &renamed], &expected, &[]).await;
    check(DEFAULT, [&stored(), NULL], NULL, &[]).await;
}

#[tokio::test]
async fn a_failed_create_keeps_what_exists() {
    let down = ": API is down";
    check(
        VolumeScript { create: |_, _| Created::failed(broken()), ..DEFAULT },
        [NULL, &planned()],
        NULL,
        &[down],
    )
    .await;
    check(
        VolumeScript {
            create: |mut planned, _| {
                planned.id = "id-1".into();
                Created::Failed { partial: Some(planned), error: broken() }
            },
            ..DEFAULT
        },
        [NULL, &planned()],
        &id_only(),
        &[down],
    )
    .await;
    // Recorded as soon as it was known; the failure itself names nothing.
    check(
        VolumeScript {
            create: |mut planned, cx| {
                planned.id = "id-1".into();
                cx.record(planned);
                Created::failed(broken())
            },
            ..DEFAULT
        },
        [NULL, &planned()],
        &id_only(),
        &[down],
    )
    .await;
}

#[tokio::test]
async fn a_failed_update_keeps_the_stored_object_unless_it_says_more() {
    let renamed = &with(&stored(), &[("name", "b".into()), ("note", Value::unknown())]);
    check(
        VolumeScript { update: |_, _, _| Updated::failed(broken()), ..DEFAULT },
        [&stored(), renamed],
        &stored(),
        &[": API is down"],
    )
    .await;
    check(
        VolumeScript {
            update: |prior, planned, _| {
                let mixed = VolumeModel { name: planned.name, ..prior };
                Updated::Failed { state: Some(mixed), error: broken() }
            },
            ..DEFAULT
        },
        [&stored(), renamed],
        &with(&stored(), &[("name", "b".into())]),
        &[": API is down"],
    )
    .await;
}

#[tokio::test]
async fn a_failed_delete_keeps_the_object() {
    check(
        VolumeScript { delete: |_, _| Deleted::Failed(broken()), ..DEFAULT },
        [&stored(), NULL],
        &stored(),
        &[": API is down"],
    )
    .await;
}

#[tokio::test]
async fn create_that_panics_keeps_the_object_that_it_recorded() {
    let script = VolumeScript {
        create: |mut planned, cx| {
            planned.id = "id-1".into();
            cx.record(planned);
            panic!("the create panics")
        },
        ..DEFAULT
    };
    check(script, [NULL, &planned()], &id_only(), &[": Provider fault"]).await;
}

/// What an honest create answers, changed by each case.
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
async fn results_that_terraform_would_refuse_are_errors_and_stored_all_the_same() {
    let differs = "Result differs from the plan";
    let name = format!("name: {differs}");
    let changed = |named: &[(&str, Value)]| with(&stored(), named);
    let created = [NULL, &planned()];

    let state = changed(&[("name", "A".into())]);
    check(create!(state => state.name = "A".into()), created, &state, &[&name]).await;
    let state = changed(&[("name", Value::Null)]);
    check(create!(state => state.name = Attr::Null), created, &state, &[&name]).await;
    // The old complaint: the API answers "" where nothing was configured.
    let state = changed(&[("zone", "".into())]);
    let zone = format!("zone: {differs}");
    check(create!(state => state.zone = "".into()), created, &state, &[&zone]).await;
    let state = changed(&[("helper", helper("/b", "digest-1"))]);
    let path = format!("helper.path: {differs}");
    let script = create!(state => state.helper = state.helper.map(|mut helper| {
        helper.path = "/b".into();
        helper
    }));
    check(script, created, &state, &[&path]).await;
    let state = changed(&[("tags", strings(["s", "u"]))]);
    let tags = format!("tags: {differs}");
    let script = create!(state => state.tags = Attr::Known(vec!["s".into(), "u".into()]));
    check(script, created, &state, &[&tags]).await;
    let state = changed(&[("members", set([member("x", 1), member("z", 1)]))]);
    let members = format!("members: {differs}");
    let script = create!(state => state.members = state.members.map(|mut members| {
        members.sort_by_key(|it| it.as_known().and_then(|it| it.key.as_str().map(str::to_owned)));
        members[1] = members[1].clone().map(|mut it| {
            it.key = "z".into();
            it
        });
        members
    }));
    check(script, created, &state, &[&members]).await;
}

#[tokio::test]
async fn a_result_may_reorder_sets_and_round_nothing() {
    let script = create!(state => state.tags = Attr::Known(vec!["t".into(), "s".into()]));
    check(script, [NULL, &planned()], &stored(), &[]).await;
}

#[tokio::test]
async fn what_stays_unknown_is_an_error_that_names_it() {
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
async fn write_only_values_are_in_the_configuration_and_not_in_the_state() {
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
async fn warnings_and_private_notes_come_through() {
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
async fn nothing_is_applied_before_configuration() {
    let answer = apply(&unconfigured(), &stored(), NULL).await;
    assert_eq!(headlines(&answer.diagnostics), [": Provider is not configured"]);
    assert_eq!(answer.state, stored());
}

#[tokio::test]
async fn stop_reaches_operations_and_ends_with_the_next_configuration() {
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
