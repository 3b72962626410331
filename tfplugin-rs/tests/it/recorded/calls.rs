//! One request of each kind that a real core sends to the sample provider, whole: the seeds
//! of mutation and of the fuzz targets' corpus.
//!
//! The newest core is recorded, since it makes every call; the form of the file is described
//! in `file`.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use testkit::{golden, slow, tools};
use tfplugin::testing::cli::Project;
use tfplugin::testing::{Attached, Request};

use super::file::{self, Entry};
use crate::cli::{SAMPLE, config};
use crate::generated::tfplugin6 as wire;
use crate::kinds::SampleKinds;
use crate::messages::{self, Part, read};

/// The name of the recording beside those of the cores.
const CALLS: &str = "calls";

/// The names and the messages of the recorded requests.
pub(crate) fn recorded() -> Vec<(String, Vec<u8>)> {
    let text = std::fs::read_to_string(super::path(CALLS)).unwrap();
    let entries = file::read(&text).into_iter();
    entries.map(|mut it| (it.places.swap_remove(0), it.bytes)).collect()
}

#[test]
fn newest_core_sends_the_calls_that_are_recorded() {
    let Some(_ran) = slow::ring3("sdk-recorded-calls") else { return };
    // By name: in which order a core imports and deletes differs from run to run.
    let mut first = BTreeMap::new();
    for (method, message) in record() {
        first.entry(name(&method, &message)).or_insert(message);
    }
    let entries = first.into_iter().map(|(name, bytes)| Entry { places: vec![name], bytes });
    let entries: Vec<Entry> = entries.collect();
    golden::check(&super::path(CALLS), &file::write(&entries));
}

