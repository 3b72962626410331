//! Units of Coder's own agent, through the helper and through `coder exp sync`.

use std::fs;
use std::path::Path;
use std::process::Command;

use fakes::agent::{FakeAgent, Fault};
use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use fakes::contract::units::{Call, Outcome, ROWS, Refusal, Row, UNIT};
use serde_json::Value;
use tempfile::TempDir;
use testkit::binaries;
use testkit::coder_agent::CoderAgent;
use testkit::process::{Finished, Process, run};
use testkit::{program, slow, tools};

use crate::workspace::SET_UP_UNIT;

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

/// A row of the contract under units of its own, so that one agent serves all
/// rows: `number` makes their names.
struct RowOfUnits<'a> {
    row: &'a Row,
    number: usize,
}

impl RowOfUnits<'_> {
    fn name(&self, unit: &str) -> String {
        if unit.is_empty() { String::new() } else { format!("{unit}-{}", self.number) }
    }

    /// The arguments of `sync` that make a call.
    fn args(&self, call: Call) -> Vec<String> {
        match call {
            Call::Complete(unit) => vec!["complete".into(), self.name(unit)],
            // The command has no call of its own for it: `status` shows it.
            Call::Ready(unit) | Call::Status(unit) => {
                vec!["status".into(), self.name(unit), "-o".into(), "json".into()]
            }
            Call::Start(unit) => {
                vec!["start".into(), self.name(unit), "--timeout".into(), "1s".into()]
            }
            Call::Want(unit, dependency) => {
                vec!["want".into(), self.name(unit), self.name(dependency)]
            }
        }
    }

    /// Runs the row with `sync`, and checks it.
    fn check(&self, who: &str, sync: &dyn Fn(&[String]) -> Finished) {
        let Row { name, before, call, outcome, after } = *self.row;
        for earlier in before.calls() {
            let finished = sync(&self.args(earlier));
            assert_eq!(finished.code, Some(0), "{who}, {name}, {earlier:?}: {finished:?}");
        }
        let finished = sync(&self.args(call));
        match outcome {
            Outcome::Done => assert_eq!(finished.code, Some(0), "{who}, {name}: {finished:?}"),
            Outcome::Ready(is_ready) | Outcome::Status { is_ready } => {
                let shown = unit(&finished);
                assert_eq!(shown["is_ready"], is_ready, "{who}, {name}: {finished:?}");
                assert_eq!(shown["status"], before.unit.word(), "{who}, {name}: {finished:?}");
                // Coder's command shows no dependencies as null, ours as an empty list.
                let dependencies = shown["dependencies"].as_array().into_iter().flatten();
                let states: Vec<&Value> = dependencies.map(|it| &it["current_status"]).collect();
                let expected: Vec<&str> = before.dependency.iter().map(|it| it.word()).collect();
                assert_eq!(states, expected, "{who}, {name}: {finished:?}");
            }
            Outcome::Refused(refusal) => {
                assert_ne!(finished.code, Some(0), "{who}, {name}: {finished:?}");
                // `start` waits until the unit is ready, or for its own timeout.
                let is_named = finished.stderr.contains(refusal.words());
                assert!(is_named || refusal == Refusal::NotReady, "{who}, {name}: {finished:?}");
            }
        }
        let shown = unit(&sync(&self.args(Call::Status(UNIT))));
        assert_eq!(shown["status"], after.word(), "{who}, {name}, afterwards");
    }
}

fn unit(finished: &Finished) -> Value {
    serde_json::from_str(&finished.stdout).unwrap_or_else(|err| panic!("{err}: {finished:?}"))
}

#[test]
fn each_row_of_the_contract_holds_for_coders_agent_under_both_commands() {
    let Some(_marker) = slow::ring3("coder-agent-contract") else { return };
    let (theirs, ours) = (CoderAgent::start(), CoderAgent::start());
    for (number, row) in ROWS.iter().enumerate() {
        let units = RowOfUnits { row, number };
        // Coder's command refuses an empty name before it calls the agent.
        if row.outcome != Outcome::Refused(Refusal::NameRequired) {
            units.check("Coder's command", &|args| theirs.run(&strings(args)));
        }
        let by_ours = |args: &[String]| sync(&ours.socket(), &strings(args));
        units.check("our command", &by_ours);
    }
}

