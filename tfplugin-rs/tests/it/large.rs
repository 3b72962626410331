//! Large values, large schemas, false lengths: they work or meet a clear limit, and memory
//! follows what is there, not what is announced.

use bytes::Bytes;
use testkit::slow;
use tfplugin::resource::{Created, Updated};
use tfplugin::schema::equality::json;
use tfplugin::schema::{Attribute, Nested, Schema};
use tfplugin::testing::cli::Project;
use tfplugin::testing::{Attached, Object, Session};
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

use crate::cli;
use crate::client::{CallError, Client};
use crate::generated::tfplugin6 as wire;
use crate::instance::{
    self, INSTANCE, apply, assert_silent, configured, decode, encode, instance, named, packed,
    plan, problems,
};
use crate::kinds::{COMPLEX, SampleKinds};
use crate::scripted::{Script, Scripted, Whole, only, session};
use crate::soak;

/// Beyond the limit, whatever the size of the value that is not.
const TOO_LARGE_MIB: usize = 100;

/// `OUT_OF_RANGE`: a message beyond the limit.
const TOO_LARGE: CallError = CallError::Status(11);
/// What Terraform and we let pass in one message.
const MESSAGE_LIMIT_MIB: usize = 256;

#[tokio::test]
async fn process_holds_a_large_value_in_a_few_times_its_size() {
    // An eighth of what the soak sends.
    let mib: usize = soak::number("TFPLUGIN_LARGE_MIB", 10);
    let (sample, client) = configured().await;
    // Not the name, which comes back in the id as well.
    let large = Value::from("x".repeat(mib << 20));
    let config = instance([("name", Value::from("one")), ("secret", large)]);
    let planned = plan(&client, &Value::Null, &config).await;
    assert_silent(&planned.diagnostics);
    let created = apply(&client, &Value::Null, &planned, &config).await;
    assert_silent(&created.diagnostics);
    let request = wire::read_resource::Request {
        type_name: INSTANCE.to_owned(),
        current_state: created.new_state,
        ..Default::default()
    };
    let read: wire::read_resource::Response = client.provider("ReadResource", &request).await;
    assert_silent(&read.diagnostics);
    let Value::Object(state) = decode(read.new_state) else { panic!("an object") };
    assert_eq!(state["secret"].as_str().map(str::len), Some(mib << 20));
    let stored = Value::Object(state);
    let planned = plan(&client, &stored, &config).await;
    assert_silent(&planned.diagnostics);
    assert_eq!(decode(planned.planned_state), stored);
    // Message, value, model and answer each hold it, some of them in two or three places.
    let (peak, bound) = (sample.peak_kib() >> 10, 40 + 20 * mib as u64);
    assert!(peak < bound, "{peak} MiB, not {bound}");
    sample.shut_down(client).await;
    soak::report(&format!("{mib} MiB in one value"));
}

#[tokio::test]
async fn value_too_large_for_later_plans_is_refused_before_its_object_exists() {
    let (sample, client) = configured().await;
    let config = named(&"x".repeat(TOO_LARGE_MIB << 20));
    let planned = plan(&client, &Value::Null, &config).await;
    let found = problems(&planned.diagnostics);
    let expected = "error (0 steps): The resource is too large: Its object takes 100 MiB";
    assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");

    // The id of an instance repeats its name: what is 80 MiB in the plan comes to twice as much.
    let config = named(&"x".repeat(80 << 20));
    let created = instance::create(&client, &config).await;
    let found = problems(&created.diagnostics);
    let expected = "warning (0 steps): The resource has grown too large: Its object takes 160 MiB";
    assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
    assert!(matches!(decode(created.new_state), Value::Object(_)));

    assert_silent(&instance::create(&client, &named("small")).await.diagnostics);
    sample.shut_down(client).await;
}

#[tokio::test]
async fn message_beyond_the_limit_is_refused_and_the_service_goes_on() {
    let (sample, client) = configured().await;
    let too_large = Bytes::from(vec![0; (MESSAGE_LIMIT_MIB << 20) + 1]);
    let refused = client.call_raw("tfplugin6.Provider/PlanResourceChange", too_large).await;
    assert_eq!(refused, Err(TOO_LARGE));
    assert_silent(&instance::create(&client, &named("small")).await.diagnostics);
    let peak = sample.peak_kib() >> 10;
    assert!(peak < 60, "{peak} MiB for a message that was not taken");
    sample.shut_down(client).await;
}