/// Method, type and way: requests of one name differ in nothing that matters here.
fn name(method: &str, message: &[u8]) -> String {
    let mut nulls = Vec::new();
    let mut is_unknown = false;
    messages::visit(method, message, &mut |field, part| {
        let Part::Value(value) = part else { return };
        if value.msgpack == b"\xc0"[..] {
            nulls.push(field);
        }
        is_unknown |= field == "config" && value.msgpack.windows(3).any(|it| it == b"\xd4\0\0");
    });
    let way = match method {
        "PlanResourceChange" | "ApplyResourceChange" if nulls.contains(&"prior_state") => "create",
        "PlanResourceChange" | "ApplyResourceChange" if nulls.contains(&"config") => "delete",
        "PlanResourceChange" | "ApplyResourceChange" => "update",
        "ImportResourceState" => {
            let request: wire::import_resource_state::Request = read(message);
            if request.id.is_empty() { "identity" } else { "id" }
        }
        "MoveResourceState" => {
            let request: wire::move_resource_state::Request = read(message);
            return format!("{method} {}", request.source_type_name);
        }
        "UpgradeResourceState" => {
            let request: wire::upgrade_resource_state::Request = read(message);
            if request.version == 0 { "older" } else { "" }
        }
        "UpgradeResourceIdentity" => {
            let request: wire::upgrade_resource_identity::Request = read(message);
            if request.version == 0 && request.type_name == "sample_host" { "older" } else { "" }
        }
        _ => "",
    };
    let about = messages::about(method, message);
    let unknown = if is_unknown { "unknown" } else { "" };
    let words = [method, &about, way, unknown].map(str::to_owned);
    words.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

/// All calls that the core sends while objects are created, updated, stored by an older
/// version of the provider, moved, imported and destroyed.
fn record() -> Vec<(String, Vec<u8>)> {
    let (attached, recording) = Attached::recording(SampleKinds, SAMPLE).unwrap();
    let project = Project::new(tools::terraform_core(tools::NEWEST_CORE)).unwrap();
    let project = project.attach(&attached);
    let apply = |body: &str| {
        project.write("main.tf", &config(body));
        // One operation after the other, so that the order is the same on every run.
        let _applied = project.apply_with(&["-parallelism=1"]).success();
    };
    apply(&(FIRST.to_owned() + OBJECTS));
    let id = project.state().value("terraform_data.host", "id").as_str().unwrap().to_owned();
    let changed = OBJECTS.replace("[1]", "[2]").replace("number = 7", "number = 8");
    apply(&(FIRST.to_owned() + &changed));
    store_as_older(&project);
    apply(&(FIRST.to_owned() + &changed));
    apply(&(FIRST.to_owned() + MOVED_AND_IMPORTED));
    let _destroyed = project.run("destroy", &["-auto-approve", "-parallelism=1"]).success();
    let requests = recording.take().into_iter();
    requests.map(|Request { method, message }| (method, without_id(&message, &id))).collect()
}

/// The message with zeros in the place of the id, which is another one in each run.
fn without_id(message: &[u8], id: &str) -> Vec<u8> {
    let mut message = message.to_vec();
    for at in 0..message.len() {
        if message[at..].starts_with(id.as_bytes()) {
            message[at..at + id.len()].fill(b'0');
        }
    }
    message
}

/// Rewrites the state as the first version of the provider had stored it.
fn store_as_older(project: &Project) {
    let path = project.path().join("terraform.tfstate");
    let mut state: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for resource in state["resources"].as_array_mut().unwrap() {
        let is_host = resource["type"] == "sample_host";
        let is_ours = is_host || resource["type"] == "sample_complex";
        for instance in resource["instances"].as_array_mut().unwrap().iter_mut().filter(|_| is_ours)
        {
            instance["schema_version"] = json!(0);
            instance["attributes"]["gone"] = json!([1, {}]);
            if is_host {
                instance["identity_schema_version"] = json!(0);
                for object in ["attributes", "identity"] {
                    let name = instance[object]["name"].take();
                    instance[object].as_object_mut().unwrap().remove("name");
                    instance[object]["title"] = name;
                }
            }
        }
    }
    state["serial"] = json!(state["serial"].as_u64().unwrap() + 1);
    project.write("terraform.tfstate", &state.to_string());
}

const FIRST: &str = r#"
provider "sample" {
  token = "t"
}

data "sample_lookup" "it" {
  name    = "a"
  dynamic = [1, "x"]
  number  = 7
  set     = ["b", "a"]
}

ephemeral "sample_lease" "it" {
  name    = "a"
  dynamic = { k = true }
}

output "results" {
  value = [
    provider::sample::echo({ a = [1, null] }),
    provider::sample::half(6),
    provider::sample::join("-", "a", "b"),
    provider::sample::last([1, 2.5], "x", tolist([true])),
  ]
}
"#;

const OBJECTS: &str = r#"
resource "terraform_data" "host" {
  input = "data"
}

resource "sample_complex" "known" {
  boolean     = true
  chosen      = "b"
  dynamic     = tolist([{ k = true }, { k = false }])
  list        = [123456789012345678901234567890.5, -1, null]
  map         = { "e\u0301" = "e\u0301", k = null }
  map_of_sets = { k = [2, 1], none = [] }
  number      = 7
  object      = { a = "x", b = [true, null] }
  secret      = "hush"
  set         = ["y", "x"]
  string      = "text"
  tuple       = [false, "t"]
  written     = "w"

  nested_list   = [{ key = "b", note = "n" }, { key = "a" }]
  nested_map    = { k = { key = "a" } }
  nested_set    = [{ key = "d" }, { key = "c", note = "n" }]
  nested_single = { key = "e" }

  block_group {
    x = true
  }
  block_list {
    name = "a"
  }
  block_list {
    name = "b"
    size = 2
  }
  block_map "k" {
    name = "c"
  }
  block_set {
    name = "d"
    size = 0.5
  }
  block_single {
    name = "e"
  }
}

resource "sample_complex" "unknown" {
  boolean = terraform_data.host.output == "data"
  dynamic = terraform_data.host.output
  map     = { k = terraform_data.host.id }
  set     = ["a", terraform_data.host.output]
  number  = 7

  nested_set    = [{ key = "c" }, { key = terraform_data.host.output }]
  nested_single = { key = terraform_data.host.id }

  dynamic "block_list" {
    for_each = toset([terraform_data.host.id == "" ? "a" : "b"])
    content {
      name = block_list.value
    }
  }

  depends_on = [sample_complex.known]
}

resource "sample_host" "web" {
  name   = "web"
  policy = "[1]"

  login = {
    user                = "root"
    password_wo         = ephemeral.sample_lease.it.token
    password_wo_version = 1
  }
  timeouts = { create = "9s" }

  depends_on = [sample_complex.unknown]
}
"#;

const MOVED_AND_IMPORTED: &str = r#"
moved {
  from = sample_complex.known
  to   = sample_host.of_complex
}

resource "sample_host" "of_complex" {
  name = "text"
}

moved {
  from = terraform_data.host
  to   = sample_host.of_data
}

resource "sample_host" "of_data" {
  name       = "data"
  depends_on = [sample_host.of_complex]
}

import {
  to = sample_host.by_id
  id = "eu/id"
}

resource "sample_host" "by_id" {
  name       = "id"
  depends_on = [sample_host.of_data]
}

import {
  to       = sample_host.by_identity
  identity = { name = "identity", region = "eu" }
}

resource "sample_host" "by_identity" {
  name       = "identity"
  depends_on = [sample_host.by_id]
}

import {
  to       = sample_complex.by_identity
  identity = { id = "1", boolean = true, list = [1, 2], number = 7 }
}

resource "sample_complex" "by_identity" {
  boolean    = true
  list       = [1, 2]
  number     = 7
  depends_on = [sample_host.by_identity]
}
"#;
