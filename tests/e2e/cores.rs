//! The oldest and the newest Terraform core run the same binary, with the bare resource (the module needs 1.9).

use testkit::binaries;
use testkit::slow;
use testkit::terraform::{Action, Mirror, Terraform};
use testkit::tools::{NEWEST_CORE, OLDEST_CORE};

use crate::fixture::{DATA_SOURCES, Deployment, EPHEMERAL, FUNCTIONS, PROXY};

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

#[test]
fn the_oldest_core_reads_data_sources() {
    let Some(_ran) = slow::ring3("core-oldest-data-sources") else { return };
    check_kind(OLDEST_CORE, DATA_SOURCES);
}

#[test]
fn the_newest_core_knows_every_kind() {
    let Some(_ran) = slow::ring3("core-newest-kinds") else { return };
    for config in [DATA_SOURCES, FUNCTIONS, EPHEMERAL] {
        check_kind(NEWEST_CORE, config);
    }
}

/// Applies a configuration on a core, and plans nothing afterwards.
fn check_kind(version: &str, config: &str) {
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    let deployment = Deployment::new(&Terraform::core(version), &mirror, config);
    let out = deployment.workdir.path().join("seen");
    deployment.call().env("OUT", &out).apply().success();
    deployment.call().env("OUT", &out).plan().assert_empty();
    if config == EPHEMERAL {
        let seen = std::fs::read_to_string(out).expect("the tool ran");
        assert!(seen.contains(&deployment.coder.token()), "{seen}");
    }
}
