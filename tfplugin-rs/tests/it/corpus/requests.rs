//! Requests about the provider, its first resource, and its other kinds.

use bytes::Bytes;
use prost::Message;
use tfplugin::ty::Type;
use tfplugin::value::{Value, json, msgpack};

use super::{configured, encode_open, encoded, full, half_known, named, open, proposed};
use crate::everything::{self, ECHO, THING};
use crate::generated::tfplugin6 as wire;
use crate::seeds::{Seed, packed, raw, seed};

/// All of them, each with the name of its file.
pub(super) fn seeds() -> Vec<(&'static str, Seed)> {
    let mut seeds = vec![
        ("configure", configure()),
        ("stop", empty("StopProvider", |_: wire::stop_provider::Response| Vec::new())),
        ("schema", schema()),
        ("ValidateProviderConfig", validate_provider()),
        ("GetMetadata", empty("GetMetadata", |it: wire::get_metadata::Response| it.diagnostics)),
        ("GetFunctions", empty("GetFunctions", |it: wire::get_functions::Response| it.diagnostics)),
        ("GetResourceIdentitySchemas", identity_schemas()),
        ("ValidateResourceConfig", validate()),
        ("PlanResourceChange", plan()),
        ("ApplyResourceChange", create()),
        ("ReadResource", read()),
        ("UpgradeResourceState", upgrade()),
        ("ImportResourceState", import()),
        ("CallFunction", echo()),
    ];
    let of_other_kinds = [of_the_data_source(), of_the_ephemeral_resource(), of_what_is_open()];
    seeds.extend(of_other_kinds.into_iter().flatten().map(|seed| (seed.method, seed)));
    seeds.extend(named::seeds());
    seeds
}

/// A call that carries nothing.
fn empty<A: Message + Default + 'static>(
    method: &'static str,
    sound: impl Fn(A) -> Vec<wire::Diagnostic> + 'static,
) -> Seed {
    seed(method, [], |[]: [Bytes; 0]| wire::stop_provider::Request {}, &[], sound)
}

/// A provider block.
fn block() -> Bytes {
    let ty = Type::object([("url", Type::String)]);
    let block = Value::object([("url", Value::from("https://example.com"))]);
    msgpack::encode(&block, &ty).unwrap().into()
}

fn configure() -> Seed {
    seed(
        "ConfigureProvider",
        [block()],
        |[config]| wire::configure_provider::Request {
            config: packed(config),
            ..Default::default()
        },
        &[],
        |answer: wire::configure_provider::Response| answer.diagnostics,
    )
}

fn validate_provider() -> Seed {
    seed(
        "ValidateProviderConfig",
        [block()],
        |[config]| wire::validate_provider_config::Request { config: packed(config) },
        &[],
        |answer: wire::validate_provider_config::Response| answer.diagnostics,
    )
}

fn schema() -> Seed {
    empty("GetProviderSchema", |answer: wire::get_provider_schema::Response| {
        assert!(answer.resource_schemas.contains_key(THING));
        answer.diagnostics
    })
}

fn identity_schemas() -> Seed {
    empty("GetResourceIdentitySchemas", |answer: wire::get_resource_identity_schemas::Response| {
        assert_eq!(answer.identity_schemas.len(), 1);
        answer.diagnostics
    })
}

fn type_name() -> String {
    THING.to_owned()
}

#[track_caller]
fn decode(value: Option<wire::DynamicValue>) -> Value {
    msgpack::decode(&value.expect("an object").msgpack, everything::schema().ty()).unwrap()
}

fn validate() -> Seed {
    seed(
        "ValidateResourceConfig",
        [encoded(&configured())],
        |[config]| wire::validate_resource_config::Request {
            type_name: type_name(),
            config: packed(config),
            client_capabilities: None,
        },
        &[],
        |answer: wire::validate_resource_config::Response| answer.diagnostics,
    )
}

fn plan() -> Seed {
    seed(
        "PlanResourceChange",
        [&full(), &proposed(), &configured()].map(encoded),
        |[prior, proposed, config]| wire::plan_resource_change::Request {
            type_name: type_name(),
            prior_state: packed(prior),
            proposed_new_state: packed(proposed),
            config: packed(config),
            ..Default::default()
        },
        &[],
        |answer: wire::plan_resource_change::Response| {
            assert!(decode(answer.planned_state).get("number").is_some_and(Value::is_unknown));
            answer.diagnostics
        },
    )
}

fn create() -> Seed {
    seed(
        "ApplyResourceChange",
        [&Value::Null, &half_known(), &configured()].map(encoded),
        |[prior, planned, config]| wire::apply_resource_change::Request {
            type_name: type_name(),
            prior_state: packed(prior),
            planned_state: packed(planned),
            config: packed(config),
            ..Default::default()
        },
        &[],
        |answer: wire::apply_resource_change::Response| {
            assert!(decode(answer.new_state).is_wholly_known());
            answer.diagnostics
        },
    )
}

