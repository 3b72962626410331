//! Whole conversations over the real socket with mutual TLS, as Terraform
//! leads them.

use bytes::Bytes;
use fakes::plugin_host::ClientKey;
use tfplugin::value::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::client::{CallError, Client, NOT_FOUND, UNIMPLEMENTED};
use crate::generated::health::health_check_response::ServingStatus;
use crate::generated::health::{HealthCheckRequest, HealthCheckResponse};
use crate::generated::plugin::{Empty, StdioData};
use crate::generated::tfplugin6 as wire;
use crate::running::Running;
use crate::thing::{
    self, TYPE_NAME, apply, create, decode, encode, named, none, object, plan, problems,
};

async fn call<T: prost::Message + Default>(
    client: &Client,
    rpc: &str,
    request: &impl prost::Message,
) -> T {
    client
        .call(&format!("tfplugin6.Provider/{rpc}"), request)
        .await
        .expect("an answer, not a status")
}

async fn is_alive(client: &Client) -> bool {
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let answer: Result<HealthCheckResponse, CallError> =
        client.call("grpc.health.v1.Health/Check", &request).await;
    answer.is_ok_and(|answer| answer.status() == ServingStatus::Serving)
}

#[tokio::test]
async fn a_things_whole_life() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    assert!(is_alive(&client).await);
    thing::configure(&client).await;

    let config = object([
        ("name", Value::from("one")),
        (
            "parts",
            Value::List(vec![Value::object([
                ("title", Value::from("x")),
                ("weight", Value::Null),
            ])]),
        ),
    ]);
    let planned = plan(&client, &Value::Null, &config).await;
    none(&planned.diagnostics);
    let part = Value::object([("title", Value::from("x")), ("weight", Value::from(1))]);
    let with = |id: Value| {
        object([
            ("id", id),
            ("name", Value::from("one")),
            ("parts", Value::List(vec![part.clone()])),
            ("size", Value::from(3)),
        ])
    };
    assert_eq!(decode(planned.planned_state.clone()), with(Value::unknown()));

    let applied = apply(&client, &Value::Null, &planned, &config).await;
    none(&applied.diagnostics);
    let state = decode(applied.new_state);
    assert_eq!(state, with(Value::from("thing-one")));

    let request = wire::read_resource::Request {
        type_name: TYPE_NAME.to_owned(),
        current_state: encode(&state),
        private: Bytes::from_static(b"mine"),
        ..Default::default()
    };
    let read: wire::read_resource::Response = call(&client, "ReadResource", &request).await;
    none(&read.diagnostics);
    assert_eq!((decode(read.new_state), &read.private[..]), (state.clone(), &b"mine"[..]));

    let json = Bytes::from_static(br#"{"id":"thing-one","name":"one","size":3,"gone":true}"#);
    let request = wire::upgrade_resource_state::Request {
        type_name: TYPE_NAME.to_owned(),
        version: 1,
        raw_state: Some(wire::RawState { json, flatmap: [].into() }),
    };
    let upgraded: wire::upgrade_resource_state::Response =
        call(&client, "UpgradeResourceState", &request).await;
    none(&upgraded.diagnostics);
    let upgraded = decode(upgraded.upgraded_state);
    assert_eq!(
        upgraded,
        object([
            ("id", Value::from("thing-one")),
            ("name", Value::from("one")),
            ("size", Value::from(3))
        ])
    );

    let again = plan(&client, &state, &config).await;
    none(&again.diagnostics);
    assert_eq!(decode(again.planned_state), state, "the plan after the apply is empty");

    let destroy = plan(&client, &state, &Value::Null).await;
    none(&destroy.diagnostics);
    let destroyed = apply(&client, &state, &destroy, &Value::Null).await;
    none(&destroyed.diagnostics);
    assert!(decode(destroyed.new_state).is_null());

    sample.shut_down(client).await;
}

#[tokio::test]
async fn import_then_plan_is_empty() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let request = |id: &str| wire::import_resource_state::Request {
        type_name: TYPE_NAME.to_owned(),
        id: id.to_owned(),
        ..Default::default()
    };
    let mut answer: wire::import_resource_state::Response =
        call(&client, "ImportResourceState", &request("thing-one")).await;
    none(&answer.diagnostics);
    let imported = answer.imported_resources.pop().expect("an object");
    assert_eq!(imported.type_name, TYPE_NAME);
    let state = decode(imported.state);
    let planned = plan(&client, &state, &named("one")).await;
    assert_eq!(decode(planned.planned_state), state);

    let answer: wire::import_resource_state::Response =
        call(&client, "ImportResourceState", &request("x")).await;
    assert_eq!(
        problems(&answer.diagnostics),
        ["error (0 steps): No such thing: Ids begin with `thing-`."]
    );
    assert!(answer.imported_resources.is_empty());
    sample.shut_down(client).await;
}

