//! What `wait` and `exec` end with after each outcome of a set-up, and with
//! which certificate a tool then runs.

use std::fs;

use fakes::coder::{Answer, RefusedPort};
use testkit::process::run;

use crate::stage::{Stage, UNIT};

/// One outcome and how it comes about, on a stage with an earlier certificate
/// or without.
struct Case {
    outcome: &'static str,
    has_earlier: bool,
    make: fn(&Stage),
    wait: i32,
    /// Of `exec` that waits; one that does not runs with whatever is in place.
    exec_wait: i32,
    exec: i32,
}

const RAN: i32 = 7;

fn ok(stage: &Stage) {
    stage.run(["setup"]).success();
}

fn refused(stage: &Stage) {
    stage.coder.set_answer(Answer::NOT_ENABLED);
    stage.run(["setup"]).exited(15);
}

fn seeded(stage: &Stage) {
    let port = RefusedPort::take();
    let mut command = stage.command(["setup", "--timeout", "200ms"]);
    command.env("AIBRIDGE_ACCESS_URL", port.url()).env("AIBRIDGE_CA_SEED", stage.ca.pem());
    run(command).success();
}

fn deferred(stage: &Stage) {
    stage.coder.set_answer(Answer::UNKNOWN_TOKEN);
    stage.run(["setup", "--prebuild"]).success();
}

const CASES: [Case; 7] = [
    Case { outcome: "ok", has_earlier: false, make: ok, wait: 0, exec_wait: RAN, exec: RAN },
    Case { outcome: "ok", has_earlier: true, make: ok, wait: 0, exec_wait: RAN, exec: RAN },
    Case {
        outcome: "seeded",
        has_earlier: false,
        make: seeded,
        wait: 0,
        exec_wait: RAN,
        exec: RAN,
    },
    Case { outcome: "stale", has_earlier: true, make: refused, wait: 21, exec_wait: 21, exec: RAN },
    Case {
        outcome: "failed",
        has_earlier: false,
        make: refused,
        wait: 21,
        exec_wait: 21,
        exec: 21,
    },
    Case {
        outcome: "deferred",
        has_earlier: true,
        make: deferred,
        wait: 0,
        exec_wait: RAN,
        exec: RAN,
    },
    // Put off is no failure; but a tool is never run half-configured.
    Case {
        outcome: "deferred",
        has_earlier: false,
        make: deferred,
        wait: 0,
        exec_wait: 21,
        exec: 21,
    },
];

#[test]
fn each_outcome_has_its_code() {
    for case in CASES {
        let name = format!("{} (earlier: {})", case.outcome, case.has_earlier);
        let stage = if case.has_earlier { Stage::set_up() } else { Stage::new() };
        (case.make)(&stage);
        assert_eq!(stage.outcome(), case.outcome, "{name}");
        let mark = stage.temp.path().join("ran");
        let line = format!("echo x >>'{}'; exit {RAN}", mark.display());
        let code = |args: &[&str]| stage.run(args.iter().copied()).code;
        assert_eq!(code(&["wait", "--timeout", "10s"]), Some(case.wait), "{name}: wait");
        assert_eq!(code(&["wait", "--sync", "off", "--timeout", "10s"]), Some(case.wait), "{name}");
        let exec = ["exec", "--wait", "--timeout", "10s", "--", "sh", "-c", &line];
        assert_eq!(code(&exec), Some(case.exec_wait), "{name}: exec --wait");
        assert_eq!(code(&["exec", "--", "sh", "-c", &line]), Some(case.exec), "{name}: exec");
        let ran = fs::read_to_string(&mark).unwrap_or_default().lines().count();
        let expected = [case.exec_wait, case.exec].iter().filter(|it| **it == RAN).count();
        assert_eq!(ran, expected, "{name}: a command that may not run does not run");
    }
}

#[test]
fn nothing_has_happened_yet() {
    let stage = Stage::new();
    stage.run(["wait", "--timeout", "50ms"]).exited(20);
    stage.run(["wait", "--sync", "off", "--timeout", "50ms"]).exited(20);
    stage.run(["exec", "--wait", "--timeout", "50ms", "--", "true"]).exited(20);
    stage.run(["exec", "--wait", "--timeout", "soon", "--", "true"]).exited(10);
    stage.run(["exec"]).exited(2);
    stage.run(["wait", "surplus"]).exited(2);
}

#[test]
fn required_coordination_is_required_of_every_verb() {
    let mut stage = Stage::set_up();
    stage.agent.stop();
    stage.run(["wait", "--sync", "required", "--timeout", "10s"]).exited(19);
    stage.run(["exec", "--sync", "required", "--as", "tool", "--", "true"]).exited(19);
    stage.run(["exec", "--sync", "required", "--wait", "--", "true"]).exited(19);
    stage.run(["exec", "--sync", "required", "--", "true"]).success();
    stage.run(["exec", "--as", "tool", "--", "true"]).success();
}

#[test]
fn a_dependent_of_a_failed_set_up_is_released_with_it() {
    let stage = Stage::new();
    refused(&stage);
    assert_eq!(stage.unit().as_deref(), Some("completed"), "{UNIT}");
    stage.run(["exec", "--wait", "--as", "tool", "--timeout", "10s", "--", "true"]).exited(21);
    assert_eq!(stage.agent.state("tool").as_deref(), Some("completed"));
}
