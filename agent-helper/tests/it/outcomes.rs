//! The exit code of `wait` and `exec` after each outcome of a set-up, and the
//! certificate with which a tool then runs.

use std::fs;

use fakes::coder::{Answer, RefusedPort};
use testkit::process::run;

use crate::world::{UNIT, World};

/// One outcome and how it comes about, on a world with an earlier certificate
/// or without.
struct Case {
    outcome: &'static str,
    has_earlier: bool,
    make: fn(&World),
    wait: i32,
    /// Of `exec` that waits; one that does not wait runs with the certificate in place.
    exec_wait: i32,
    exec: i32,
}

const RAN: i32 = 7;

fn ok(world: &World) {
    world.run(["setup"]).success();
}

fn refused(world: &World) {
    world.coder.set_answer(Answer::NOT_ENABLED);
    world.run(["setup"]).exited(15);
}

fn seeded(world: &World) {
    let port = RefusedPort::take();
    let mut command = world.command(["setup", "--timeout", "200ms"]);
    command.env("AIBRIDGE_ACCESS_URL", port.url()).env("AIBRIDGE_CA_SEED", world.ca.pem());
    run(command).success();
}

fn deferred(world: &World) {
    world.coder.set_answer(Answer::UNKNOWN_TOKEN);
    world.run(["setup", "--prebuild"]).success();
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
    // A deferred set-up is no failure, but a tool never runs with half of the variables.
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
fn wait_and_exec_have_an_exit_code_for_each_outcome() {
    for case in CASES {
        let name = format!("{} (earlier: {})", case.outcome, case.has_earlier);
        let world = if case.has_earlier { World::set_up() } else { World::new() };
        (case.make)(&world);
        assert_eq!(world.outcome(), case.outcome, "{name}");
        let mark = world.temp.path().join("ran");
        let line = format!("echo x >>'{}'; exit {RAN}", mark.display());
        let code = |args: &[&str]| world.run(args.iter().copied()).code;
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
fn status_before_the_first_setup_shows_none() {
    let world = World::new();
    world.run(["wait", "--timeout", "50ms"]).exited(20);
    world.run(["wait", "--sync", "off", "--timeout", "50ms"]).exited(20);
    world.run(["exec", "--wait", "--timeout", "50ms", "--", "true"]).exited(20);
    world.run(["exec", "--wait", "--timeout", "soon", "--", "true"]).exited(10);
    world.run(["exec"]).exited(2);
    world.run(["wait", "surplus"]).exited(2);
}

#[test]
fn wait_and_exec_exit_19_when_required_coordination_is_missing() {
    let mut world = World::set_up();
    world.agent.stop();
    world.run(["wait", "--sync", "required", "--timeout", "10s"]).exited(19);
    world.run(["exec", "--sync", "required", "--as", "tool", "--", "true"]).exited(19);
    world.run(["exec", "--sync", "required", "--wait", "--", "true"]).exited(19);
    world.run(["exec", "--sync", "required", "--", "true"]).success();
    world.run(["exec", "--as", "tool", "--", "true"]).success();
}

#[test]
fn failed_setup_releases_its_dependents() {
    let world = World::new();
    refused(&world);
    assert_eq!(world.unit().as_deref(), Some("completed"), "{UNIT}");
    world.run(["exec", "--wait", "--as", "tool", "--timeout", "10s", "--", "true"]).exited(21);
    assert_eq!(world.agent.state("tool").as_deref(), Some("completed"));
}