#[tokio::test]
async fn schema_needs_no_configuration() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let answer: wire::get_provider_schema::Response =
        call(&client, "GetProviderSchema", &wire::get_provider_schema::Request {}).await;
    none(&answer.diagnostics);
    let capabilities = answer.server_capabilities.expect("capabilities");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(answer.provider.is_some());
    let schema = &answer.resource_schemas[TYPE_NAME];
    let block = schema.block.as_ref().expect("a block");
    let names: Vec<_> = block.attributes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["hook", "id", "labels", "name", "parts", "secret", "size", "trouble"]);

    let metadata: wire::get_metadata::Response =
        call(&client, "GetMetadata", &wire::get_metadata::Request {}).await;
    let names: Vec<_> = metadata.resources.iter().map(|it| it.type_name.as_str()).collect();
    assert_eq!(names, ["sample_host", TYPE_NAME]);
    sample.shut_down(client).await;
}

#[tokio::test]
async fn validation_names_the_attribute() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let config = object([("name", Value::from("x")), ("size", Value::from(-1))]);
    let request = wire::validate_resource_config::Request {
        type_name: TYPE_NAME.to_owned(),
        config: encode(&config),
        client_capabilities: None,
    };
    let answer: wire::validate_resource_config::Response =
        call(&client, "ValidateResourceConfig", &request).await;
    assert_eq!(
        problems(&answer.diagnostics),
        ["error (1 steps): Size is negative: Write a number from 0 on."]
    );
    let request =
        wire::validate_provider_config::Request { config: thing::provider_block(Value::unknown()) };
    let answer: wire::validate_provider_config::Response =
        call(&client, "ValidateProviderConfig", &request).await;
    none(&answer.diagnostics);
    sample.shut_down(client).await;
}

#[tokio::test]
async fn failed_configuration_names_the_attribute_and_no_value() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let config = thing::provider_block(Value::from("expired"));
    let request = wire::configure_provider::Request { config, ..Default::default() };
    let answer: wire::configure_provider::Response =
        call(&client, "ConfigureProvider", &request).await;
    assert_eq!(
        problems(&answer.diagnostics),
        ["error (1 steps): Token has expired: Make a new one."]
    );
    // What was configured before is over too.
    let planned = plan(&client, &Value::Null, &named("x")).await;
    let created = apply(&client, &Value::Null, &planned, &named("x")).await;
    assert!(problems(&created.diagnostics)[0].contains("Provider is not configured"));
    sample.shut_down(client).await;
}

#[tokio::test]
async fn problems_are_diagnostics_beside_the_state() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let stored = encode(&named("kept"));

    // Before the configuration.
    let request = wire::read_resource::Request {
        type_name: TYPE_NAME.to_owned(),
        current_state: stored.clone(),
        ..Default::default()
    };
    let read: wire::read_resource::Response = call(&client, "ReadResource", &request).await;
    assert!(problems(&read.diagnostics)[0].contains("Provider is not configured"));
    assert_eq!(decode(read.new_state), named("kept"));

    thing::configure(&client).await;
    let garbage =
        Some(wire::DynamicValue { msgpack: Bytes::from_static(b"\xc1"), json: Bytes::new() });
    let unknown_type = wire::apply_resource_change::Request {
        type_name: "sample_other".to_owned(),
        prior_state: stored.clone(),
        planned_state: stored.clone(),
        config: stored.clone(),
        ..Default::default()
    };
    let unreadable = wire::apply_resource_change::Request {
        type_name: TYPE_NAME.to_owned(),
        planned_state: garbage,
        ..unknown_type.clone()
    };
    for (request, summary) in [
        (unknown_type, "Unknown resource type"),
        (unreadable, "Terraform sent an unreadable value"),
    ] {
        let answer: wire::apply_resource_change::Response =
            call(&client, "ApplyResourceChange", &request).await;
        assert!(problems(&answer.diagnostics)[0].contains(summary), "{summary}");
        assert_eq!(decode(answer.new_state), named("kept"), "{summary}");
    }
    sample.shut_down(client).await;
}

