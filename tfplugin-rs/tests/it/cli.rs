//! The harness for a real CLI, with the sample provider from a mirror and with a provider in
//! the process of the test.

use std::path::{Path, PathBuf};

use serde_json::json;
use testkit::{slow, tools};
use tfplugin::testing::Attached;
use tfplugin::testing::cli::{Action, Project};

use crate::volume::{DEFAULT, volumes};

pub(crate) const SAMPLE: &str = "registry.terraform.io/aibridge-rs/sample";

/// A configuration that finds the sample provider.
pub(crate) fn config(body: &str) -> String {
    config_for(SAMPLE, body)
}

/// A configuration that finds the provider of that address.
pub(crate) fn config_for(address: &str, body: &str) -> String {
    let name = address.rsplit('/').next().unwrap_or(address);
    let required = format!("{name} = {{ source = {address:?} }}");
    format!("terraform {{\n  required_providers {{\n    {required}\n  }}\n}}\n{body}")
}

/// A project with the sample provider's binary in its mirror, initialised.
pub(crate) fn project(body: &str) -> Project {
    project_with(tools::terraform(), body)
}

/// The same with another CLI.
pub(crate) fn project_with(program: PathBuf, body: &str) -> Project {
    let binary = Path::new(env!("CARGO_BIN_EXE_sample-provider"));
    let project = Project::new(program).unwrap().provider(SAMPLE, "1.2.3", binary);
    project.write("main.tf", &config(body));
    project.init();
    project
}

const ONE: &str = "sample_instance.one";

#[test]
fn provider_from_a_mirror_serves_the_life_of_an_object() {
    let Some(_ran) = slow::ring3("sdk-cli-mirror") else { return };
    let body = |name: &str| {
        format!(
            "resource \"sample_instance\" \"one\" {{\n  name = {name:?}\n  secret = \"s\"\n  \
             parts = [{{ title = \"x\" }}]\n}}\n\
             output \"id\" {{\n  value = sample_instance.one.id\n}}\n"
        )
    };
    let project = project(&body("a"));
    let plan = project.plan().success();
    let change = plan.change(ONE);
    assert_eq!((change.action, change.known("parts/0/weight")), (Action::Create, &json!(1)));
    assert!(change.is_unknown("id") && !change.is_unknown("name"));
    assert!(change.is_sensitive("secret") && !change.is_sensitive("name"));
    assert!(plan.output("id").is_unknown(""));
    let _applied = project.apply().success();
    let first = project.state();
    assert_eq!(first.value(ONE, "id"), "instance-a");
    assert_eq!(first.output("id"), "instance-a");
    project.plan().assert_empty();

    project.write("main.tf", &config(&body("b")));
    assert_eq!(project.plan().change(ONE).action, Action::Update);
    let _applied = project.apply().success();
    assert_eq!(project.state().changed_since(&first, ONE), ["name"]);

    project.write("main.tf", &config(&body("b").replace("secret", "size = -1\n  secret")));
    let refused = project.validate();
    assert_eq!(refused.error_at("size").summary, "Size is negative");
    assert_eq!(refused.problem("Size is negative").address.as_deref(), Some(ONE));
    assert!(project.plan().run.failure().error_at("size").is_error);

    project.write("main.tf", &config(&body("b")));
    let _destroyed = project.destroy().success();
    assert!(project.state().objects().is_empty());
    let _imported = project.import(ONE, "instance-b").success();
    assert_eq!(project.state().value(ONE, "name"), "b");
}

#[test]
fn provider_in_process_is_attached_to_by_terraform() {
    let Some(_ran) = slow::ring3("sdk-cli-attached") else { return };
    let attached = Attached::start(volumes(DEFAULT), SAMPLE).unwrap();
    let project = Project::new(tools::terraform()).unwrap().attach(&attached);
    let body = |zone: &str| {
        config(&format!(
            "resource \"sample_volume\" \"one\" {{\n  name = \"a\"\n  zone = {zone:?}\n}}\n"
        ))
    };
    project.write("main.tf", &body("z"));
    let _applied = project.apply().success();
    project.plan().assert_empty();
    let replaced = project.plan_with(&["-replace=sample_volume.one"]).success();
    assert_eq!(replaced.change("sample_volume.one").action, Action::Replace);
    project.write("main.tf", &body("y"));
    let plan = project.plan().success();
    let change = plan.change("sample_volume.one");
    assert_eq!(change.replace_paths(), ["zone"]);
    assert_eq!((change.before("zone"), change.known("zone")), (&json!("z"), &json!("y")));
    let _destroyed = project.destroy().success();
}