fn strings(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

#[test]
fn unknown_method_and_empty_name_are_reported_and_the_agent_stays_usable() {
    let Some(_marker) = slow::ring3("coder-agent-refusals") else { return };
    let agent = CoderAgent::start();
    let refused = sync(&agent.socket(), &["list"]).exited(19);
    for part in ["unknown rpc", "SyncList", "this needs a newer Coder agent"] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
    // Coder's own command makes no call for it.
    let refused = sync(&agent.socket(), &["start", ""]).exited(10);
    assert!(refused.stderr.contains("unit name is required"), "{}", refused.stderr);
    sync(&agent.socket(), &["ping"]).success();
}

/// A deployment, a home folder, and Coder's agent beside them.
struct World {
    agent: CoderAgent,
    coder: FakeCoder,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let coder = FakeCoder::start();
        coder.set_certificate(TestCa::new("AI Bridge CA").pem());
        let folder = TempDir::new().expect("a temporary folder");
        Self { agent: CoderAgent::start(), coder, folder }
    }

    /// The helper's `command`, beside the agent.
    fn command(&self, command: &str) -> Command {
        self.command_at(&self.agent.socket(), command)
    }

    fn command_at(&self, socket: &Path, command: &str) -> Command {
        let mut helper = helper(socket);
        helper
            .arg(command)
            .env("HOME", self.folder.path())
            .env("AIBRIDGE_CERT_PATH", self.folder.path().join("ca/ca-cert.pem"))
            .env("AIBRIDGE_ACCESS_URL", self.coder.url())
            .env("AIBRIDGE_SESSION_TOKEN", self.coder.token())
            .env("AIBRIDGE_PROXY_URL", "http://proxy.example:8888");
        helper
    }

    /// The status of a unit, as Coder's command shows it.
    fn status(&self, name: &str) -> String {
        let shown = unit(&self.agent.run(&["status", name, "-o", "json"]).success());
        shown["status"].as_str().expect("a status is text").to_owned()
    }
}

#[test]
fn dependent_of_coders_command_starts_when_our_set_up_ends() {
    let Some(_marker) = slow::ring3("coder-agent-their-dependent") else { return };
    let world = World::new();
    world.agent.run(&["want", "tool", SET_UP_UNIT]).success();
    let dependent = Process::spawn(world.agent.exp_sync(&["start", "tool"]));
    dependent.wait_line("Waiting");
    assert_eq!(world.status(SET_UP_UNIT), "");
    run(world.command("setup")).success();
    dependent.wait().success();
    assert_eq!(world.status(SET_UP_UNIT), "completed");
    assert_eq!(world.status("tool"), "started");
}

#[test]
fn our_dependent_starts_when_coders_command_completes_its_unit() {
    let Some(_marker) = slow::ring3("coder-agent-our-dependent") else { return };
    let world = World::new();
    world.agent.run(&["start", "mine"]).success();
    run(world.command("setup")).success();
    world.agent.run(&["want", "tool", "mine"]).success();
    let mut start = helper(&world.agent.socket());
    start.args(["sync", "start", "tool", "--timeout", "2m"]);
    let dependent = Process::spawn(start);
    world.agent.run(&["complete", "mine"]).success();
    dependent.wait().success();
    run(world.command("wait")).success();
}

#[test]
fn set_up_completes_its_unit_again_after_a_restart_of_the_agent() {
    let Some(_marker) = slow::ring3("coder-agent-restart") else { return };
    let mut world = World::new();
    run(world.command("setup")).success();
    run(world.command("setup")).success();
    assert_eq!(world.status(SET_UP_UNIT), "completed");
    world.agent.restart();
    assert_eq!(world.status(SET_UP_UNIT), "");
    run(world.command("setup")).success();
    assert_eq!(world.status(SET_UP_UNIT), "completed");
}

#[test]
fn set_up_uses_coders_command_where_the_socket_fails() {
    let Some(_marker) = slow::ring3("coder-agent-command") else { return };
    let world = World::new();
    let broken = world.folder.path().join("broken.sock");
    let broken = FakeAgent::start_with(&broken, Fault::CloseOnAccept);
    let bin = world.folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    // A `coder` that replaces the broken socket by the agent's.
    let script = format!(
        "#!/bin/sh\nfor arg; do shift; [ \"$arg\" != '{}' ] || arg='{}'; set -- \"$@\" \"$arg\"; \
         done\nexec '{}' \"$@\"\n",
        broken.path().display(),
        world.agent.socket().display(),
        tools::coder().display(),
    );
    program::write(&bin.join("coder"), &script);
    let mut command = world.command_at(broken.path(), "setup");
    command.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    run(command).success();
    assert_eq!(world.status(SET_UP_UNIT), "completed");
}
