//! The oldest and the newest Terraform core, and each further command line that is
//! named, run the same binary with the bare resource (the module needs 1.9) and with
//! the other kinds that they know.

use std::path::{Path, PathBuf};

use testkit::binaries;
use testkit::slow;
use testkit::terraform::{Action, Mirror, Terraform};
use testkit::tools::{NEWEST_CORE, OLDEST_CORE};

use crate::fixture::{DATA_SOURCES, Deployment, EPHEMERAL, FUNCTIONS, PROXY};

#[test]
fn the_oldest_core_runs_the_whole_life() {
    let Some(_marker) = slow::ring3("core-oldest") else { return };
    check(OLDEST_CORE);
}

#[test]
fn the_newest_core_runs_the_whole_life() {
    let Some(_marker) = slow::ring3("core-newest") else { return };
    check(NEWEST_CORE);
}

/// Runs the life of the bare resource on a core, which must be the one it says.
fn check(version: &str) {
    let terraform = Terraform::core(version);
    assert_eq!(terraform.version(), version);
    check_life(&terraform);
}

fn check_life(terraform: &Terraform) {
    let deployment = Deployment::bare(terraform);
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
    let Some(_marker) = slow::ring3("core-oldest-data-sources") else { return };
    check_kind(&Terraform::core(OLDEST_CORE), DATA_SOURCES);
}

#[test]
fn the_newest_core_knows_every_kind() {
    let Some(_marker) = slow::ring3("core-newest-kinds") else { return };
    for config in [DATA_SOURCES, FUNCTIONS, EPHEMERAL] {
        check_kind(&Terraform::core(NEWEST_CORE), config);
    }
}

#[test]
fn each_command_line_runs_what_it_knows() {
    let Some(_marker) = slow::ring3("command-lines") else { return };
    let programs = command_lines();
    for program in &programs {
        let terraform = Terraform::at(program);
        let version = terraform.version();
        check_life(&terraform);
        let kinds = known_kinds(program, &version);
        for (_, config) in &kinds {
            check_kind(&terraform, config);
        }
        let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
        say(&format!("{} {version}: life and import, {}", program.display(), names.join(", ")));
    }
    say(&format!("{} command lines", programs.len()));
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that ran fewer would look alike"
)]
fn say(text: &str) {
    println!("{text}");
}

/// The programs that `AIBRIDGE_TEST_CLIS` names, separated as in `PATH`; the
/// everyday one if it names none.
#[expect(clippy::disallowed_methods, reason = "a test is told by its environment")]
fn command_lines() -> Vec<PathBuf> {
    match std::env::var_os("AIBRIDGE_TEST_CLIS").filter(|it| !it.is_empty()) {
        Some(named) => std::env::split_paths(&named).collect(),
        None => vec![Terraform::everyday().program().to_owned()],
    }
}

/// Kinds that a program knows, from the version on in which it learnt them.
fn known_kinds(program: &Path, version: &str) -> Vec<(&'static str, &'static str)> {
    let is_tofu = program.file_name().is_some_and(|it| it == "tofu");
    let minor: u32 = version.split('.').nth(1).and_then(|it| it.parse().ok()).expect("a version");
    let kinds = [
        ("data sources", DATA_SOURCES, 0, 0),
        ("functions", FUNCTIONS, 8, 7),
        ("ephemeral resources", EPHEMERAL, 10, 11),
    ];
    let known = kinds
        .into_iter()
        .filter(|(_, _, terraform, tofu)| minor >= if is_tofu { *tofu } else { *terraform });
    known.map(|(name, config, ..)| (name, config)).collect()
}

/// Applies a configuration, and plans nothing afterwards.
fn check_kind(terraform: &Terraform, config: &str) {
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    let deployment = Deployment::new(terraform, &mirror, config);
    let out = deployment.workdir.path().join("seen");
    deployment.call().env("OUT", &out).apply().success();
    deployment.call().env("OUT", &out).plan().assert_empty();
    if config == EPHEMERAL {
        let seen = std::fs::read_to_string(out).expect("the tool ran");
        assert!(seen.contains(&deployment.coder.token()), "{seen}");
    }
}
