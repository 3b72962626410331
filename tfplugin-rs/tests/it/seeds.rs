//! Valid requests to the sample provider, from which tests and fuzz targets make invalid ones.
//!
//! Most are what a real core sent (`tests/data/recorded/calls.txt`, recorded by
//! `recorded::calls`), one for each way that each call can take; the rest are derived from
//! those. A seed that no longer reached its operation would make every mutation of it
//! worthless, so the seeds themselves are sent first, and the provider's log shows what they
//! reach.

use std::collections::BTreeSet;

use bytes::Bytes;
use tfplugin::value::{Value, json, msgpack};

use crate::generated::tfplugin6 as wire;
use crate::instance::problems;
use crate::kinds::COMPLEX;
use crate::kinds::complex;
use crate::kinds::host::HOST;
use crate::messages::{self, Part, calls_of_the_service, read};
use crate::recorded::calls;
use crate::scripted::with;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Seed {
    /// Method, type and way, such as `PlanResourceChange sample_host update`.
    pub(crate) name: String,
    pub(crate) message: Vec<u8>,
}

/// Calls that no core makes, or none in time.
const NOT_RECORDED: [&str; 3] = ["GetFunctions", "GetMetadata", "StopProvider"];

/// All seeds.
pub(crate) fn all() -> Vec<Seed> {
    let recorded = calls::recorded().into_iter().map(|(name, message)| Seed { name, message });
    let recorded: Vec<Seed> = recorded.collect();
    let mut seeds = recorded.clone();
    seeds.extend(recorded.iter().filter_map(in_json));
    seeds.extend(recorded.iter().filter_map(renewal));
    let empty = NOT_RECORDED.map(|method| Seed { name: method.to_owned(), message: Vec::new() });
    seeds.extend(empty);
    seeds
}

/// Those about the resources of one type.
pub(crate) fn about(type_name: &str) -> Vec<Seed> {
    all().into_iter().filter(|it| it.about() == type_name).collect()
}

/// Those about the provider as a whole, data sources, ephemeral resources and functions.
pub(crate) fn about_others() -> Vec<Seed> {
    all().into_iter().filter(|it| ![COMPLEX, HOST].contains(&it.about().as_str())).collect()
}

/// The same request with its values in JSON, which the protocol allows and no core sends. JSON
/// has no unknown values: the id is the one that the object gets, the others are null.
fn in_json(seed: &Seed) -> Option<Seed> {
    if seed.about() != COMPLEX || seed.name.ends_with("unknown") {
        return None;
    }
    let mut has_values = false;
    let message = messages::visit(seed.method(), &seed.message, &mut |name, part| {
        let Part::Value(value) = part else { return };
        if name.ends_with("identity") {
            return;
        }
        has_values = true;
        let decoded = msgpack::decode(&value.msgpack, complex::schema().ty());
        let mut decoded = decoded.expect("a recorded value");
        if decoded.get("id").is_some_and(Value::is_unknown) {
            decoded = with(&decoded, &[("id", "1".into())]);
        }
        let known = decoded.unknown_as_null();
        value.json = json::to_json(&known).expect("it is known").to_string().into();
        value.msgpack = Bytes::new();
    });
    has_values.then(|| Seed { name: format!("{} json", seed.name), message })
}

/// A core renews a lease in the course of minutes; its request is that of the close.
fn renewal(seed: &Seed) -> Option<Seed> {
    let rest = seed.name.strip_prefix("CloseEphemeralResource")?;
    let name = format!("RenewEphemeralResource{rest}");
    Some(Seed { name, message: seed.message.clone() })
}

impl Seed {
    pub(crate) fn method(&self) -> &str {
        self.name.split(' ').next().unwrap_or_default()
    }

    pub(crate) fn path(&self) -> String {
        format!("tfplugin6.Provider/{}", self.method())
    }

    /// The type, or the function, that it is about.
    pub(crate) fn about(&self) -> String {
        messages::about(self.method(), &self.message)
    }

