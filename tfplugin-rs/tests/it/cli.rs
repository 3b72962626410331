//! The harness for a real CLI, with the sample provider out of a mirror and with a provider
//! that lives in the test.

use std::path::Path;

use serde_json::json;
use testkit::{slow, tools};
use tfplugin::testing::Attached;
use tfplugin::testing::cli::{Action, Project};

use crate::sample::{Sample, Script};

const SAMPLE: &str = "registry.terraform.io/aibridge-rs/sample";

/// A configuration that finds the sample provider.
pub(crate) fn config(body: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    sample = {{ source = {SAMPLE:?} }}\n  }}\n}}\n{body}"
    )
}

/// A project with the sample provider's binary in its mirror, initialised.
pub(crate) fn project(body: &str) -> Project {
    let binary = Path::new(env!("CARGO_BIN_EXE_sample-provider"));
    let project = Project::new(tools::terraform()).unwrap().provider(SAMPLE, "1.2.3", binary);
    project.write("main.tf", &config(body));
    project.init();
    project
}

const THING: &str = "sample_thing.one";

#[test]
fn a_binary_out_of_a_mirror_lives_its_life() {
    let Some(_ran) = slow::ring3("sdk-cli-mirror") else { return };
    let body = |name: &str| {
        format!(
            "resource \"sample_thing\" \"one\" {{\n  name = {name:?}\n  secret = \"s\"\n  \
             parts = [{{ title = \"x\" }}]\n}}\noutput \"id\" {{\n  value = sample_thing.one.id\n}}\n"
        )
    };
    let project = project(&body("a"));
    let plan = project.plan().success();
    let change = plan.change(THING);
    assert_eq!((change.action, change.known("parts/0/weight")), (Action::Create, &json!(1)));
    assert!(change.is_unknown("id") && !change.is_unknown("name"));
    assert!(change.is_sensitive("secret") && !change.is_sensitive("name"));
    assert!(plan.output("id").is_unknown(""));
    let _applied = project.apply().success();
    let first = project.state();
    assert_eq!(first.value(THING, "id"), "thing-a");
    assert_eq!(first.output("id"), "thing-a");
    project.plan().assert_empty();

    project.write("main.tf", &config(&body("b")));
    assert_eq!(project.plan().change(THING).action, Action::Update);
    let _applied = project.apply().success();
    assert_eq!(project.state().changed_since(&first, THING), ["name"]);

    project.write("main.tf", &config(&body("b").replace("secret", "size = -1\n  secret")));
    let refused = project.validate();
    assert_eq!(refused.error_at("size").summary, "Size is negative");
    assert_eq!(refused.problem("Size is negative").address.as_deref(), Some(THING));
    assert!(project.plan().run.failure().error_at("size").is_error);

    project.write("main.tf", &config(&body("b")));
    let _destroyed = project.destroy().success();
    assert!(project.state().objects().is_empty());
    let _imported = project.import(THING, "thing-b").success();
    assert_eq!(project.state().value(THING, "name"), "b");
}

#[test]
fn a_provider_of_the_test_itself_is_attached() {
    let Some(_ran) = slow::ring3("sdk-cli-attached") else { return };
    let attached = Attached::start(Sample { script: Script::default }, SAMPLE).unwrap();
    let project = Project::new(tools::terraform()).unwrap().attach(&attached);
    project.write(
        "main.tf",
        &config("resource \"sample_thing\" \"one\" {\n  name = \"a\"\n  zone = \"z\"\n}\n"),
    );
    let _applied = project.apply().success();
    project.plan().assert_empty();
    let replaced = project.plan_with(&["-replace=sample_thing.one"]).success();
    assert_eq!(replaced.change(THING).action, Action::Replace);
    project.write(
        "main.tf",
        &config("resource \"sample_thing\" \"one\" {\n  name = \"a\"\n  zone = \"y\"\n}\n"),
    );
    let plan = project.plan().success();
    assert_eq!(plan.change(THING).replace_paths(), ["zone"]);
    assert_eq!(
        (plan.change(THING).before("zone"), plan.change(THING).known("zone")),
        (&json!("z"), &json!("y"))
    );
    let _destroyed = project.destroy().success();
}
