//! Broken requests: each is answered, none ends the process.

use bytes::Bytes;
use prost::Message as _;
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value, msgpack};

use crate::client::{CallError, Client};
use crate::generated::tfplugin6 as wire;
use crate::running::Running;
use crate::thing::{self, TYPE_NAME, object};

/// A tenth of what the soak sends.
const REQUESTS: usize = 2_000;

#[expect(clippy::disallowed_methods, reason = "a soak asks for more through the environment")]
fn requests() -> usize {
    let asked = std::env::var("TFPLUGIN_MUTATIONS");
    asked.map_or(REQUESTS, |it| it.parse().expect("TFPLUGIN_MUTATIONS is a number"))
}

/// What the process may have grown to, in KiB; it is a debug build.
const MEMORY_LIMIT: u64 = 100 << 10;

/// Numbers that are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }

    /// Bytes with a few places changed, cut out, doubled or blown up.
    fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 if !bytes.is_empty() => bytes[at] = self.next().to_be_bytes()[0],
                1 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                2 => bytes.truncate(at),
                3 => bytes.insert(at, self.next().to_be_bytes()[0]),
                // Lengths of four gigabytes, and nesting without end.
                4 => drop(bytes.splice(at..at, [0xdd, 0xff, 0xff, 0xff, 0xff])),
                _ => drop(bytes.splice(at..at, [0x91; 300])),
            }
        }
        bytes
    }
}

/// Sound requests, as pairs of method and message with the given value in it.
fn request(kind: usize, value: Bytes) -> (&'static str, Vec<u8>) {
    let json = kind % 2 == 1;
    let value = if json {
        wire::DynamicValue { msgpack: Bytes::new(), json: value }
    } else {
        wire::DynamicValue { msgpack: value, json: Bytes::new() }
    };
    let type_name = TYPE_NAME.to_owned();
    let value = Some(value);
    match kind / 2 {
        0 => (
            "ValidateResourceConfig",
            wire::validate_resource_config::Request {
                type_name,
                config: value,
                client_capabilities: None,
            }
            .encode_to_vec(),
        ),
        1 => (
            "ReadResource",
            wire::read_resource::Request { type_name, current_state: value, ..Default::default() }
                .encode_to_vec(),
        ),
        2 => (
            "PlanResourceChange",
            wire::plan_resource_change::Request {
                type_name,
                prior_state: value.clone(),
                proposed_new_state: value.clone(),
                config: value,
                ..Default::default()
            }
            .encode_to_vec(),
        ),
        3 => (
            "ApplyResourceChange",
            wire::apply_resource_change::Request {
                type_name,
                planned_state: value.clone(),
                config: value,
                ..Default::default()
            }
            .encode_to_vec(),
        ),
        4 => {
            let json = value.map(|it| if json { it.json } else { it.msgpack }).unwrap_or_default();
            let raw_state = Some(wire::RawState { json, flatmap: [].into() });
            (
                "UpgradeResourceState",
                wire::upgrade_resource_state::Request { type_name, version: 1, raw_state }
                    .encode_to_vec(),
            )
        }
        _ => (
            "ConfigureProvider",
            wire::configure_provider::Request { config: value, ..Default::default() }
                .encode_to_vec(),
        ),
    }
}

const KINDS: usize = 12;

/// As [`request`], of data sources, ephemeral resources and functions.
fn other_request(kind: usize, bytes: Bytes) -> (&'static str, Vec<u8>) {
    let config = Some(wire::DynamicValue { msgpack: bytes.clone(), json: Bytes::new() });
    let lookup = || "sample_lookup".to_owned();
    let lease = || "sample_lease".to_owned();
    match kind {
        0 => (
            "ValidateDataResourceConfig",
            wire::validate_data_resource_config::Request { type_name: lookup(), config }
                .encode_to_vec(),
        ),
        1 => (
            "ReadDataSource",
            wire::read_data_source::Request { type_name: lookup(), config, ..Default::default() }
                .encode_to_vec(),
        ),
        2 => (
            "ValidateEphemeralResourceConfig",
            wire::validate_ephemeral_resource_config::Request { type_name: lease(), config }
                .encode_to_vec(),
        ),
        3 => (
            "OpenEphemeralResource",
            wire::open_ephemeral_resource::Request {
                type_name: lease(),
                config,
                ..Default::default()
            }
            .encode_to_vec(),
        ),
        4 => (
            "RenewEphemeralResource",
            wire::renew_ephemeral_resource::Request { type_name: lease(), private: Some(bytes) }
                .encode_to_vec(),
        ),
        5 => (
            "CloseEphemeralResource",
            wire::close_ephemeral_resource::Request { type_name: lease(), private: Some(bytes) }
                .encode_to_vec(),
        ),
        _ => (
            "CallFunction",
            wire::call_function::Request {
                name: ["join", "echo"][kind % 2].to_owned(),
                arguments: config.into_iter().collect(),
            }
            .encode_to_vec(),
        ),
    }
}