    /// Values, stored texts, private data: what is mutated one by one.
    pub(crate) fn parts(&self) -> Vec<Bytes> {
        let mut parts = Vec::new();
        messages::visit(self.method(), &self.message, &mut |_, part| {
            parts.push(match part {
                Part::Bytes(bytes) => bytes.clone(),
                Part::Text(text) => text.clone().into(),
                Part::Value(value) if value.json.is_empty() => value.msgpack.clone(),
                Part::Value(value) => value.json.clone(),
            });
        });
        parts
    }

    /// The message with other parts.
    pub(crate) fn with_parts(&self, parts: &[Bytes]) -> Vec<u8> {
        let mut parts = parts.iter().cloned();
        messages::visit(self.method(), &self.message, &mut |_, part| {
            let new = parts.next().expect("as many as before");
            match part {
                Part::Bytes(bytes) => *bytes = new,
                Part::Text(text) => *text = String::from_utf8_lossy(&new).into_owned(),
                Part::Value(value) if value.json.is_empty() => value.msgpack = new,
                Part::Value(value) => value.json = new,
            }
        })
    }

    /// # Panics
    /// If the answer to the unchanged request is none, or has a diagnostic.
    pub(crate) fn assert_succeeded(&self, answer: Bytes) {
        let diagnostics = messages::diagnostics(self.method(), answer).expect("an answer");
        assert!(diagnostics.is_empty(), "{}: {:#?}", self.name, problems(&diagnostics));
    }

    /// The operation of the provider that it reaches, as [`reached`] finds it in the log.
    pub(crate) fn reaches(&self) -> Option<String> {
        let about = self.about();
        let operation = match self.method() {
            "ConfigureProvider" => "configure",
            "ReadResource" | "ReadDataSource" => "read",
            "ApplyResourceChange" => change(&self.message),
            "ImportResourceState" if self.name.ends_with("identity") => "import_by_identity",
            "ImportResourceState" => "import",
            "MoveResourceState" => "move_from",
            "OpenEphemeralResource" => "open",
            "RenewEphemeralResource" => "renew",
            "CloseEphemeralResource" => "close",
            "CallFunction" => &about,
            "UpgradeResourceState" if self.name.ends_with("older") => "upgrade",
            "UpgradeResourceIdentity" if self.name.ends_with("older") => "upgrade_identity",
            method if method.starts_with("Validate") => "validate",
            _ => return None,
        };
        Some(format!("{} {operation}", self.method()))
    }
}

/// What an apply does.
fn change(message: &[u8]) -> &'static str {
    let request: wire::apply_resource_change::Request = read(message);
    let is_null = |value: Option<wire::DynamicValue>| {
        value.is_none_or(|it| it.msgpack == b"\xc0"[..] || it.json == b"null"[..])
    };
    match (is_null(request.prior_state), is_null(request.planned_state)) {
        (true, _) => "create",
        (false, true) => "delete",
        (false, false) => "update",
    }
}

/// The variable that makes the provider log which operations are reached.
pub(crate) const LOGGED: (&str, &str) = ("TF_LOG", "debug");

/// The operations that were reached and by which call, in order.
pub(crate) fn reached(log: &str) -> impl Iterator<Item = String> {
    log.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(format!("{} {}", line["tf_rpc"].as_str()?, line["reached"].as_str()?))
    })
}

#[test]
fn seeds_cover_every_call_of_the_service_and_every_change() {
    let seeds = all();
    let methods: BTreeSet<&str> = seeds.iter().map(Seed::method).collect();
    assert_eq!(methods, calls_of_the_service());
    let reached: BTreeSet<String> = seeds.iter().filter_map(Seed::reaches).collect();
    for operation in [
        "ApplyResourceChange create",
        "ApplyResourceChange delete",
        "ApplyResourceChange update",
        "ImportResourceState import",
        "ImportResourceState import_by_identity",
        "MoveResourceState move_from",
        "UpgradeResourceIdentity upgrade_identity",
        "UpgradeResourceState upgrade",
    ] {
        assert!(reached.contains(operation), "no seed reaches {operation}");
    }
    let names: BTreeSet<&String> = seeds.iter().map(|it| &it.name).collect();
    assert_eq!(names.len(), seeds.len(), "each seed has a name of its own");
}
