//! Requests about the resource with an identity, in the order of a life.

use bytes::Bytes;
use tfplugin::value::{Value, msgpack};

use crate::everything::THING;
use crate::everything::named::{NAMED, identity_schema, schema};
use crate::generated::tfplugin6::{self as wire, ResourceIdentityData};
use crate::seeds::{Seed, packed, raw, seed};

fn object(last: impl Into<Value>, policy: &str) -> Value {
    let parts = [
        ("flag", true.into()),
        ("last", last.into()),
        ("name", "a".into()),
        ("number", 7.into()),
        ("policy", policy.into()),
        ("tags", Value::List(vec!["x".into()])),
    ];
    Value::object(parts)
}

fn identity() -> Value {
    let parts = [
        ("flag", true.into()),
        ("name", "a".into()),
        ("number", 7.into()),
        ("tags", Value::List(vec!["x".into()])),
    ];
    Value::object(parts)
}

fn encoded(object: &Value) -> Bytes {
    msgpack::encode(object, schema().ty()).unwrap().into()
}

fn encoded_identity() -> Bytes {
    msgpack::encode(&identity(), identity_schema().ty()).unwrap().into()
}

fn wrapped(identity: Bytes) -> Option<ResourceIdentityData> {
    Some(ResourceIdentityData { identity_data: packed(identity) })
}

