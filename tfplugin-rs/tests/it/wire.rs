//! Conversations with the provider process over its socket with mutual TLS, as Terraform
//! leads them.

use std::collections::BTreeSet;

use bytes::Bytes;
use tfplugin::testing::{Action, Session};

use crate::client::{NOT_FOUND, UNIMPLEMENTED};
use crate::generated::health::{HealthCheckRequest, HealthCheckResponse};
use crate::generated::plugin::{Empty, StdioData};
use crate::generated::tfplugin6 as wire;
use crate::instance::{
    INSTANCE, assert_silent, configure, configured, create, decode, encode, instance, named,
    packed, problems,
};
use crate::kinds::SampleKinds;
use crate::kinds::host::HOST;
use crate::messages;
use crate::running::Running;
use crate::seeds;

#[tokio::test]
async fn provider_process_serves_the_life_of_an_object_and_its_import() {
    let sample = Running::start().await;
    let stream = sample.connect_stream().await;
    let session = Session::open_over(SampleKinds, stream).await.unwrap();
    assert!(session.configure([]).await.is_empty());
    let mut life = session.life(HOST);
    let config = |name: &str, policy: &str| [("name", name.into()), ("policy", policy.into())];
    assert_eq!(life.apply(config("a", "[1]")).await, Action::Create);
    assert_eq!(life.apply(config("a", "[2]")).await, Action::Update);
    assert_eq!(life.apply(config("b", "[2]")).await, Action::Replace);
    life.destroy().await;
    life.apply([("name", "c".into())]).await;
    life.import_matches("eu/c", [("name", "c".into())]).await;
    let upgraded = session.upgrade(HOST, 1, r#"{"name":"c","zone":"eu-1","gone":true}"#).await;
    assert_eq!(upgraded.object.get("region"), &"eu".into());
    life.destroy().await;
    drop(session);
    sample.finished().await;
}

#[tokio::test]
async fn provider_process_serves_its_schema_without_a_configuration() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let answer: wire::get_provider_schema::Response =
        client.provider("GetProviderSchema", &wire::get_provider_schema::Request {}).await;
    assert_silent(&answer.diagnostics);
    let capabilities = answer.server_capabilities.expect("capabilities");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(answer.provider.is_some());
    let block = answer.resource_schemas[INSTANCE].block.as_ref().expect("a block");
    let names: Vec<_> = block.attributes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["fault", "id", "labels", "name", "parts", "secret", "size", "socket"]);
    assert!(answer.data_source_schemas.keys().eq(["sample_lookup"]));
    assert!(answer.ephemeral_resource_schemas.keys().eq(["sample_lease"]));
    let join = &answer.functions["join"];
    let variadic = join.variadic_parameter.as_ref().expect("a variadic parameter");
    assert_eq!((variadic.name.as_str(), &variadic.r#type[..]), ("parts", &b"\"string\""[..]));
    assert!(join.parameters[0].allow_null_value && !join.parameters[0].allow_unknown_values);
    assert_eq!(join.summary, "Joins strings.");
    assert_eq!(answer.functions["echo"].deprecation_message, "Write the value itself.");

    let metadata: wire::get_metadata::Response =
        client.provider("GetMetadata", &wire::get_metadata::Request {}).await;
    let names: Vec<_> = metadata.resources.iter().map(|it| it.type_name.as_str()).collect();
    assert_eq!(names, ["sample_complex", "sample_entry", "sample_host", INSTANCE]);
    assert_eq!(metadata.data_sources[0].type_name, "sample_lookup");
    assert_eq!(metadata.ephemeral_resources[0].type_name, "sample_lease");
    let functions: wire::get_functions::Response =
        client.provider("GetFunctions", &wire::get_functions::Request {}).await;
    for names in [
        metadata.functions.iter().map(|it| it.name.clone()).collect::<Vec<_>>(),
        functions.functions.into_keys().collect(),
    ] {
        assert_eq!(names, ["echo", "half", "join", "last"]);
    }
    let request = wire::get_resource_identity_schemas::Request {};
    let identities: wire::get_resource_identity_schemas::Response =
        client.provider("GetResourceIdentitySchemas", &request).await;
    assert!(identities.identity_schemas.keys().eq(["sample_complex", "sample_host"]));
    sample.shut_down(client).await;
}

#[tokio::test]
async fn calls_that_fail_return_the_stored_state_beside_the_diagnostic() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let stored = encode(&named("kept"));
    let request = wire::read_resource::Request {
        type_name: INSTANCE.to_owned(),
        current_state: stored.clone(),
        ..Default::default()
    };
    let read: wire::read_resource::Response = client.provider("ReadResource", &request).await;
    assert!(problems(&read.diagnostics)[0].contains("Provider is not configured"));
    assert_eq!(decode(read.new_state), named("kept"));

    configure(&client).await;
    let unknown_type = wire::apply_resource_change::Request {
        type_name: "sample_other".to_owned(),
        prior_state: stored.clone(),
        planned_state: stored.clone(),
        config: stored,
        ..Default::default()
    };
    let unreadable = wire::apply_resource_change::Request {
        type_name: INSTANCE.to_owned(),
        planned_state: packed(&b"\xc1"[..]),
        ..unknown_type.clone()
    };
    for (request, summary) in [
        (unknown_type, "Unknown resource type"),
        (unreadable, "Terraform sent an unreadable value"),
    ] {
        let answer: wire::apply_resource_change::Response =
            client.provider("ApplyResourceChange", &request).await;
        assert!(problems(&answer.diagnostics)[0].contains(summary), "{summary}");
        assert_eq!(decode(answer.new_state), named("kept"), "{summary}");
    }
    sample.shut_down(client).await;
}