async fn upgrade_and_validate(client: &Client, bomb: &[u8]) {
    let value = || packed(Bytes::copy_from_slice(bomb));
    let request = wire::validate_resource_config::Request {
        type_name: INSTANCE.to_owned(),
        config: value(),
        client_capabilities: None,
    };
    let answer: wire::validate_resource_config::Response =
        client.provider("ValidateResourceConfig", &request).await;
    let found = problems(&answer.diagnostics);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("Terraform sent an unreadable value"), "{found:?}");
    let request = wire::plan_resource_change::Request {
        type_name: INSTANCE.to_owned(),
        prior_state: value(),
        proposed_new_state: value(),
        config: value(),
        ..Default::default()
    };
    let answer: wire::plan_resource_change::Response =
        client.provider("PlanResourceChange", &request).await;
    assert_eq!(answer.diagnostics.len(), 1);
}

#[tokio::test]
async fn values_with_false_lengths_are_diagnostics_and_allocate_nothing() {
    let (sample, client) = configured().await;
    assert_silent(&instance::create(&client, &named("warm")).await.diagnostics);
    let before = sample.peak_kib() >> 10;
    let sound = encode(&instance([
        ("name", Value::from("one")),
        ("labels", Value::map([("a", Value::from("b"))])),
    ]));
    let sound = sound.expect("a value").msgpack;
    // Strings, blocks, extensions, sequences and maps of four thousand million.
    let lengths: [u8; 5] = [0xdb, 0xc6, 0xc9, 0xdd, 0xdf];
    let mut bombs = 0;
    for kind in lengths {
        let bomb = [kind, 0xff, 0xff, 0xff, 0xff];
        upgrade_and_validate(&client, &bomb).await;
        for at in (1..sound.len()).step_by(3) {
            let bytes = [&sound[..at], &bomb, &sound[at..]].concat();
            upgrade_and_validate(&client, &bytes).await;
            bombs += 1;
        }
    }
    assert!(bombs > 100, "{bombs}");
    let after = sample.peak_kib() >> 10;
    assert!(after <= before + 8, "{before} MiB before, {after} MiB after");
    assert_silent(&instance::create(&client, &named("after")).await.diagnostics);
    sample.shut_down(client).await;
}

#[tokio::test]
async fn deep_dynamic_values_are_planned_or_refused_with_a_diagnostic() {
    let session = Session::open(SampleKinds).await;
    assert!(session.configure([]).await.is_empty());
    let nested = |depth: usize| {
        (0..depth).fold(Value::from("core"), |inner, at| {
            let ty = if at == 0 { Type::String } else { Type::list(Type::Dynamic) };
            let value = if at == 0 { inner } else { Value::List(vec![inner]) };
            Value::Dynamic(Box::new(Dynamic { ty, value }))
        })
    };
    let config = session.config(COMPLEX, [("dynamic", nested(30))]);
    let planned = session.plan(COMPLEX, &Object::none(), &config).await;
    assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
    assert_eq!(planned.get("dynamic"), &nested(30));

    // Deeper than any configuration: bytes of our own, since no encoder makes them.
    for depth in [33, 1_000, 100_000] {
        let mut bytes = b"\x81\xa7dynamic".to_vec();
        bytes.extend(b"\x92\xc4\x09\"dynamic\"".repeat(depth));
        bytes.push(0xc0);
        let config = packed(bytes);
        let request = wire::validate_resource_config::Request {
            type_name: COMPLEX.to_owned(),
            config,
            client_capabilities: None,
        };
        let request = prost::Message::encode_to_vec(&request).into();
        let answer = session.call_raw("ValidateResourceConfig", request).await.expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.contains("nests too deeply"), "{depth}: {answer}");
    }
}

#[tokio::test]
async fn set_of_ten_thousand_strings_is_planned_in_less_than_quadratic_time() {
    // Each with each would be 10^8 comparisons of objects in each step: minutes in a debug
    // build, where all steps together take seconds.
    let session = Session::open(SampleKinds).await;
    assert!(session.configure([]).await.is_empty());
    let strings = |count: usize| {
        Value::Set((0..count).rev().map(|at| format!("element {at}").into()).collect())
    };
    let config = session.config(COMPLEX, [("set", strings(10_000))]);
    assert!(session.validate(COMPLEX, &config).await.is_empty());
    let planned = session.plan(COMPLEX, &Object::none(), &config).await;
    let created = session.apply(&planned).await;
    assert!(created.diagnostics.is_empty(), "{:?}", created.diagnostics);
    let fewer = session.config(COMPLEX, [("set", strings(9_999))]);
    let planned = session.plan(COMPLEX, &created.object, &fewer).await;
    assert_eq!(planned.get("set"), &strings(9_999));
}

const CROWD: &str = "scripted_crowd";

