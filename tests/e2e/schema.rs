//! The schema as Terraform shows it.

use serde_json::{Map, Value};
use testkit::slow;

use crate::configurations::resource;
use crate::world::World;

/// What pages and recorded schema are made of; newer cores show more.
const PARTS: [&str; 5] = [
    "provider",
    "resource_schemas",
    "data_source_schemas",
    "ephemeral_resource_schemas",
    "functions",
];

#[test]
fn recorded_schema_is_the_one_that_terraform_shows() {
    let Some(_marker) = slow::ring3("schema-recorded") else { return };
    let world = World::new(&resource(&[]));
    let shown = world.workdir.call().arg("schema").arg("-json").run("providers").success();
    let shown: Value = serde_json::from_str(&shown.stdout).expect("the command prints JSON");
    let schema = &shown["provider_schemas"]["registry.terraform.io/aibridge-rs/aibridge"];
    let shown: Map<String, Value> =
        PARTS.iter().map(|it| ((*it).to_owned(), schema[it].clone())).collect();
    let path = testkit::workspace::root().join("provider/tests/data/schema.json");
    let recorded = std::fs::read(path).expect("the schema is recorded");
    let recorded: Value = serde_json::from_slice(&recorded).expect("the record is JSON");
    for part in PARTS {
        assert_eq!(shown[part], recorded[part], "{part}");
    }
}