#[tokio::test]
async fn failed_create_keeps_what_exists() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let config = object([("name", Value::from("half")), ("trouble", Value::from("error"))]);
    let answer = create(&client, &config).await;
    assert_eq!(
        problems(&answer.diagnostics),
        ["error (1 steps): Told to fail: Set another trouble."]
    );
    let Value::Object(state) = decode(answer.new_state) else { panic!("an object") };
    assert_eq!(state["id"], Value::from("thing-half"));
    sample.shut_down(client).await;
}

#[tokio::test]
async fn panic_is_a_diagnostic_and_others_go_on() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let config = object([("name", Value::from("x")), ("trouble", Value::from("panic"))]);
    let quiet = named("quiet");
    let (panicked, other) = tokio::join!(create(&client, &config), create(&client, &quiet));
    assert!(problems(&panicked.diagnostics)[0].contains("told to"));
    none(&other.diagnostics);

    let config =
        object([("name", Value::from("x")), ("trouble", Value::from("panic in validate"))]);
    let request = wire::validate_resource_config::Request {
        type_name: TYPE_NAME.to_owned(),
        config: encode(&config),
        client_capabilities: None,
    };
    let answer: wire::validate_resource_config::Response =
        call(&client, "ValidateResourceConfig", &request).await;
    assert!(problems(&answer.diagnostics)[0].contains("told to in validate"));
    // No crash report for what was caught.
    let finished = sample.shut_down(client).await;
    assert!(
        !finished.stderr.lines().any(|line| line.starts_with("panic: ")),
        "{}",
        finished.stderr
    );
}

/// Calls of the protocol's later versions that no provider has to know: lists, generated
/// configuration, actions, state stores.
const UNSERVED: [&str; 15] = [
    "ValidateListResourceConfig",
    "ListResource",
    "GenerateResourceConfig",
    "ValidateActionConfig",
    "PlanAction",
    "InvokeAction",
    "ValidateStateStoreConfig",
    "ConfigureStateStore",
    "ReadStateBytes",
    "WriteStateBytes",
    "LockState",
    "UnlockState",
    "GetStates",
    "DeleteState",
    "NoSuchCall",
];

#[tokio::test]
async fn what_is_not_there_says_so() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    macro_rules! check_refused {
        ($rpc:literal, $message:ident, $name:ident) => {
            let request =
                wire::$message::Request { $name: "sample_x".to_owned(), ..Default::default() };
            let answer: wire::$message::Response = call(&client, $rpc, &request).await;
            let problems = problems(&answer.diagnostics);
            let is_told = problems.len() == 1
                && problems[0].starts_with("error (0 steps): ")
                && problems[0].contains("his version of the provider")
                && problems[0].contains("sample_x");
            assert!(is_told, "{}: {problems:?}", $rpc);
        };
    }
    check_refused!("ValidateDataResourceConfig", validate_data_resource_config, type_name);
    check_refused!("ReadDataSource", read_data_source, type_name);
    check_refused!(
        "ValidateEphemeralResourceConfig",
        validate_ephemeral_resource_config,
        type_name
    );
    check_refused!("OpenEphemeralResource", open_ephemeral_resource, type_name);
    check_refused!("RenewEphemeralResource", renew_ephemeral_resource, type_name);
    check_refused!("CloseEphemeralResource", close_ephemeral_resource, type_name);
    check_refused!("MoveResourceState", move_resource_state, target_type_name);
    check_refused!("UpgradeResourceIdentity", upgrade_resource_identity, type_name);

    let request = wire::call_function::Request { name: "f".to_owned(), arguments: vec![] };
    let answer: wire::call_function::Response = call(&client, "CallFunction", &request).await;
    assert_eq!(
        answer.error.expect("an error").text,
        "This version of the provider has no function f. Use a version that has it, or remove \
         what refers to it from configuration and state"
    );
    let answer: wire::get_functions::Response =
        call(&client, "GetFunctions", &wire::get_functions::Request {}).await;
    assert_eq!(answer.functions.keys().collect::<Vec<_>>(), ["echo", "half", "join"]);
    let identities: wire::get_resource_identity_schemas::Response = call(
        &client,
        "GetResourceIdentitySchemas",
        &wire::get_resource_identity_schemas::Request {},
    )
    .await;
    assert_eq!(identities.identity_schemas.into_keys().collect::<Vec<_>>(), ["sample_host"]);

    for call in UNSERVED {
        let method = format!("tfplugin6.Provider/{call}");
        assert_eq!(client.call_raw(&method, Bytes::new()).await, Err(UNIMPLEMENTED), "{method}");
    }
    for method in ["grpc.reflection.v1.ServerReflection/X", "x", ""] {
        assert_eq!(client.call_raw(method, Bytes::new()).await, Err(UNIMPLEMENTED), "{method}");
    }
    let other = HealthCheckRequest { service: "other".to_owned() };
    let answer: Result<HealthCheckResponse, _> =
        client.call("grpc.health.v1.Health/Check", &other).await;
    assert!(matches!(answer, Err(NOT_FOUND)));
    sample.shut_down(client).await;
}

