//! Dependents: when their wait ends, and with which result.

use std::fs;

use fakes::ca::TestCa;
use fakes::coder::Answer;
use fakes::gate::Gate;
use testkit::process::run;

use crate::world::{UNIT, World};

#[test]
fn wait_that_starts_before_setup_ends_right_after_it() {
    let world = World::new();
    let gate = Gate::new();
    world.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    let waiter = world.spawn(["wait", "--as", "tool"]);
    world.agent.wait_state("tool", "pending");
    let setup = world.spawn(["setup"]);
    gate.wait_arrivals(1);
    assert!(waiter.is_running());
    gate.open();
    setup.wait().success();
    waiter.wait().success();
    assert_eq!(world.agent.state("tool").as_deref(), Some("started"));
    let wants = world.agent.recorded().into_iter().find(|it| it.method == "SyncWant").unwrap();
    assert_eq!((wants.unit.as_str(), wants.depends_on.as_str()), ("tool", UNIT));
    assert_eq!(world.agent.violations(), Vec::<String>::new());
}

#[test]
fn wait_exits_21_after_a_failed_setup_and_starts_the_dependent_unit() {
    let world = World::new();
    world.coder.set_answer(Answer::NOT_ENABLED);
    world.run(["setup"]).exited(15);
    let waited = world.run(["wait", "--as", "tool"]).exited(21);
    assert!(waited.stderr.contains("AI Gateway Proxy is not enabled."), "{}", waited.stderr);
    assert_eq!(world.agent.state("tool").as_deref(), Some("started"));
}

#[test]
fn wait_without_a_socket_polls_the_status() {
    let mut world = World::new();
    world.agent.stop();
    let waiter = world.spawn(["wait"]);
    waiter.wait_line("no coordination over agent socket");
    assert!(waiter.is_running());
    world.run(["setup"]).success();
    waiter.wait().success();
}

#[test]
fn wait_sees_the_status_of_a_setup_that_does_not_coordinate() {
    let world = World::new();
    let waiter = world.spawn(["wait"]);
    world.agent.wait_for("a request", |it| !it.calls.is_empty());
    world.run(["setup", "--sync", "off"]).success();
    waiter.wait().success();
}

#[test]
fn wait_ignores_the_status_of_an_earlier_start() {
    let mut world = World::set_up();
    world.agent.restart();
    world.run(["wait", "--timeout", "100ms"]).exited(20);
    world.agent.restart();
    world.coder.set_answer(Answer::NOT_ENABLED);
    world.run(["setup"]).exited(15);
    world.run(["wait", "--timeout", "10s"]).exited(21);
}

#[test]
fn wait_accepts_the_certificate_of_the_registrys_module() {
    let world = World::new();
    world.agent.with_units(|it| {
        it.start(UNIT).unwrap();
        it.complete(UNIT).unwrap();
    });
    world.run(["wait", "--timeout", "10s"]).exited(21);
    fs::create_dir(world.folder()).unwrap();
    for (text, code) in [
        ("<html>login</html>".to_owned(), 21),
        (TestCa::expired("old").pem(), 21),
        (TestCa::not_a_ca("leaf").pem(), 21),
        (world.ca.pem(), 0),
    ] {
        fs::write(world.cert_path(), text).unwrap();
        world.run(["wait", "--timeout", "10s"]).exited(code);
    }
}

#[test]
fn bootstrap_scripts_status_counts_once_the_unit_is_completed() {
    let world = World::new();
    fs::create_dir(world.folder()).unwrap();
    let status = r#"{"version":1,"outcome":"failed",
        "error":{"class":"helper","exit_code":22,"message":"no download"}}"#;
    fs::write(world.folder().join("status.json"), status).unwrap();
    world.run(["wait", "--timeout", "100ms"]).exited(20);
    world.agent.with_units(|it| {
        it.start(UNIT).unwrap();
        it.complete(UNIT).unwrap();
    });
    let waited = world.run(["wait", "--timeout", "10s"]).exited(21);
    assert!(waited.stderr.contains("no download"), "{}", waited.stderr);
}

#[test]
fn wait_uses_the_unit_that_its_flag_names() {
    let world = World::new();
    let waiter = world.spawn(["wait", "--unit", "other"]);
    world.agent.wait_for("a request", |it| it.calls.iter().any(|call| call.unit == "other"));
    let mut command = world.command(["setup", "--sync-unit", "other"]);
    command.env("AIBRIDGE_SYNC_UNIT", "ignored");
    run(command).success();
    waiter.wait().success();
}

#[test]
fn wait_of_another_user_does_not_take_a_running_setup_for_killed() {
    let world = World::new();
    let Some(mut waiter) = world.command_of_other_user(["wait", "--sync", "off"]) else { return };
    world.coder.set_answer(Answer::Hang);
    let setup = world.spawn(["setup"]);
    world.coder.wait_requests(1);
    waiter.args(["--timeout", "100ms"]);
    run(waiter).exited(20);
    assert!(setup.is_running());
}
