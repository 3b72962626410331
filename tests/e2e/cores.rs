//! The oldest and the newest Terraform core run the same binary, with the bare resource (the module needs 1.9).

use testkit::slow;
use testkit::terraform::{Action, Terraform};
use testkit::tools::{NEWEST_CORE, OLDEST_CORE};

use crate::fixture::{Deployment, PROXY};

#[test]
fn the_oldest_core_runs_the_whole_life() {
    let Some(_ran) = slow::ring3("core-oldest") else { return };
    check(OLDEST_CORE);
}

#[test]
fn the_newest_core_runs_the_whole_life() {
    let Some(_ran) = slow::ring3("core-newest") else { return };
    check(NEWEST_CORE);
}

/// Runs the life of the bare resource on a core, which must be the one it says.
fn check(version: &str) {
    let terraform = Terraform::core(version);
    assert_eq!(terraform.version(), version);
    let deployment = Deployment::bare(&terraform);
    deployment.call().validate().success();
    let plan = deployment.call().plan().success();
    assert_eq!(plan.change(PROXY).action, Action::Create);
    deployment.call().apply_planned().success();
    deployment.call().plan().assert_empty();

    deployment.coder.set_token(testkit::token::random());
    let plan = deployment.call().plan().success();
    assert_eq!(plan.change(PROXY).action, Action::Update);
    deployment.call().apply().success();
    deployment.call().plan().assert_empty();

    deployment.call().destroy().success();
    assert!(deployment.workdir.call().show().resources().is_empty());
    deployment.call().import(PROXY, "http://proxy.example.com:8888").success();
    assert_eq!(deployment.call().plan().success().change(PROXY).action, Action::NoOp);
}
