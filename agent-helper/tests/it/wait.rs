//! Dependents: what they wait for, and what they learn.

use std::fs;

use fakes::ca::TestCa;
use fakes::coder::Answer;
use fakes::gate::Gate;
use testkit::process::run;

use crate::stage::{Stage, UNIT};

#[test]
fn a_dependent_that_came_first_goes_on_right_after_the_set_up() {
    let stage = Stage::new();
    let gate = Gate::new();
    stage.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    let waiter = stage.spawn(["wait", "--as", "tool"]);
    stage.agent.wait_state("tool", "pending");
    let setup = stage.spawn(["setup"]);
    gate.wait_arrivals(1);
    assert!(waiter.is_running());
    gate.open();
    setup.wait().success();
    waiter.wait().success();
    assert_eq!(stage.agent.state("tool").as_deref(), Some("started"));
    let wants = stage.agent.recorded().into_iter().find(|it| it.method == "SyncWant").unwrap();
    assert_eq!((wants.unit.as_str(), wants.depends_on.as_str()), ("tool", UNIT));
    assert_eq!(stage.agent.violations(), Vec::<String>::new());
}

#[test]
fn a_failed_set_up_says_why_and_still_starts_the_dependent() {
    let stage = Stage::new();
    stage.coder.set_answer(Answer::NOT_ENABLED);
    stage.run(["setup"]).exited(15);
    let waited = stage.run(["wait", "--as", "tool"]).exited(21);
    assert!(waited.stderr.contains("AI Gateway Proxy is not enabled."), "{}", waited.stderr);
    assert_eq!(stage.agent.state("tool").as_deref(), Some("started"));
}

#[test]
fn without_a_socket_the_status_is_watched() {
    let mut stage = Stage::new();
    stage.agent.stop();
    let waiter = stage.spawn(["wait"]);
    waiter.wait_line("no coordination over agent socket");
    assert!(waiter.is_running());
    stage.run(["setup"]).success();
    waiter.wait().success();
}

#[test]
fn a_set_up_that_does_not_coordinate_is_seen_by_one_who_does() {
    let stage = Stage::new();
    let waiter = stage.spawn(["wait"]);
    stage.agent.wait_for("a question", |it| !it.calls.is_empty());
    stage.run(["setup", "--sync", "off"]).success();
    waiter.wait().success();
}

#[test]
fn yesterdays_status_does_not_count() {
    let mut stage = Stage::set_up();
    stage.agent.restart();
    stage.run(["wait", "--timeout", "100ms"]).exited(20);
    stage.agent.restart();
    stage.coder.set_answer(Answer::NOT_ENABLED);
    stage.run(["setup"]).exited(15);
    stage.run(["wait", "--timeout", "10s"]).exited(21);
}

#[test]
fn the_registrys_own_module_is_believed_if_its_file_is_good() {
    let stage = Stage::new();
    stage.agent.with_units(|it| {
        it.start(UNIT).unwrap();
        it.complete(UNIT).unwrap();
    });
    stage.run(["wait", "--timeout", "10s"]).exited(21);
    fs::create_dir(stage.folder()).unwrap();
    for (text, code) in [
        ("<html>login</html>".to_owned(), 21),
        (TestCa::expired("old").pem(), 21),
        (TestCa::not_a_ca("leaf").pem(), 21),
        (stage.ca.pem(), 0),
    ] {
        fs::write(stage.cert_path(), text).unwrap();
        stage.run(["wait", "--timeout", "10s"]).exited(code);
    }
}

#[test]
fn the_bootstrap_scripts_status_counts_once_the_unit_is_completed() {
    let stage = Stage::new();
    fs::create_dir(stage.folder()).unwrap();
    let status = r#"{"version":1,"outcome":"failed",
        "error":{"class":"helper","exit_code":22,"message":"no download"}}"#;
    fs::write(stage.folder().join("status.json"), status).unwrap();
    stage.run(["wait", "--timeout", "100ms"]).exited(20);
    stage.agent.with_units(|it| {
        it.start(UNIT).unwrap();
        it.complete(UNIT).unwrap();
    });
    let waited = stage.run(["wait", "--timeout", "10s"]).exited(21);
    assert!(waited.stderr.contains("no download"), "{}", waited.stderr);
}

#[test]
fn another_unit_can_be_waited_for() {
    let stage = Stage::new();
    let waiter = stage.spawn(["wait", "--unit", "other"]);
    stage.agent.wait_for("a question", |it| it.calls.iter().any(|call| call.unit == "other"));
    let mut command = stage.command(["setup", "--sync-unit", "other"]);
    command.env("AIBRIDGE_SYNC_UNIT", "ignored");
    run(command).success();
    waiter.wait().success();
}

#[test]
fn another_user_does_not_call_a_set_up_killed_whose_lock_is_not_theirs_to_see() {
    let stage = Stage::new();
    let Some(mut waiter) = stage.command_of_nobody(["wait", "--sync", "off"]) else { return };
    stage.coder.set_answer(Answer::Hang);
    let setup = stage.spawn(["setup"]);
    stage.coder.wait_requests(1);
    waiter.args(["--timeout", "100ms"]);
    run(waiter).exited(20);
    assert!(setup.is_running());
}
