//! Units of Coder's own agent, asked by the helper and by `coder exp sync`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use fakes::agent::{FakeAgent, Fault};
use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use serde_json::Value;
use tempfile::TempDir;
use testkit::binaries;
use testkit::coder_agent::CoderAgent;
use testkit::process::{Finished, Process, run};
use testkit::tools;

use crate::workspace::SET_UP_UNIT;

/// Calls in an order that leads through each state of a unit and each refusal.
const STEPS: &[&[&str]] = &[
    &["ping"],
    &["status", "a", "-o", "json"],
    &["complete", "a"],
    &["start", "a"],
    &["start", "a"],
    &["status", "a", "-o", "json"],
    &["want", "tool", "a"],
    &["want", "tool", "b"],
    &["want", "tool", "b"],
    &["want", "a", "tool"],
    &["want", "a", "a"],
    &["status", "tool", "-o", "json"],
    &["start", "tool", "--timeout", "1s"],
    &["complete", "a"],
    &["complete", "a"],
    &["status", "tool", "-o", "json"],
    &["start", "b"],
    &["complete", "b"],
    &["status", "tool", "-o", "json"],
    &["start", "tool"],
    // A unit that is completed can be started again, and then is not completed.
    &["start", "a"],
    &["status", "tool", "-o", "json"],
    &["complete", "tool"],
    &["status", "tool", "-o", "json"],
];

/// What the agent says when it refuses.
const REFUSALS: [&str; 4] =
    ["unit not found", "unit not ready", "same status already set", "cycle detected"];

/// The helper's command beside an agent.
fn helper(socket: &Path) -> Command {
    let mut command = Command::new(binaries::helper());
    command.env_clear().env("CODER_AGENT_SOCKET_PATH", socket);
    command
}

fn sync(socket: &Path, args: &[&str]) -> Finished {
    let mut command = helper(socket);
    command.arg("sync").args(args);
    run(command)
}

/// What may be compared between two programs: whether it went well, what is
/// known of a unit, and which refusal it was.
#[derive(Debug, PartialEq)]
struct Outcome {
    succeeded: bool,
    unit: Option<Value>,
    refusal: Option<&'static str>,
}

impl Outcome {
    fn of(finished: &Finished) -> Self {
        Self {
            succeeded: finished.code == Some(0),
            unit: serde_json::from_str(&finished.stdout).ok().and_then(unit),
            refusal: REFUSALS.into_iter().find(|it| finished.stderr.contains(it)),
        }
    }
}

/// What is known of a unit. Coder's command shows no dependencies as null,
/// which a consumer cannot iterate over; ours shows an empty list. The agent
/// gives them in any order.
fn unit(shown: Value) -> Option<Value> {
    let mut unit = shown.as_object()?.clone();
    let dependencies = unit.get_mut("dependencies")?;
    let mut all = dependencies.as_array().cloned().unwrap_or_default();
    all.sort_by_key(|it| it["depends_on"].to_string());
    *dependencies = Value::Array(all);
    Some(Value::Object(unit))
}

#[test]
fn coders_command_and_ours_say_the_same_of_coders_agent_and_of_the_stand_in() {
    let (theirs, ours) = (CoderAgent::start(), CoderAgent::start());
    let folder = TempDir::new().unwrap();
    let stand_in = FakeAgent::start(&folder.path().join("agent.sock"));
    for (number, step) in STEPS.iter().enumerate() {
        let expected = Outcome::of(&theirs.run(step));
        let by_ours = Outcome::of(&sync(&ours.socket(), step));
        assert_eq!(by_ours, expected, "step {number}, our command: {step:?}");
        let of_stand_in = Outcome::of(&sync(stand_in.path(), step));
        assert_eq!(of_stand_in, expected, "step {number}, the stand-in: {step:?}");
    }
    assert_eq!(stand_in.violations(), Vec::<String>::new());
}

#[test]
fn a_call_that_coders_agent_refuses_is_named_and_harms_nothing() {
    let agent = CoderAgent::start();
    let refused = sync(&agent.socket(), &["list"]).exited(19);
    for part in ["unknown rpc", "SyncList", "this needs a newer Coder agent"] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
    // Coder's own command does not even ask.
    let refused = sync(&agent.socket(), &["start", ""]).exited(10);
    assert!(refused.stderr.contains("unit name is required"), "{}", refused.stderr);
    sync(&agent.socket(), &["ping"]).success();
}

