//! The oldest and the newest Terraform core, and each further command line that
//! is named, run the same binary with the bare resource (the module needs 1.9)
//! and with the other kinds that they know.

use std::path::{Path, PathBuf};

use testkit::slow;
use testkit::terraform::Terraform;
use testkit::tools::{NEWEST_CORE, OLDEST_CORE};

use crate::configurations::{
    KNOWN_NO_PROXY, with_data_sources, with_ephemeral_token, with_functions,
};
use crate::life;
use crate::world::World;

/// What a core can know beside resources.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    DataSources,
    EphemeralResources,
    Functions,
}

#[test]
fn oldest_core_runs_the_whole_life_and_reads_data_sources() {
    let Some(_marker) = slow::ring3("core-oldest") else { return };
    check_core(OLDEST_CORE, &[Kind::DataSources]);
}

#[test]
fn newest_core_runs_the_whole_life_and_knows_every_kind() {
    let Some(_marker) = slow::ring3("core-newest") else { return };
    check_core(NEWEST_CORE, &[Kind::DataSources, Kind::Functions, Kind::EphemeralResources]);
}

/// A core, which must be the one that it is called by.
fn check_core(version: &str, kinds: &[Kind]) {
    let terraform = Terraform::core(version);
    assert_eq!(terraform.version(), version);
    life::check(&terraform);
    for kind in kinds {
        check_kind(&terraform, *kind);
    }
}

/// The soak names every command line; without names there is none beside those
/// of the other tests.
#[test]
fn each_command_line_that_is_named_runs_what_it_knows() {
    let Some(_marker) = slow::ring3("command-lines") else { return };
    let programs = command_lines();
    for program in &programs {
        let terraform = Terraform::at(program);
        let version = terraform.version();
        life::check(&terraform);
        let kinds = known_kinds(program, &version);
        for kind in &kinds {
            check_kind(&terraform, *kind);
        }
        let names: Vec<&str> = kinds.iter().map(|it| it.name()).collect();
        print(&format!("{} {version}: life and import, {}", program.display(), names.join(", ")));
    }
    print(&format!("{} command lines", programs.len()));
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that ran fewer would look alike"
)]
fn print(text: &str) {
    println!("{text}");
}

/// The programs that `AIBRIDGE_TEST_CLIS` names, separated as in `PATH`.
#[expect(clippy::disallowed_methods, reason = "the soak names them through the environment")]
fn command_lines() -> Vec<PathBuf> {
    let named = std::env::var_os("AIBRIDGE_TEST_CLIS").filter(|it| !it.is_empty());
    named.map(|it| std::env::split_paths(&it).collect()).unwrap_or_default()
}

/// Kinds that a program knows, by the version that introduced them.
fn known_kinds(program: &Path, version: &str) -> Vec<Kind> {
    let is_tofu = program.file_name().is_some_and(|it| it == "tofu");
    let minor: u32 = version.split('.').nth(1).and_then(|it| it.parse().ok()).expect("a version");
    let kinds =
        [(Kind::DataSources, 0, 0), (Kind::Functions, 8, 7), (Kind::EphemeralResources, 10, 11)];
    let known = kinds
        .into_iter()
        .filter(|(_, terraform, tofu)| minor >= if is_tofu { *tofu } else { *terraform });
    known.map(|(kind, ..)| kind).collect()
}

/// Applies a configuration with the kind, and plans nothing afterwards.
fn check_kind(terraform: &Terraform, kind: Kind) {
    let config = match kind {
        Kind::DataSources => with_data_sources(),
        Kind::EphemeralResources => with_ephemeral_token(),
        Kind::Functions => with_functions(KNOWN_NO_PROXY),
    };
    let world = World::on(terraform, &config);
    let out = world.workdir.path().join("seen");
    world.call().env("OUT", &out).apply().success();
    world.call().env("OUT", &out).plan().assert_empty();
    if kind == Kind::EphemeralResources {
        let seen = std::fs::read_to_string(out).expect("the tool ran");
        assert!(seen.contains(&world.coder.token()), "{seen}");
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::DataSources => "data sources",
            Self::EphemeralResources => "ephemeral resources",
            Self::Functions => "functions",
        }
    }
}
