//! Large values, large schemas, lengths that lie: they work or meet a clear limit, and
//! memory follows what is there, not what is announced.

use bytes::Bytes;
use testkit::slow;
use tfplugin::diag::Diagnostics;
use tfplugin::model::Attr;
use tfplugin::provider::{Context, Kinds, Provider};
use tfplugin::resource::{Created, Deleted, Read, Resource, Updated};
use tfplugin::schema::equality::json;
use tfplugin::schema::{Attribute, Nested, Schema};
use tfplugin::testing::cli::Project;
use tfplugin::testing::{Attached, Object, Session};
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

use crate::cli;
use crate::client::{CallError, Client};
use crate::everything::{self, Everything};
use crate::generated::tfplugin6 as wire;
use crate::only::{Nothing, Only};
use crate::running::Running;
use crate::thing::{self, TYPE_NAME, apply, decode, encode, named, none, object, plan};

/// An eighth of what the soak asks for.
const LARGE_MIB: usize = 10;
/// Three times this is beyond the limit.
const TOO_LARGE_MIB: usize = 100;

/// `OUT_OF_RANGE`: a message beyond the limit.
const TOO_LARGE: CallError = CallError::Status(11);
/// What Terraform and we let pass in one message.
const MESSAGE_LIMIT_MIB: usize = 256;

#[expect(clippy::disallowed_methods, reason = "a soak asks for more through the environment")]
fn large_mib() -> usize {
    let asked = std::env::var("TFPLUGIN_LARGE_MIB");
    asked.map_or(LARGE_MIB, |it| it.parse().expect("TFPLUGIN_LARGE_MIB is a number"))
}

/// The most memory that the process has had, in MiB.
fn peak_mib(sample: &Running) -> u64 {
    let path = format!("/proc/{}/status", sample.process.id());
    let status = std::fs::read_to_string(path).expect("the process lives");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its memory");
    let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok());
    kib.expect("a number") >> 10
}

#[tokio::test]
async fn a_large_value_lives_its_life_within_a_few_times_its_size() {
    let mib = large_mib();
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    // Not the name, which comes back in the id as well.
    let large = Value::from("x".repeat(mib << 20));
    let config = object([("name", Value::from("one")), ("secret", large)]);
    let planned = plan(&client, &Value::Null, &config).await;
    none(&planned.diagnostics);
    let created = apply(&client, &Value::Null, &planned, &config).await;
    none(&created.diagnostics);
    let request = wire::read_resource::Request {
        type_name: TYPE_NAME.to_owned(),
        current_state: created.new_state,
        ..Default::default()
    };
    let read: wire::read_resource::Response =
        client.call("tfplugin6.Provider/ReadResource", &request).await.expect("an answer");
    none(&read.diagnostics);
    let Value::Object(state) = decode(read.new_state) else { panic!("an object") };
    assert_eq!(state["secret"].as_str().map(str::len), Some(mib << 20));
    let stored = Value::Object(state);
    let planned = plan(&client, &stored, &config).await;
    none(&planned.diagnostics);
    assert_eq!(decode(planned.planned_state), stored);
    // Message, value, model and answer each hold it, some of them in two or three places.
    let (peak, bound) = (peak_mib(&sample), 40 + 20 * mib as u64);
    assert!(peak < bound, "{peak} MiB, not {bound}");
    sample.shut_down(client).await;
    say(mib);
}

#[tokio::test]
async fn a_value_that_no_later_plan_could_carry_is_refused_before_it_exists() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let config = named(&"x".repeat(TOO_LARGE_MIB << 20));
    let planned = plan(&client, &Value::Null, &config).await;
    let told = thing::problems(&planned.diagnostics);
    let expected = "error (0 steps): The resource is too large: Its object takes 100 MiB";
    assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");

    // The id of a thing repeats its name: what is 80 MiB in the plan comes to twice as much.
    let config = named(&"x".repeat(80 << 20));
    let created = thing::create(&client, &config).await;
    let told = thing::problems(&created.diagnostics);
    let expected = "warning (0 steps): The resource has grown too large: Its object takes 160 MiB";
    assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
    assert!(matches!(decode(created.new_state), Value::Object(_)));

    none(&thing::create(&client, &named("small")).await.diagnostics);
    sample.shut_down(client).await;
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that sent less would look alike"
)]
fn say(mib: usize) {
    println!("{mib} MiB in one value");
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused_by_its_size_and_the_service_lives() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let too_large = Bytes::from(vec![0; (MESSAGE_LIMIT_MIB << 20) + 1]);
    let refused = client.call_raw("tfplugin6.Provider/PlanResourceChange", too_large).await;
    assert_eq!(refused, Err(TOO_LARGE));
    none(&thing::create(&client, &named("small")).await.diagnostics);
    let peak = peak_mib(&sample);
    assert!(peak < 60, "{peak} MiB for a message that was not taken");
    sample.shut_down(client).await;
}