/// What the requests of [`other_request`] carry before they are broken.
fn sound(kind: usize) -> Vec<u8> {
    let text = |names: &[&str]| {
        let ty = Type::object(names.iter().map(|name| (*name, Type::String)));
        let value = Value::object(names.iter().map(|name| (*name, Value::Null)));
        (ty, value)
    };
    let (ty, value) = match kind {
        0 | 1 => text(&["name", "answer", "note"]),
        2 | 3 => text(&["name", "journal", "trouble", "token"]),
        4 | 5 => return br#"{"name":"a","journal":null,"renewals":0}"#.to_vec(),
        // `echo` takes a value with its own type, `join` a plain text.
        7 => {
            let inner = Dynamic { ty: Type::String, value: "x".into() };
            (Type::Dynamic, Value::Dynamic(Box::new(inner)))
        }
        _ => (Type::String, "x".into()),
    };
    msgpack::encode(&value, &ty).expect("the value is of the type")
}

const OTHER_KINDS: usize = 8;

#[tokio::test]
async fn broken_requests_of_the_other_kinds_are_answered() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let mut numbers = Numbers(0xbad5eed);
    for round in 0..requests() {
        let kind = round % OTHER_KINDS;
        let (method, mut message) = other_request(kind, numbers.mutate(&sound(kind)).into());
        // One in four is broken outside the value too.
        if numbers.below(4) == 0 {
            message = numbers.mutate(&message);
        }
        send(&client, method, message).await;
    }
    end_unharmed(&sample, client).await;
}

/// Shuts it down; its memory has stayed flat, and nothing has panicked: the SDK answers for
/// an operation that panics too.
async fn end_unharmed(sample: &Running, client: Client) {
    let memory = memory_kib(sample.process.id());
    assert!(memory < MEMORY_LIMIT, "{memory} KiB");
    let finished = sample.shut_down(client).await;
    assert!(!finished.stderr.contains("panic"), "{}", finished.stderr);
}

fn memory_kib(pid: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process lives");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its memory");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

async fn send(client: &Client, method: &str, message: Vec<u8>) {
    match client.call_raw(&format!("tfplugin6.Provider/{method}"), message.into()).await {
        // A message that is no protobuf is broken protocol: a status.
        Ok(_) | Err(CallError::Status(13)) => {}
        Err(err) => panic!("`{method}`: {err:?}"),
    }
}

#[tokio::test]
async fn broken_requests_are_answered() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    thing::configure(&client).await;
    let value = object([
        ("name", Value::from("one")),
        ("id", Value::unknown()),
        ("size", Value::from(7)),
        ("labels", Value::map([("a", Value::from("b"))])),
        (
            "parts",
            Value::List(vec![Value::object([
                ("title", Value::from("x")),
                ("weight", Value::from(2)),
            ])]),
        ),
    ]);
    let packed = msgpack::encode(&value, &thing::ty()).expect("a thing");
    let text = br#"{"hook":null,"id":"1","labels":{"a":"b"},"name":"one","parts":[],"secret":null,"size":7,"trouble":null}"#;

    let mut numbers = Numbers(0x5eed);
    let requests = requests();
    for round in 0..requests {
        let kind = round % KINDS;
        let sound = if kind % 2 == 1 { &text[..] } else { &packed };
        let (method, mut message) = request(kind, numbers.mutate(sound).into());
        // One in four is broken outside the value too.
        if numbers.below(4) == 0 {
            message = numbers.mutate(&message);
        }
        send(&client, method, message).await;
    }
    // The configuration may have been broken; it works still.
    thing::configure(&client).await;
    end_unharmed(&sample, client).await;
    say(requests);
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that sent fewer would look alike"
)]
fn say(requests: usize) {
    println!("{requests} mutated requests");
}
