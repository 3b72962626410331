//! Moves, imports by id and by identity, and values compared by meaning, under real cores.
//!
//! Identity takes Terraform 1.12, so it is proved on the newest core; the rest on the CLI
//! of the search path.

use std::path::PathBuf;

use serde_json::json;
use testkit::{slow, tools};
use tfplugin::testing::cli::{Action, Project};

use crate::cli::{config, project_with as project};

const HOST: &str = "sample_host.web";

const PLAIN: &str = "resource \"sample_host\" \"web\" {\n  name = \"web\"\n}\n";

/// Writes another configuration, applies it, and expects nothing to be left to do.
fn settle(project: &Project, body: &str) {
    project.write("main.tf", &config(body));
    let _applied = project.apply().success();
    project.plan().assert_empty();
}

fn moves_between_types(program: PathBuf) {
    let instance =
        "resource \"sample_instance\" \"old\" {\n  name = \"web\"\n  secret = \"s\"\n}\n";
    let project = project(program, instance);
    settle(&project, instance);
    let moved =
        format!("{PLAIN}moved {{\n  from = sample_instance.old\n  to   = sample_host.web\n}}\n");
    project.write("main.tf", &config(&moved));
    let plan = project.plan().success();
    assert_eq!(plan.change(HOST).action, Action::NoOp);
    settle(&project, &moved);
    assert_eq!(project.state().value(HOST, "id"), "eu/web");

    // To a type that takes nothing over.
    let refused = format!(
        "{}moved {{\n  from = sample_host.web\n  to   = sample_instance.back\n}}\n",
        "resource \"sample_instance\" \"back\" {\n  name = \"web\"\n}\n"
    );
    project.write("main.tf", &config(&refused));
    let plan = project.plan();
    let problem = plan.run.problem("Move is not supported");
    assert!(problem.detail.contains("sample_host"), "{problem:?}");
    assert!(problem.detail.contains("sample_instance"), "{problem:?}");
}

fn moves_from_another_provider(program: PathBuf) {
    let data = "resource \"terraform_data\" \"old\" {\n  input = \"web\"\n}\n";
    let project = project(program, data);
    settle(&project, data);
    let moved =
        format!("{PLAIN}moved {{\n  from = terraform_data.old\n  to   = sample_host.web\n}}\n");
    project.write("main.tf", &config(&moved));
    assert_eq!(project.plan().success().change(HOST).action, Action::NoOp);
    settle(&project, &moved);
    assert_eq!(project.state().value(HOST, "id"), "eu/web");
}

fn imports_by_id(program: PathBuf) {
    let body = format!("{PLAIN}import {{\n  to = sample_host.web\n  id = \"eu/web\"\n}}\n");
    let project = project(program, &body);
    let plan = project.plan().success();
    assert_eq!(plan.change(HOST).action, Action::NoOp);
    settle(&project, &body);
    assert_eq!(project.state().value(HOST, "id"), "eu/web");
}

fn keeps_spellings_and_secrets(program: PathBuf) {
    let body = |policy: &str, version: u8| {
        format!(
            "resource \"sample_host\" \"web\" {{\n  name   = \"web\"\n  policy = {policy:?}\n  \
             login = {{\n    user = \"root\"\n    password_wo = \"hush-hush\"\n    \
             password_wo_version = {version}\n  }}\n  \
             timeouts = {{\n    create = \"2m\"\n  }}\n}}\n"
        )
    };
    let project = project(program, &body("{\"b\":1,\"a\":[2]}", 1));
    settle(&project, &body("{\"b\":1,\"a\":[2]}", 1));
    let state = project.state();
    assert_eq!(state.value(HOST, "policy"), "{\"b\":1,\"a\":[2]}");
    assert_eq!(state.value(HOST, "login/password_wo"), &json!(null));
    assert_eq!(state.value(HOST, "password_chars"), 9);
    assert_eq!(state.value(HOST, "time_left"), 120);
    // Another spelling of the same plans nothing; another version is an update.
    project.write("main.tf", &config(&body("{ \"a\": [2.0], \"b\": 1 }", 1)));
    project.plan().assert_empty();
    project.write("main.tf", &config(&body("{ \"a\": [2.0], \"b\": 1 }", 2)));
    assert_eq!(project.plan().success().change(HOST).action, Action::Update);
    settle(&project, &body("{ \"a\": [2.0], \"b\": 1 }", 2));
    assert_eq!(project.state().value(HOST, "policy"), "{\"b\":1,\"a\":[2]}");
    let soon = body("{}", 2).replace("2m", "soon");
    project.write("main.tf", &config(&soon));
    let refused = project.validate().failure();
    assert!(refused.problem("Invalid attribute value").detail.contains("`soon`"), "{refused:?}");
}

#[test]
fn everyday_core_moves_objects_between_types_and_providers() {
    let Some(_ran) = slow::ring3("sdk-move") else { return };
    moves_between_types(tools::terraform());
    moves_from_another_provider(tools::terraform());
}

#[test]
fn everyday_core_imports_an_object_by_id() {
    let Some(_ran) = slow::ring3("sdk-import-id") else { return };
    imports_by_id(tools::terraform());
}

#[test]
fn everyday_core_keeps_stored_spellings_and_stores_no_write_only_value() {
    let Some(_ran) = slow::ring3("sdk-spelling") else { return };
    keeps_spellings_and_secrets(tools::terraform());
}

#[test]
fn newest_core_imports_and_stores_identities() {
    let Some(_ran) = slow::ring3("sdk-identity") else { return };
    let newest = || tools::terraform_core(tools::NEWEST_CORE);
    moves_between_types(newest());
    imports_by_id(newest());
    for identity in ["name = \"web\"", "name = \"web\"\n    region = \"eu\""] {
        let import = format!(
            "import {{\n  to = sample_host.web\n  identity = {{\n    {identity}\n  }}\n}}\n"
        );
        let body = format!("{PLAIN}{import}");
        let project = project(newest(), &body);
        let plan = project.plan().success();
        assert_eq!(plan.change(HOST).action, Action::NoOp, "{identity}");
        settle(&project, &body);
        assert_eq!(project.state().value(HOST, "id"), "eu/web");
        assert_eq!(stored_identity(&project), json!({ "name": "web", "region": "eu" }));

        // A changed name is another object, with another identity.
        let renamed = PLAIN.replace("name = \"web\"", "name = \"db\"");
        project.write("main.tf", &config(&renamed));
        assert_eq!(project.plan().success().change(HOST).action, Action::Replace);
        settle(&project, &renamed);
        assert_eq!(stored_identity(&project), json!({ "name": "db", "region": "eu" }));
        let _destroyed = project.destroy().success();
    }
    let unnamed = "import {\n  to = sample_host.web\n  identity = {\n    region = \"eu\"\n  }\n}\n";
    let project = project(newest(), &format!("{PLAIN}{unnamed}"));
    let _refused = project.plan().run.failure();
}

/// What the state file has as the host's identity.
fn stored_identity(project: &Project) -> serde_json::Value {
    let state = std::fs::read_to_string(project.path().join("terraform.tfstate")).unwrap();
    let state: serde_json::Value = serde_json::from_str(&state).unwrap();
    state["resources"][0]["instances"][0]["identity"].clone()
}