async fn upgrade_and_validate(client: &Client, bomb: &[u8]) {
    let value =
        || Some(wire::DynamicValue { msgpack: Bytes::copy_from_slice(bomb), json: Bytes::new() });
    let request = wire::validate_resource_config::Request {
        type_name: TYPE_NAME.to_owned(),
        config: value(),
        client_capabilities: None,
    };
    let answer: wire::validate_resource_config::Response = client
        .call("tfplugin6.Provider/ValidateResourceConfig", &request)
        .await
        .expect("an answer");
    let told = thing::problems(&answer.diagnostics);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("Terraform sent an unreadable value"), "{told:?}");
    let request = wire::plan_resource_change::Request {
        type_name: TYPE_NAME.to_owned(),
        prior_state: value(),
        proposed_new_state: value(),
        config: value(),
        ..Default::default()
    };
    let answer: wire::plan_resource_change::Response =
        client.call("tfplugin6.Provider/PlanResourceChange", &request).await.expect("an answer");
    assert_eq!(answer.diagnostics.len(), 1);
}

#[tokio::test]
async fn length_bombs_are_diagnostics_and_leave_memory_flat() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    none(&thing::create(&client, &named("warm")).await.diagnostics);
    let before = peak_mib(&sample);
    let sound = encode(&object([
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
    let after = peak_mib(&sample);
    assert!(after <= before + 8, "{before} MiB before, {after} MiB after");
    none(&thing::create(&client, &named("after")).await.diagnostics);
    sample.shut_down(client).await;
}

#[tokio::test]
async fn deep_dynamics_are_planned_or_diagnostics_and_never_the_end() {
    let session = Session::open(Everything).await;
    assert!(session.configure([]).await.is_empty());
    let nested = |depth: usize| {
        (0..depth).fold(Value::from("core"), |inner, at| {
            let ty = if at == 0 { Type::String } else { Type::list(Type::Dynamic) };
            let value = if at == 0 { inner } else { Value::List(vec![inner]) };
            Value::Dynamic(Box::new(Dynamic { ty, value }))
        })
    };
    let config = session.config(everything::THING, [("dynamic", nested(30))]);
    let planned = session.plan(everything::THING, &Object::none(), &config).await;
    assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
    assert_eq!(planned.get("dynamic"), &nested(30));

    // Deeper than anybody writes: bytes of our own, since no encoder makes them.
    for depth in [33, 1_000, 100_000] {
        let mut bytes = b"\x81\xa7dynamic".to_vec();
        bytes.extend(b"\x92\xc4\x09\"dynamic\"".repeat(depth));
        bytes.push(0xc0);
        let config = Some(wire::DynamicValue { msgpack: bytes.into(), json: Bytes::new() });
        let request = wire::validate_resource_config::Request {
            type_name: everything::THING.to_owned(),
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
async fn ten_thousand_elements_of_a_set_cost_no_ten_thousand_squared() {
    // Each with each would be 10^8 comparisons of objects in each step: minutes in a debug
    // build, where all steps together take seconds.
    let session = Session::open(Everything).await;
    assert!(session.configure([]).await.is_empty());
    let strings = |count: usize| {
        Value::Set((0..count).rev().map(|at| format!("element {at}").into()).collect())
    };
    let config = session.config(everything::THING, [("set", strings(10_000))]);
    assert!(session.validate(everything::THING, &config).await.is_empty());
    let planned = session.plan(everything::THING, &Object::none(), &config).await;
    let created = session.apply(&planned).await;
    assert!(created.diagnostics.is_empty(), "{:?}", created.diagnostics);
    let fewer = session.config(everything::THING, [("set", strings(9_999))]);
    let planned = session.plan(everything::THING, &created.object, &fewer).await;
    assert_eq!(planned.get("set"), &strings(9_999));
}

/// A set of objects that only what the provider may set tells apart, and a set of sets.
#[derive(Clone, Copy)]
struct Crowded;

const CROWD: &str = "crowded_crowd";

tfplugin::model! {
    struct Crowd {
        members: Value,
        teams: Value,
    }
}

impl Resource for Crowded {
    type Client = ();
    type Model = Crowd;

    fn type_name(&self) -> &'static str {
        CROWD
    }

    fn schema(&self) -> Schema {
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

    async fn create(&self, planned: Crowd, _cx: &Context<'_, ()>) -> Created<Crowd> {
        Created::Created(ranked(planned))
    }

    async fn read(&self, state: Crowd, _cx: &Context<'_, ()>) -> Read<Crowd> {
        Read::Present(state)
    }

    async fn update(&self, _: Crowd, planned: Crowd, _cx: &Context<'_, ()>) -> Updated<Crowd> {
        Updated::Updated(ranked(planned))
    }

    async fn delete(&self, _state: Crowd, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }
}

/// With a rank for everybody whose rank is open.
fn ranked(crowd: Crowd) -> Crowd {
    fn rank(value: Value) -> Value {
        match value {
            Value::Unknown(_) => 1.into(),
            Value::Set(items) => Value::Set(items.into_iter().map(rank).collect()),
            Value::Object(parts) => {
                Value::Object(parts.into_iter().map(|(name, it)| (name, rank(it))).collect())
            }
            value => value,
        }
    }
    Crowd { members: rank(crowd.members), teams: rank(crowd.teams) }
}

#[tokio::test]
async fn ten_thousand_objects_of_a_set_cost_no_ten_thousand_squared() {
    // As above. An unknown rank in each element keeps them from being equal at once.
    let session = Session::open(Only(Crowded)).await;
    assert!(session.configure([]).await.is_empty());
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
struct Wide;

const TYPES: usize = 60;
const DESCRIPTION: usize = 100 << 10;

tfplugin::model! {
    struct Note {
        text: Attr<String>,
    }
}

impl Provider for Wide {
    type Config = Nothing;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0)
    }

    async fn configure(&self, _config: Nothing, _diags: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        let name = |at: usize| -> &'static str { format!("wide_note_{at}").leak() };
        (0..TYPES).fold(Kinds::new(), |kinds, at| kinds.resource(WideNote(name(at))))
    }
}

struct WideNote(&'static str);

impl Resource for WideNote {
    type Client = ();
    type Model = Note;

    fn type_name(&self) -> &'static str {
        self.0
    }

    fn schema(&self) -> Schema {
        let text = Attribute::required(Type::String).describe("x".repeat(DESCRIPTION));
        Schema::new(0).attribute("text", text)
    }

    async fn create(&self, planned: Note, _cx: &Context<'_, ()>) -> Created<Note> {
        Created::Created(planned)
    }

    async fn read(&self, state: Note, _cx: &Context<'_, ()>) -> Read<Note> {
        Read::Present(state)
    }

    async fn update(&self, _: Note, planned: Note, _cx: &Context<'_, ()>) -> Updated<Note> {
        Updated::Updated(planned)
    }

    async fn delete(&self, _: Note, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }
}

#[tokio::test]
async fn a_schema_of_more_than_four_mebibytes_is_answered() {
    let session = Session::open(Wide).await;
    let schema = session.call_raw("GetProviderSchema", Bytes::new()).await.expect("an answer");
    assert!(schema.len() > 4 << 20, "{}", schema.len());
    session.configure([]).await;
    session.life("wide_note_59").apply([("text", "x".into())]).await;
}

#[test]
fn terraform_takes_a_schema_of_more_than_four_mebibytes() {
    let Some(_ran) = slow::ring3("sdk-large-schema") else { return };
    const ADDRESS: &str = "registry.terraform.io/aibridge-rs/wide";
    let attached = Attached::start(Wide, ADDRESS).unwrap();
    let project = Project::new(testkit::tools::terraform()).unwrap().attach(&attached);
    let required = format!(
        "terraform {{\n  required_providers {{\n    wide = {{ source = {ADDRESS:?} }}\n  }}\n}}\n"
    );
    project.write("main.tf", &(required + "resource \"wide_note_7\" \"n\" {\n  text = \"x\"\n}\n"));
    let _applied = project.apply().success();
    project.plan().assert_empty();
}

#[test]
fn terraform_applies_changes_and_removes_a_large_value() {
    let Some(_ran) = slow::ring3("sdk-large-value") else { return };
    const NAME: &str = "sample_thing.one";
    let project = cli::project("resource \"sample_thing\" \"one\" {\n  name = file(\"name\")\n}\n");
    let length = |project: &Project| {
        let state = project.state();
        state.value(NAME, "name").as_str().expect("a text").len()
    };
    // Five megabytes is what the real CLI is asked for at every size.
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
