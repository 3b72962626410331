//! The life of a host: with an identity and private bytes, by way of every method that
//! concerns state.

use bytes::Bytes;
use tfplugin::ty::Type;
use tfplugin::value::{Value, msgpack};

use super::{Form, Seed, encoded, packed, raw, seed, text};
use crate::generated::tfplugin6::{self as wire, ResourceIdentityData};

const HOST: &str = "sample_host";

/// Written out, as [`crate::thing::ty`].
fn ty() -> Type {
    let login = Type::object([
        ("user", Type::String),
        ("password_wo", Type::String),
        ("password_wo_version", Type::Number),
    ]);
    Type::object([
        ("id", Type::String),
        ("region", Type::String),
        ("name", Type::String),
        ("policy", Type::String),
        ("login", login),
        ("password_chars", Type::Number),
        ("time_left", Type::Number),
        ("timeouts", Type::object([("create", Type::String), ("delete", Type::String)])),
    ])
}

fn identity_ty() -> Type {
    Type::object([("name", Type::String), ("region", Type::String)])
}

fn host(id: Value, policy: &str, password: Value, count: Value, seconds: Value) -> Value {
    let login = [
        ("user", "root".into()),
        ("password_wo", password),
        ("password_wo_version", Value::from(1)),
    ];
    let timeouts = [("create", Value::from("9s")), ("delete", Value::Null)];
    Value::object([
        ("id", id),
        ("region", "eu".into()),
        ("name", "web".into()),
        ("policy", policy.into()),
        ("login", Value::object(login)),
        ("password_chars", count),
        ("time_left", seconds),
        ("timeouts", Value::object(timeouts)),
    ])
}

fn stored() -> Value {
    host("eu/web".into(), "[1]", Value::Null, 6.into(), 9.into())
}

fn configured(policy: &str) -> Value {
    host(Value::Null, policy, "secret".into(), Value::Null, Value::Null)
}

/// What is planned, of which only an update knows the id.
fn planned(id: Value, policy: &str) -> Value {
    host(id, policy, Value::Null, Value::unknown(), Value::unknown())
}

fn packed_host(host: &Value) -> Bytes {
    encoded(Form::MessagePack, host, &ty())
}

fn web() -> Value {
    Value::object([("name", Value::from("web")), ("region", Value::from("eu"))])
}

fn packed_web() -> Bytes {
    encoded(Form::MessagePack, &web(), &identity_ty())
}