/// A deployment, a home folder, and the helper's set-up between them.
struct SetUp {
    coder: FakeCoder,
    folder: TempDir,
}

impl SetUp {
    fn new() -> Self {
        let coder = FakeCoder::start();
        coder.set_certificate(TestCa::new("AI Bridge CA").pem());
        Self { coder, folder: TempDir::new().expect("a temporary folder") }
    }

    fn command(&self, socket: &Path, command: &str) -> Command {
        let mut helper = helper(socket);
        helper
            .arg(command)
            .env("HOME", self.folder.path())
            .env("AIBRIDGE_ACCESS_URL", self.coder.url())
            .env("AIBRIDGE_SESSION_TOKEN", self.coder.token())
            .env("AIBRIDGE_PROXY_URL", "http://proxy.example:8888");
        helper
    }
}

fn status(agent: &CoderAgent, unit: &str) -> String {
    let shown = agent.run(&["status", unit, "-o", "json"]).success().stdout;
    let shown: Value = serde_json::from_str(&shown).expect("a unit is shown as JSON");
    shown["status"].as_str().expect("a status is text").to_owned()
}

#[test]
fn a_dependent_of_coders_command_starts_when_our_set_up_ends() {
    let (agent, set_up) = (CoderAgent::start(), SetUp::new());
    agent.run(&["want", "tool", SET_UP_UNIT]).success();
    let dependent = Process::spawn(agent.exp_sync(&["start", "tool"]));
    dependent.wait_line("Waiting");
    assert_eq!(status(&agent, SET_UP_UNIT), "");
    run(set_up.command(&agent.socket(), "setup")).success();
    dependent.wait().success();
    assert_eq!(status(&agent, SET_UP_UNIT), "completed");
    assert_eq!(status(&agent, "tool"), "started");
}

#[test]
fn our_dependent_starts_when_a_unit_of_coders_command_is_completed() {
    let (agent, set_up) = (CoderAgent::start(), SetUp::new());
    agent.run(&["start", "mine"]).success();
    run(set_up.command(&agent.socket(), "setup")).success();
    agent.run(&["want", "tool", "mine"]).success();
    let mut start = helper(&agent.socket());
    start.args(["sync", "start", "tool", "--timeout", "2m"]);
    let dependent = Process::spawn(start);
    agent.run(&["complete", "mine"]).success();
    dependent.wait().success();
    run(set_up.command(&agent.socket(), "wait")).success();
}

#[test]
fn a_restarted_agent_has_forgotten_and_the_next_set_up_completes_again() {
    let (mut agent, set_up) = (CoderAgent::start(), SetUp::new());
    run(set_up.command(&agent.socket(), "setup")).success();
    run(set_up.command(&agent.socket(), "setup")).success();
    assert_eq!(status(&agent, SET_UP_UNIT), "completed");
    agent.restart();
    assert_eq!(status(&agent, SET_UP_UNIT), "");
    run(set_up.command(&agent.socket(), "setup")).success();
    assert_eq!(status(&agent, SET_UP_UNIT), "completed");
}

#[test]
fn coders_command_stands_in_where_the_socket_cannot_be_spoken_to() {
    let (agent, set_up) = (CoderAgent::start(), SetUp::new());
    let deaf = FakeAgent::start_with(&set_up.folder.path().join("deaf.sock"), Fault::CloseOnAccept);
    let bin = set_up.folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    // A `coder` that knows the socket better than the environment does.
    let script = format!(
        "#!/bin/sh\nfor arg; do shift; [ \"$arg\" != '{}' ] || arg='{}'; set -- \"$@\" \"$arg\"; \
         done\nexec '{}' \"$@\"\n",
        deaf.path().display(),
        agent.socket().display(),
        tools::coder().display(),
    );
    fs::write(bin.join("coder"), script).unwrap();
    fs::set_permissions(bin.join("coder"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = set_up.command(deaf.path(), "setup");
    command.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    run(command).success();
    assert_eq!(status(&agent, SET_UP_UNIT), "completed");
}