const fn notes() -> Bytes {
    Bytes::from_static(br#"{"made":true}"#)
}

#[track_caller]
fn decode(value: Option<wire::DynamicValue>) -> Value {
    msgpack::decode(&value.expect("an object").msgpack, schema().ty()).unwrap()
}

#[track_caller]
fn assert_identified(wrapped: Option<ResourceIdentityData>) {
    let data = wrapped.and_then(|it| it.identity_data).expect("an identity");
    assert_eq!(msgpack::decode(&data.msgpack, identity_schema().ty()), Ok(identity()));
}

pub(super) fn seeds() -> [(&'static str, Seed); 11] {
    let null = || Value::Null;
    let stored = || object("create", "[1]");
    [
        (
            "PlanResourceChange-create",
            plan([null(), object(null(), "[1]"), object(null(), "[1]")], Some("[1]")),
        ),
        (
            "PlanResourceChange-update",
            plan([stored(), object("create", "[2]"), object(null(), "[2]")], Some("[2]")),
        ),
        (
            // Nothing but the spelling is new, so nothing is.
            "PlanResourceChange-respelled",
            plan([stored(), object("create", "[ 1 ]"), object(null(), "[ 1 ]")], Some("[1]")),
        ),
        ("PlanResourceChange-delete", plan([stored(), null(), null()], None)),
        (
            "ApplyResourceChange-create",
            apply(
                [null(), object(Value::unknown(), "[1]"), object(null(), "[1]")],
                Some("create"),
                "made",
            ),
        ),
        (
            "ApplyResourceChange-update",
            apply(
                [stored(), object(Value::unknown(), "[2]"), object(null(), "[2]")],
                Some("update"),
                "made",
            ),
        ),
        ("ApplyResourceChange-delete", apply([stored(), null(), null()], None, "gone")),
        ("ReadResource-identity", read()),
        ("ImportResourceState-identity", import_by_identity()),
        ("MoveResourceState", moved()),
        ("UpgradeResourceIdentity", upgrade_identity()),
    ]
}

/// Stored, proposed and configured object.
fn plan(objects: [Value; 3], policy: Option<&'static str>) -> Seed {
    let [prior, proposed, config] = objects.each_ref().map(encoded);
    seed(
        "PlanResourceChange",
        [prior, proposed, config, notes(), encoded_identity()],
        |[prior, proposed, config, private, identity]| wire::plan_resource_change::Request {
            type_name: NAMED.to_owned(),
            prior_state: packed(prior),
            proposed_new_state: packed(proposed),
            config: packed(config),
            prior_private: private,
            prior_identity: wrapped(identity),
            ..Default::default()
        },
        &[],
        move |answer: wire::plan_resource_change::Response| {
            let planned = decode(answer.planned_state);
            assert_eq!(planned.get("policy"), policy.map(Value::from).as_ref());
            assert_identified(answer.planned_identity);
            answer.diagnostics
        },
    )
}

/// Stored, planned and configured object; the operation that it comes to, and what that notes.
fn apply(objects: [Value; 3], last: Option<&'static str>, note: &'static str) -> Seed {
    let [prior, planned, config] = objects.each_ref().map(encoded);
    seed(
        "ApplyResourceChange",
        [prior, planned, config, notes(), encoded_identity()],
        |[prior, planned, config, private, identity]| wire::apply_resource_change::Request {
            type_name: NAMED.to_owned(),
            prior_state: packed(prior),
            planned_state: packed(planned),
            config: packed(config),
            planned_private: private,
            planned_identity: wrapped(identity),
            ..Default::default()
        },
        &[],
        move |answer: wire::apply_resource_change::Response| {
            let state = decode(answer.new_state);
            assert_eq!(state.get("last"), last.map(Value::from).as_ref());
            if last.is_some() {
                assert_identified(answer.new_identity);
            }
            assert!(String::from_utf8_lossy(&answer.private).contains(note));
            answer.diagnostics
        },
    )
}

fn read() -> Seed {
    seed(
        "ReadResource",
        [encoded(&object("create", "[1]")), notes(), encoded_identity()],
        |[state, private, identity]| wire::read_resource::Request {
            type_name: NAMED.to_owned(),
            current_state: packed(state),
            private,
            current_identity: wrapped(identity),
            ..Default::default()
        },
        &[],
        |answer: wire::read_resource::Response| {
            assert_eq!(decode(answer.new_state), object("create", "[1]"));
            assert_identified(answer.new_identity);
            assert!(String::from_utf8_lossy(&answer.private).contains("seen"));
            answer.diagnostics
        },
    )
}

fn import_by_identity() -> Seed {
    seed(
        "ImportResourceState",
        [encoded_identity()],
        |[identity]| wire::import_resource_state::Request {
            type_name: NAMED.to_owned(),
            identity: wrapped(identity),
            ..Default::default()
        },
        &[],
        |mut answer: wire::import_resource_state::Response| {
            let imported = answer.imported_resources.pop().expect("an object");
            assert_eq!(decode(imported.state).get("last"), Some(&"import_by_identity".into()));
            assert_identified(imported.identity);
            answer.diagnostics
        },
    )
}

fn moved() -> Seed {
    seed(
        "MoveResourceState",
        [r#"{"string":"a"}"#.into(), r#"{"name":"b"}"#.into(), notes()],
        |[state, identity, private]| wire::move_resource_state::Request {
            source_provider_address: "registry.terraform.io/a/every".to_owned(),
            source_type_name: THING.to_owned(),
            source_schema_version: 1,
            source_state: raw(state),
            target_type_name: NAMED.to_owned(),
            source_private: private,
            source_identity: raw(identity),
            source_identity_schema_version: 0,
        },
        &[],
        |answer: wire::move_resource_state::Response| {
            assert_eq!(decode(answer.target_state).get("last"), Some(&"move_from".into()));
            assert_eq!(answer.target_private, r#"{"moved_from":"b"}"#);
            assert!(answer.target_identity.is_some());
            answer.diagnostics
        },
    )
}

fn upgrade_identity() -> Seed {
    seed(
        "UpgradeResourceIdentity",
        [r#"{"flag":true,"title":"a","number":7,"tags":["x"],"gone":[]}"#.into()],
        |[identity]| wire::upgrade_resource_identity::Request {
            type_name: NAMED.to_owned(),
            version: 0,
            raw_identity: raw(identity),
        },
        &[],
        |answer: wire::upgrade_resource_identity::Response| {
            assert_identified(answer.upgraded_identity);
            answer.diagnostics
        },
    )
}