fn read() -> Seed {
    seed(
        "ReadResource",
        [encoded(&full()), "{}".into()],
        |[state, private]| wire::read_resource::Request {
            type_name: type_name(),
            current_state: packed(state),
            private,
            ..Default::default()
        },
        &[],
        |answer: wire::read_resource::Response| {
            assert_eq!(decode(answer.new_state), full());
            answer.diagnostics
        },
    )
}

fn upgrade() -> Seed {
    seed(
        "UpgradeResourceState",
        [json::to_json(&full()).unwrap().to_string().into()],
        |[state]| wire::upgrade_resource_state::Request {
            type_name: type_name(),
            version: 1,
            raw_state: raw(state),
        },
        &[],
        |answer: wire::upgrade_resource_state::Response| {
            assert_eq!(decode(answer.upgraded_state), full());
            answer.diagnostics
        },
    )
}

fn import() -> Seed {
    seed(
        "ImportResourceState",
        [],
        |[]: [Bytes; 0]| wire::import_resource_state::Request {
            type_name: type_name(),
            id: "1".to_owned(),
            ..Default::default()
        },
        &[],
        |mut answer: wire::import_resource_state::Response| {
            let imported = answer.imported_resources.pop().expect("an object");
            assert_eq!(decode(imported.state).get("id"), Some(&"1".into()));
            answer.diagnostics
        },
    )
}

fn echo() -> Seed {
    let last = encode_open(&open(Type::Bool, true));
    seed(
        "CallFunction",
        [b"\x91\x01".to_vec().into(), last.clone().into()],
        |arguments| wire::call_function::Request {
            name: ECHO.to_owned(),
            arguments: arguments.into_iter().filter_map(packed).collect(),
        },
        &[],
        move |answer: wire::call_function::Response| {
            assert_eq!(answer.error.map(|it| it.text), None);
            assert_eq!(answer.result.expect("a result").msgpack, last);
            Vec::new()
        },
    )
}

/// A configuration of the data source or the ephemeral resource.
fn lookup() -> [Bytes; 1] {
    let config = Value::object([
        ("boolean", true.into()),
        ("dynamic", open(Type::Number, 1)),
        ("id", Value::Null),
        ("number", 7.into()),
        ("set", Value::Set(vec!["a".into()])),
    ]);
    [msgpack::encode(&config, everything::read_schema().ty()).unwrap().into()]
}

fn of_the_data_source() -> [Seed; 2] {
    let validate = seed(
        "ValidateDataResourceConfig",
        lookup(),
        |[config]| wire::validate_data_resource_config::Request {
            type_name: type_name(),
            config: packed(config),
        },
        &[],
        |answer: wire::validate_data_resource_config::Response| answer.diagnostics,
    );
    let read = seed(
        "ReadDataSource",
        lookup(),
        |[config]| wire::read_data_source::Request {
            type_name: type_name(),
            config: packed(config),
            ..Default::default()
        },
        &[],
        |answer: wire::read_data_source::Response| {
            assert!(answer.state.is_some());
            answer.diagnostics
        },
    );
    [validate, read]
}

fn of_the_ephemeral_resource() -> [Seed; 2] {
    let validate = seed(
        "ValidateEphemeralResourceConfig",
        lookup(),
        |[config]| wire::validate_ephemeral_resource_config::Request {
            type_name: type_name(),
            config: packed(config),
        },
        &[],
        |answer: wire::validate_ephemeral_resource_config::Response| answer.diagnostics,
    );
    let open = seed(
        "OpenEphemeralResource",
        lookup(),
        |[config]| wire::open_ephemeral_resource::Request {
            type_name: type_name(),
            config: packed(config),
            ..Default::default()
        },
        &[],
        |answer: wire::open_ephemeral_resource::Response| {
            assert!(answer.result.is_some() && answer.renew_at.is_some());
            answer.diagnostics
        },
    );
    [validate, open]
}

fn of_what_is_open() -> [Seed; 2] {
    let private = || -> [Bytes; 1] { [r#"["kept"]"#.into()] };
    let renew = seed(
        "RenewEphemeralResource",
        private(),
        |[private]| wire::renew_ephemeral_resource::Request {
            type_name: type_name(),
            private: Some(private),
        },
        &[],
        |answer: wire::renew_ephemeral_resource::Response| {
            assert!(answer.private.is_some());
            answer.diagnostics
        },
    );
    let close = seed(
        "CloseEphemeralResource",
        private(),
        |[private]| wire::close_ephemeral_resource::Request {
            type_name: type_name(),
            private: Some(private),
        },
        &[],
        |answer: wire::close_ephemeral_resource::Response| answer.diagnostics,
    );
    [renew, close]
}