/// A set of objects that differ in what the provider may set alone, and a set of sets.
fn crowd() -> Schema {
    let member = || {
        Nested::set()
            .attribute("name", Attribute::optional_computed(Type::String))
            .attribute("policy", Attribute::optional(Type::String).equal_by(json()))
            .attribute("rank", Attribute::computed(Type::Number))
    };
    let team = Nested::set().attribute("members", Attribute::optional(member()));
    Schema::new(0)
        .attribute("members", Attribute::optional(member()))
        .attribute("teams", Attribute::optional(team))
}

/// The crowd with a rank wherever that is unknown.
fn ranked(crowd: Value) -> Value {
    match crowd {
        Value::Unknown(_) => 1.into(),
        Value::Set(items) => Value::Set(items.into_iter().map(ranked).collect()),
        Value::Object(parts) => {
            Value::Object(parts.into_iter().map(|(name, it)| (name, ranked(it))).collect())
        }
        value => value,
    }
}

#[tokio::test]
async fn set_of_ten_thousand_objects_is_planned_in_less_than_quadratic_time() {
    // As above. An unknown rank in each element keeps them from being equal at once.
    let crowded = Script::<Whole> {
        create: |planned, _| Created::Created(Whole(ranked(planned.0))),
        update: |_, planned, _| Updated::Updated(Whole(ranked(planned.0))),
        ..Script::new(CROWD, crowd)
    };
    let session = session(only(crowded)).await;
    let members = |count: usize| {
        let member = |at: usize| {
            Value::object([
                ("name", format!("member {at}").into()),
                ("policy", format!("{{ \"member\": {at} }}").into()),
                ("rank", Value::Null),
            ])
        };
        Value::Set((0..count).map(member).collect())
    };
    let config = |count: usize| {
        let team = Value::object([("members", members(count))]);
        session.config(CROWD, [("members", members(count)), ("teams", Value::Set(vec![team]))])
    };
    let planned = session.plan(CROWD, &Object::none(), &config(10_000)).await;
    assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
    let created = session.apply(&planned).await;
    assert!(created.diagnostics.is_empty(), "{:?}", created.diagnostics);
    let fewer = session.plan(CROWD, &created.object, &config(9_999)).await;
    assert!(fewer.diagnostics.is_empty(), "{:?}", fewer.diagnostics);
}

/// Many resource types with long descriptions: a schema of several MiB.
fn wide() -> Scripted {
    let schema = || {
        let text = Attribute::required(Type::String).describe("x".repeat(100 << 10));
        Schema::new(0).attribute("text", text)
    };
    let name = |at: usize| -> &'static str { format!("wide_note_{at}").leak() };
    (0..60).fold(Scripted::new(()), |provider, at| {
        provider.script(Script::<Whole>::new(name(at), schema))
    })
}

#[tokio::test]
async fn schema_of_more_than_four_mebibytes_is_served() {
    let session = session(wide()).await;
    let schema = session.call_raw("GetProviderSchema", Bytes::new()).await.expect("an answer");
    assert!(schema.len() > 4 << 20, "{}", schema.len());
    session.life("wide_note_59").apply([("text", "x".into())]).await;
}

#[test]
fn terraform_accepts_a_schema_of_more_than_four_mebibytes() {
    let Some(_ran) = slow::ring3("sdk-large-schema") else { return };
    const ADDRESS: &str = "registry.terraform.io/aibridge-rs/wide";
    let attached = Attached::start(wide(), ADDRESS).unwrap();
    let project = Project::new(testkit::tools::terraform()).unwrap().attach(&attached);
    let body = "resource \"wide_note_7\" \"n\" {\n  text = \"x\"\n}\n";
    project.write("main.tf", &cli::config_for(ADDRESS, body));
    let _applied = project.apply().success();
    project.plan().assert_empty();
}

#[test]
fn terraform_applies_changes_and_destroys_a_large_value() {
    let Some(_ran) = slow::ring3("sdk-large-value") else { return };
    const NAME: &str = "sample_instance.one";
    let project =
        cli::project("resource \"sample_instance\" \"one\" {\n  name = file(\"name\")\n}\n");
    let length = |project: &Project| {
        let state = project.state();
        state.value(NAME, "name").as_str().expect("a text").len()
    };
    // The real CLI gets five megabytes, whatever the soak sets.
    for mib in [5, 6] {
        project.write("name", &"x".repeat(mib << 20));
        let _applied = project.apply().success();
        assert_eq!(length(&project), mib << 20);
        project.plan().assert_empty();
    }
    let _destroyed = project.destroy().success();
    assert!(project.state().objects().is_empty());

    project.write("name", &"x".repeat(TOO_LARGE_MIB << 20));
    project.apply().failure().problem("The resource is too large");
}
