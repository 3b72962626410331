//! Many light resources under a real CLI: each is created once, by a process that was
//! configured once, and the state is the same at every parallelism.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use testkit::slow;
use tfplugin::testing::cli::{Project, Run};

use crate::cli;
use crate::soak;

/// A project whose provider records what it does.
fn project(body: &str) -> Project {
    let project = cli::project(body);
    let record = project.path().join("record");
    project.env("SAMPLE_RECORD", record)
}

/// How often each process was configured, and how often each name was created, since the
/// last call.
fn operations(project: &Project) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let path = project.path().join("record");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _absent = fs::remove_file(&path);
    let (mut configured, mut created) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            [process, "configure"] => *configured.entry(process.to_owned()).or_default() += 1,
            [process, "create", name] => {
                assert!(configured.contains_key(process), "{line} before it was configured");
                *created.entry(name.to_owned()).or_default() += 1;
            }
            _ => panic!("`{line}`"),
        }
    }
    (configured, created)
}

#[test]
fn many_light_resources_are_created_once_at_every_parallelism() {
    let Some(_ran) = slow::ring3("sdk-scale") else { return };
    // A tenth of what the soak creates.
    let count = soak::number("TFPLUGIN_RESOURCES", 100);
    let body = format!(
        "resource \"sample_entry\" \"many\" {{\n  count = {count}\n  \
         name = \"n-${{count.index}}\"\n}}\n"
    );
    let mut states = BTreeSet::new();
    for parallelism in [1, 10, 200] {
        let project = project(&body);
        let flag = format!("-parallelism={parallelism}");
        let _applied = project.apply_with(&[&flag]).success();
        let (configured, created) = operations(&project);
        assert_eq!(created.len(), count, "each is created");
        assert!(created.values().all(|times| *times == 1), "none is created twice");
        assert!(configured.values().all(|times| *times == 1), "one login in each process");

        let state = project.state();
        let objects = state.objects();
        assert_eq!(objects.len(), count);
        states.insert(serde_json::to_string(&objects).unwrap());

        let plan = project.plan_with(&[&flag]);
        plan.assert_empty();
        let (configured, created) = operations(&project);
        assert_eq!((configured.len(), created.len()), (1, 0), "one login to plan");
    }
    assert_eq!(states.len(), 1, "the state is the same at any parallelism");
    soak::report(&format!("{count} light resources"));
}

#[test]
fn terraform_shows_the_crash_report_of_a_provider_that_aborts() {
    let Some(_ran) = slow::ring3("sdk-crash-abort") else { return };
    let project = cli::project(
        "resource \"sample_instance\" \"one\" {\n  name = \"a\"\n  fault = \"abort\"\n}\n",
    );
    let run = project.run("apply", &["-input=false", "-auto-approve", "-no-color"]).failure();
    let output = shown(&run);
    for words in [
        "plugin crashed!",
        "panic: panic in a destructor during cleanup",
        "always indicative of a bug within the plugin",
    ] {
        assert!(output.contains(words), "{words}: {output}");
    }
}

#[test]
fn object_of_a_provider_that_ran_out_of_memory_is_adopted_by_import() {
    let Some(_ran) = slow::ring3("sdk-crash-memory") else { return };
    let body = |fault: &str| {
        format!("resource \"sample_entry\" \"one\" {{\n  name = \"a\"\n  fault = {fault}\n}}\n")
    };
    let project = project(&body("\"out of memory\""));
    let run = project.run("apply", &["-input=false", "-auto-approve", "-no-color"]).failure();
    let output = shown(&run);
    // The allocator ends the process without output that Terraform would pass on; Terraform
    // still names the resource whose call was lost.
    let is_named =
        output.contains("Plugin did not respond") || output.contains("Request cancelled");
    assert!(is_named && output.contains("sample_entry.one"), "{output}");
    assert_eq!(operations(&project).1.len(), 1, "the object was created");
    assert!(project.state().objects().is_empty(), "and the state has no object");

    let text = fs::read_to_string(project.path().join("main.tf")).unwrap();
    project.write("main.tf", &text.replace("\"out of memory\"", "null"));
    let _imported = project.import("sample_entry.one", "id-a").success();
    project.plan().assert_empty();
}

/// Both streams without the frame that Terraform draws around errors.
fn shown(run: &Run) -> String {
    format!("{}{}", run.stdout, run.stderr)
}
