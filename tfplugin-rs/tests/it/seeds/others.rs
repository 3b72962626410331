//! Data sources, ephemeral resources, functions, and calls that carry nothing.

use bytes::Bytes;
use prost::Message;
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value, msgpack};

use super::{Form, Seed, encoded, packed, seed};
use crate::generated::tfplugin6 as wire;

const LOOKUP: &str = "sample_lookup";
const LEASE: &str = "sample_lease";

/// An object of texts, of which one is called `name` and known.
fn texts(others: &[&str]) -> (Bytes, Type) {
    let names = || others.iter().chain(&["name"]);
    let ty = Type::object(names().map(|name| (*name, Type::String)));
    let value = |name: &str| if name == "name" { "a".into() } else { Value::Null };
    let value = Value::object(names().map(|name| (*name, value(name))));
    (encoded(Form::MessagePack, &value, &ty), ty)
}

pub(super) fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    seeds.extend(of_the_lookup());
    seeds.extend(of_the_lease());
    seeds.extend(leased());
    seeds.extend(functions());
    seeds.extend(without_contents());
    seeds
}

fn of_the_lookup() -> [Seed; 2] {
    let (config, ty) = texts(&["answer", "note"]);
    let validate = seed(
        "ValidateDataResourceConfig",
        [config.clone()],
        |[config]| wire::validate_data_resource_config::Request {
            type_name: LOOKUP.to_owned(),
            config: packed(config),
        },
        &["validate"],
        |answer: wire::validate_data_resource_config::Response| answer.diagnostics,
    );
    let read = seed(
        "ReadDataSource",
        [config],
        |[config]| wire::read_data_source::Request {
            type_name: LOOKUP.to_owned(),
            config: packed(config),
            ..Default::default()
        },
        &["read"],
        move |answer: wire::read_data_source::Response| {
            let state = decode(answer.state, &ty);
            assert_eq!(state.get("answer"), Some(&"answer to a".into()));
            answer.diagnostics
        },
    );
    [validate, read]
}

fn of_the_lease() -> [Seed; 2] {
    let (config, ty) = texts(&["journal", "trouble", "token"]);
    let validate = seed(
        "ValidateEphemeralResourceConfig",
        [config.clone()],
        |[config]| wire::validate_ephemeral_resource_config::Request {
            type_name: LEASE.to_owned(),
            config: packed(config),
        },
        &["validate"],
        |answer: wire::validate_ephemeral_resource_config::Response| answer.diagnostics,
    );
    let open = seed(
        "OpenEphemeralResource",
        [config],
        |[config]| wire::open_ephemeral_resource::Request {
            type_name: LEASE.to_owned(),
            config: packed(config),
            ..Default::default()
        },
        &["open"],
        move |answer: wire::open_ephemeral_resource::Response| {
            let result = decode(answer.result, &ty);
            assert_eq!(result.get("token"), Some(&"token of a".into()));
            answer.diagnostics
        },
    );
    [validate, open]
}

fn leased() -> [Seed; 2] {
    let private = Bytes::from_static(br#"{"name":"a","journal":null,"renewals":0}"#);
    let renew = seed(
        "RenewEphemeralResource",
        [private.clone()],
        |[private]| wire::renew_ephemeral_resource::Request {
            type_name: LEASE.to_owned(),
            private: Some(private),
        },
        &["renew"],
        |answer: wire::renew_ephemeral_resource::Response| {
            assert!(answer.renew_at.is_some() && answer.private.is_some());
            answer.diagnostics
        },
    );
    let close = seed(
        "CloseEphemeralResource",
        [private],
        |[private]| wire::close_ephemeral_resource::Request {
            type_name: LEASE.to_owned(),
            private: Some(private),
        },
        &["close"],
        |answer: wire::close_ephemeral_resource::Response| answer.diagnostics,
    );
    [renew, close]
}

/// `join` takes plain texts, `echo` a value with its own type, `half` a number.
fn functions() -> [Seed; 3] {
    let packed_text = |text: &str| encoded(Form::MessagePack, &text.into(), &Type::String);
    let number = |number: i64| encoded(Form::MessagePack, &number.into(), &Type::Number);
    let inner = Dynamic { ty: Type::String, value: "x".into() };
    let open = encoded(Form::MessagePack, &Value::Dynamic(Box::new(inner)), &Type::Dynamic);
    let joined = ["-", "a", "b"].map(packed_text);
    [
        function("join", joined, &["join"], packed_text("a-b")),
        function("echo", [open.clone()], &["echo"], open),
        function("half", [number(6)], &["half"], number(3)),
    ]
}

fn function<const N: usize>(
    name: &'static str,
    arguments: [Bytes; N],
    reaches: &'static [&'static str],
    result: Bytes,
) -> Seed {
    seed(
        "CallFunction",
        arguments,
        move |arguments| wire::call_function::Request {
            name: name.to_owned(),
            arguments: arguments.into_iter().filter_map(packed).collect(),
        },
        reaches,
        move |answer: wire::call_function::Response| {
            assert_eq!(answer.error.map(|it| it.text), None);
            assert_eq!(answer.result.expect("a result").msgpack, result);
            Vec::new()
        },
    )
}

#[track_caller]
fn decode(value: Option<wire::DynamicValue>, ty: &Type) -> Value {
    msgpack::decode(&value.expect("a value").msgpack, ty).expect("of the type")
}

/// Whatever comes instead of nothing must be passed over.
fn without_contents() -> [Seed; 5] {
    [
        empty("GetMetadata", |answer: wire::get_metadata::Response| {
            assert!(!answer.functions.is_empty());
            answer.diagnostics
        }),
        empty("GetProviderSchema", |answer: wire::get_provider_schema::Response| {
            assert!(answer.provider.is_some());
            answer.diagnostics
        }),
        empty(
            "GetResourceIdentitySchemas",
            |answer: wire::get_resource_identity_schemas::Response| {
                assert!(!answer.identity_schemas.is_empty());
                answer.diagnostics
            },
        ),
        empty("GetFunctions", |answer: wire::get_functions::Response| {
            assert!(!answer.functions.is_empty());
            answer.diagnostics
        }),
        empty("StopProvider", |answer: wire::stop_provider::Response| {
            assert_eq!(answer.error, "");
            Vec::new()
        }),
    ]
}

/// These messages have no fields: the part stands in the place of one that is unknown.
fn empty<A: Message + Default + 'static>(
    method: &'static str,
    sound: impl Fn(A) -> Vec<wire::Diagnostic> + 'static,
) -> Seed {
    let unknown =
        |[config]: [Bytes; 1]| wire::validate_provider_config::Request { config: packed(config) };
    seed(method, ["x".into()], unknown, &[], sound)
}
