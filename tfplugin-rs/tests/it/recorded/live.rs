//! Records real cores again: what is checked in is what they send.

use std::path::PathBuf;

use testkit::{golden, slow, tools};
use tfplugin::testing::Attached;
use tfplugin::testing::cli::Project;

use super::configuration::{FIRST, SECOND, configuration};
use super::file::{self, Entry};
use super::kinds::{self, ADDRESS};
use super::{CORES, decode, path, place, requests};
use crate::soak;

/// The version of the core at that path, and what it sends.
fn record(program: PathBuf) -> (String, Vec<Entry>) {
    let project = Project::new(program).unwrap();
    let output = project.run("version", &["-json"]).success();
    let output: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let version = output["terraform_version"].as_str().unwrap().to_owned();

    let (attached, recording) = Attached::recording(kinds::provider(0), ADDRESS).unwrap();
    let project = project.attach(&attached);
    project.write("main.tf", &configuration(&FIRST, &version));
    let _applied = project.apply().success();
    let create = recording.take();
    project.plan().assert_empty();

    let (attached, recording) = Attached::recording(kinds::provider(1), ADDRESS).unwrap();
    let project = project.attach(&attached);
    project.write("main.tf", &configuration(&SECOND, &version));
    let _applied = project.apply().success();
    let update = recording.take();
    project.plan().assert_empty();
    drop(recording.take());
    let _destroyed = project.destroy().success();
    let steps = [("create", create), ("update", update), ("destroy", recording.take())];
    (version, requests::entries(&steps))
}

/// Compares, or writes with `UPDATE_EXPECT=1`.
#[track_caller]
fn check(core: &str, entries: &[Entry]) {
    golden::check(&path(core), &file::write(entries));
}

#[test]
fn oldest_and_newest_core_send_the_values_that_are_recorded() {
    let Some(_ran) = slow::ring3("sdk-recorded-oldest-newest") else { return };
    for core in [tools::OLDEST_CORE, tools::NEWEST_CORE] {
        let (version, entries) = record(tools::terraform_core(core));
        assert_eq!(version, core);
        check(core, &entries);
    }
}

/// Which versions these are depends on the machine; one that is not recorded must at least
/// send what can be read.
#[test]
fn each_named_core_sends_what_is_recorded() {
    let Some(_ran) = slow::ring3("sdk-recorded-named") else { return };
    let programs = named();
    for program in &programs {
        let (version, entries) = record(program.clone());
        if CORES.contains(&version.as_str()) {
            check(&version, &entries);
        }
        for Entry { places, bytes } in &entries {
            for text in places {
                let _readable = decode(bytes, &place(text));
            }
        }
    }
    soak::report(&format!("{} recorded cores", programs.len()));
}

/// The programs that `TFPLUGIN_CORES` names, separated as in `PATH`; the everyday one if it
/// names none.
#[expect(clippy::disallowed_methods, reason = "a test is configured by its environment")]
fn named() -> Vec<PathBuf> {
    match std::env::var_os("TFPLUGIN_CORES").filter(|it| !it.is_empty()) {
        Some(named) => std::env::split_paths(&named).collect(),
        None => vec![tools::terraform()],
    }
}