#[tokio::test]
async fn streams_of_the_host_are_held_open() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    {
        let stdio = client.call_raw("plugin.GRPCStdio/StreamStdio", Bytes::new());
        let broker = client.call_raw("plugin.GRPCBroker/StartStream", Bytes::new());
        tokio::pin!(stdio, broker);
        // Each round trip would give the streams the chance to end.
        for _ in 0..20 {
            tokio::select! {
                biased;
                ended = &mut stdio => panic!("stdio ended early: {ended:?}"),
                ended = &mut broker => panic!("the broker ended early: {ended:?}"),
                alive = is_alive(&client) => assert!(alive),
            }
        }
        let shutdown = client.call::<Empty>("plugin.GRPCController/Shutdown", &Empty {});
        let (stdio, broker, shutdown) = tokio::join!(stdio, broker, shutdown);
        let nothing = StdioData::default();
        assert_eq!(stdio, Ok(prost::Message::encode_to_vec(&nothing).into()));
        assert_eq!(broker, Ok(Bytes::new()));
        assert!(shutdown.is_ok());
    }
    client.closed().await;
    sample.finished().await;
}

/// Whether a connection with this certificate can call anything.
async fn gets_in(sample: &Running, key: Option<&ClientKey>) -> bool {
    match sample.connect_as(key).await {
        Err(_refused) => false,
        Ok(client) => is_alive(&client).await,
    }
}

/// What comes back for bytes on the socket.
async fn answer_to(sample: &Running, bytes: &[u8]) -> Vec<u8> {
    let mut stream = UnixStream::connect(sample.socket()).await.expect("a socket");
    // The server may hang up in the middle of it.
    let _hung_up = stream.write_all(bytes).await;
    let _hung_up = stream.shutdown().await;
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer).await;
    answer
}

async fn everybody_else_is_refused(sample: &Running) {
    assert!(!gets_in(sample, None).await, "no certificate");
    assert!(!gets_in(sample, Some(&ClientKey::generate())).await, "another certificate");
    assert!(!gets_in(sample, Some(&sample.key.with_other_key())).await, "a stolen certificate");
    for garbage in [
        &b""[..],
        b"\0",
        b"GET / HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &[0xff; 70_000],
    ] {
        let answer = answer_to(sample, garbage).await;
        assert!(!answer.windows(4).any(|window| window == b"HTTP"), "no answer in clear text");
    }
}

#[tokio::test]
async fn only_the_client_gets_in() {
    let sample = Running::start_with(&[("TF_LOG", "warn")]).await;
    everybody_else_is_refused(&sample).await;
    let client = sample.connect().await;
    assert!(is_alive(&client).await);
    everybody_else_is_refused(&sample).await;
    assert!(!gets_in(&sample, Some(&sample.key)).await, "a second connection");
    assert!(is_alive(&client).await, "the first connection lives");
    let finished = sample.shut_down(client).await;
    for words in ["refused a connection that is not the client's", "refused a second client"] {
        assert!(finished.stderr.contains(words), "{words}: {}", finished.stderr);
    }
}

#[tokio::test]
async fn clear_text_serves_one_client_that_speaks_http2() {
    let sample = Running::start_in_clear_text().await;
    assert_eq!(sample.fields()[5], "");
    let garbage = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    assert_eq!(answer_to(&sample, garbage).await, b"");

    let client = sample.connect_in_clear_text().await;
    assert!(is_alive(&client).await);
    let second = sample.connect_in_clear_text().await;
    assert!(!is_alive(&second).await, "a second connection");
    assert!(is_alive(&client).await);
    sample.shut_down(client).await;
}

#[tokio::test]
async fn large_values_pass() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let config = named(&"x".repeat(5 << 20));
    let answer = create(&client, &config).await;
    none(&answer.diagnostics);
    sample.shut_down(client).await;
}