const fn notes() -> Bytes {
    Bytes::from_static(br#"{"makes":1}"#)
}

fn identity(bytes: Bytes) -> Option<ResourceIdentityData> {
    Some(ResourceIdentityData { identity_data: packed(bytes) })
}

#[track_caller]
fn decode(value: Option<wire::DynamicValue>) -> Value {
    msgpack::decode(&value.expect("an object").msgpack, &ty()).expect("a host")
}

#[track_caller]
fn decode_identity(identity: Option<ResourceIdentityData>) -> Value {
    let data = identity.and_then(|it| it.identity_data).expect("an identity");
    msgpack::decode(&data.msgpack, &identity_ty()).expect("the identity of a host")
}

#[track_caller]
fn assert_noted(private: &[u8], key: &str) {
    let notes: serde_json::Value = serde_json::from_slice(private).expect("notes");
    assert!(!notes[key].is_null(), "{key}: {notes}");
}

pub(super) fn seeds() -> Vec<Seed> {
    let mut seeds = vec![read(), import(), import_by_identity(), moved(), upgrade(), upgraded()];
    seeds.extend(plans());
    seeds.extend(applies());
    seeds
}

fn read() -> Seed {
    seed(
        "ReadResource",
        [packed_host(&stored()), notes(), packed_web()],
        |[state, private, known]| wire::read_resource::Request {
            type_name: HOST.to_owned(),
            current_state: packed(state),
            private,
            current_identity: identity(known),
            ..Default::default()
        },
        &["read"],
        |answer: wire::read_resource::Response| {
            assert_eq!(decode(answer.new_state).get("id"), Some(&"eu/web".into()));
            assert_eq!(decode_identity(answer.new_identity), web());
            assert_noted(&answer.private, "makes");
            assert_noted(&answer.private, "reads");
            answer.diagnostics
        },
    )
}

/// Create, update, delete.
fn plans() -> impl Iterator<Item = Seed> {
    let proposed = host("eu/web".into(), "[2]", "secret".into(), 6.into(), 9.into());
    let created =
        (Value::Null, configured("[1]"), configured("[1]"), planned(Value::unknown(), "[1]"));
    let updated = (stored(), proposed, configured("[2]"), planned("eu/web".into(), "[2]"));
    let deleted = (stored(), Value::Null, Value::Null, Value::Null);
    [created, updated, deleted].into_iter().map(|(prior, proposed, config, planned)| {
        let [prior, proposed, config] = [&prior, &proposed, &config].map(packed_host);
        seed(
            "PlanResourceChange",
            [prior, proposed, config, notes(), packed_web()],
            |[prior, proposed, config, private, known]| wire::plan_resource_change::Request {
                type_name: HOST.to_owned(),
                prior_state: packed(prior),
                proposed_new_state: packed(proposed),
                config: packed(config),
                prior_private: private,
                prior_identity: identity(known),
                ..Default::default()
            },
            &[],
            move |answer: wire::plan_resource_change::Response| {
                assert_eq!(decode(answer.planned_state), planned);
                assert_eq!(decode_identity(answer.planned_identity), web());
                assert_noted(&answer.planned_private, "makes");
                assert!(answer.requires_replace.is_empty());
                answer.diagnostics
            },
        )
    })
}

/// Create, update, delete.
fn applies() -> impl Iterator<Item = Seed> {
    let created = (Value::Null, planned(Value::unknown(), "[1]"), configured("[1]"), &["create"]);
    let updated = (stored(), planned("eu/web".into(), "[2]"), configured("[2]"), &["update"]);
    let deleted = (stored(), Value::Null, Value::Null, &["delete"]);
    [created, updated, deleted].into_iter().map(|(prior, planned, config, reaches)| {
        let is_deleted = planned.is_null();
        let [prior, planned, config] = [&prior, &planned, &config].map(packed_host);
        seed(
            "ApplyResourceChange",
            [prior, planned, config, notes(), packed_web()],
            |[prior, planned, config, private, known]| wire::apply_resource_change::Request {
                type_name: HOST.to_owned(),
                prior_state: packed(prior),
                planned_state: packed(planned),
                config: packed(config),
                planned_private: private,
                planned_identity: identity(known),
                ..Default::default()
            },
            reaches,
            move |answer: wire::apply_resource_change::Response| {
                let state = decode(answer.new_state);
                if is_deleted {
                    assert!(state.is_null() && answer.new_identity.is_none());
                } else {
                    // It has seen the write-only value.
                    assert_eq!(state.get("password_chars"), Some(&6.into()));
                    assert_eq!(decode_identity(answer.new_identity), web());
                }
                assert_noted(&answer.private, "makes");
                answer.diagnostics
            },
        )
    })
}

fn import() -> Seed {
    seed(
        "ImportResourceState",
        ["eu/web".into()],
        |[id]| wire::import_resource_state::Request {
            type_name: HOST.to_owned(),
            id: text(&id),
            ..Default::default()
        },
        &["import"],
        assert_imported,
    )
}

fn import_by_identity() -> Seed {
    seed(
        "ImportResourceState",
        [packed_web()],
        |[asked]| wire::import_resource_state::Request {
            type_name: HOST.to_owned(),
            identity: identity(asked),
            ..Default::default()
        },
        &["import_by_identity"],
        assert_imported,
    )
}

fn assert_imported(mut answer: wire::import_resource_state::Response) -> Vec<wire::Diagnostic> {
    let imported = answer.imported_resources.pop().expect("an object");
    assert_eq!(decode(imported.state).get("id"), Some(&"eu/web".into()));
    assert_eq!(decode_identity(imported.identity), web());
    answer.diagnostics
}

fn moved() -> Seed {
    seed(
        "MoveResourceState",
        [
            "registry.terraform.io/aibridge-rs/sample".into(),
            "sample_thing".into(),
            r#"{"id":"thing-web","name":"web","parts":[]}"#.into(),
            r#"{"zone":"b"}"#.into(),
            r#"{"name":"web"}"#.into(),
        ],
        |[provider, type_name, state, private, identity]| wire::move_resource_state::Request {
            source_provider_address: text(&provider),
            source_type_name: text(&type_name),
            source_schema_version: 1,
            source_state: raw(state),
            target_type_name: HOST.to_owned(),
            source_private: private,
            source_identity: raw(identity),
            source_identity_schema_version: 0,
        },
        &["move_from"],
        |answer: wire::move_resource_state::Response| {
            assert_eq!(decode(answer.target_state).get("id"), Some(&"eu/web".into()));
            assert_eq!(decode_identity(answer.target_identity), web());
            assert_noted(&answer.target_private, "moved_from");
            answer.diagnostics
        },
    )
}

fn upgrade() -> Seed {
    seed(
        "UpgradeResourceState",
        [r#"{"id":"eu/web","title":"web","zone":"eu-1","gone":[1,{}]}"#.into()],
        |[state]| wire::upgrade_resource_state::Request {
            type_name: HOST.to_owned(),
            version: 0,
            raw_state: raw(state),
        },
        &["upgrade"],
        |answer: wire::upgrade_resource_state::Response| {
            let state = decode(answer.upgraded_state);
            let told = ["name", "region"].map(|name| state.get(name));
            assert_eq!(told, [Some(&"web".into()), Some(&"eu".into())]);
            answer.diagnostics
        },
    )
}

fn upgraded() -> Seed {
    seed(
        "UpgradeResourceIdentity",
        [r#"{"title":"web","region":"eu"}"#.into()],
        |[identity]| wire::upgrade_resource_identity::Request {
            type_name: HOST.to_owned(),
            version: 0,
            raw_identity: raw(identity),
        },
        &["upgrade_identity"],
        |answer: wire::upgrade_resource_identity::Response| {
            assert_eq!(decode_identity(answer.upgraded_identity), web());
            answer.diagnostics
        },
    )
}