#[tokio::test]
async fn operation_that_panics_is_a_diagnostic_while_others_go_on() {
    let (sample, client) = configured().await;
    let config = instance([("name", "x".into()), ("fault", "panic".into())]);
    let quiet = named("quiet");
    let (panicked, other) = tokio::join!(create(&client, &config), create(&client, &quiet));
    assert!(problems(&panicked.diagnostics)[0].contains("configured to panic"));
    assert_silent(&other.diagnostics);
    // No crash report for what was caught.
    let finished = sample.shut_down(client).await;
    let has_report = finished.stderr.lines().any(|line| line.starts_with("panic: "));
    assert!(!has_report, "{}", finished.stderr);
}

/// Calls of the protocol's later versions that no provider has to know: lists, generated
/// configuration, actions, state stores.
const UNSERVED: &str = "\
    ValidateListResourceConfig ListResource GenerateResourceConfig ValidateActionConfig \
    PlanAction InvokeAction ValidateStateStoreConfig ConfigureStateStore ReadStateBytes \
    WriteStateBytes LockState UnlockState GetStates DeleteState NoSuchCall";

#[tokio::test]
async fn calls_about_types_that_the_provider_lacks_name_type_and_version() {
    let (sample, client) = configured().await;
    let mut refused = BTreeSet::new();
    for seed in seeds::all().into_iter().filter(|it| !it.about().is_empty()) {
        let method = seed.method();
        let message = messages::about_another(method, &seed.message, "sample_x");
        let answer = client.call_raw(&seed.path(), message.into()).await.expect("an answer");
        let problems = problems(&messages::diagnostics(method, answer).expect("an answer"));
        let [problem] = &problems[..] else { panic!("{}: {problems:?}", seed.name) };
        for words in ["his version of the provider", "sample_x"] {
            assert!(problem.contains(words), "{}: {problem}", seed.name);
        }
        refused.insert(method.to_owned());
    }
    assert_eq!(refused.len(), 15, "{refused:?}");
    sample.shut_down(client).await;
}

#[tokio::test]
async fn calls_and_services_that_are_not_served_are_unimplemented() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let unserved = UNSERVED.split(' ').map(|call| format!("tfplugin6.Provider/{call}"));
    let others = ["grpc.reflection.v1.ServerReflection/X", "x", ""].map(str::to_owned);
    for method in unserved.chain(others) {
        assert_eq!(client.call_raw(&method, Bytes::new()).await, Err(UNIMPLEMENTED), "{method}");
    }
    let other = HealthCheckRequest { service: "other".to_owned() };
    let answer: Result<HealthCheckResponse, _> =
        client.call("grpc.health.v1.Health/Check", &other).await;
    assert!(matches!(answer, Err(NOT_FOUND)));
    sample.shut_down(client).await;
}

#[tokio::test]
async fn streams_of_the_plugin_host_stay_open_until_shutdown() {
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
                is_served = client.is_served() => assert!(is_served),
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
