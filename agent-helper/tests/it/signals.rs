//! Signals and kills: dependents are released, the last certificate stays.

use fakes::agent::Fault;
use fakes::coder::Answer;
use fakes::gate::Gate;
use rustix::process::Signal;

use crate::stage::{Stage, UNIT};

#[test]
fn a_signal_completes_the_unit_and_keeps_the_certificate() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        for is_set_up in [false, true] {
            let mut stage = if is_set_up { Stage::set_up() } else { Stage::new() };
            stage.agent.restart();
            stage.coder.clear_requests();
            stage.coder.set_answer(Answer::Hang);
            let process = stage.spawn(["setup"]);
            stage.coder.wait_requests(1);
            assert_eq!(stage.unit().as_deref(), Some("started"));
            // As the agent does at a script's timeout.
            process.signal_group(signal);
            process.wait().exited(code);
            assert_eq!(stage.unit().as_deref(), Some("completed"));
            let status = stage.status();
            assert_eq!(status["outcome"], if is_set_up { "stale" } else { "failed" });
            assert_eq!(status["error"]["class"], "signal");
            assert_eq!(status["error"]["exit_code"], code);
            assert_eq!(stage.cert_path().exists(), is_set_up);
            stage.run(["wait", "--timeout", "10s"]).exited(21);
        }
    }
}

#[test]
fn a_prebuild_that_is_told_to_end_does_not_call_that_done() {
    let stage = Stage::new();
    stage.coder.set_answer(Answer::Hang);
    let process = stage.spawn(["setup", "--prebuild"]);
    stage.coder.wait_requests(1);
    process.signal(Signal::TERM);
    process.wait().exited(143);
    assert_eq!(stage.unit().as_deref(), Some("completed"));
}

#[test]
fn a_wedged_agent_holds_nobody_who_insists() {
    let stage = Stage::new();
    stage.agent.set_fault(Fault::Hang);
    let process = stage.spawn(["setup"]);
    stage.agent.wait_for("a connection", |it| it.connections >= 1);
    process.signal(Signal::TERM);
    stage.agent.wait_for("a second connection", |it| it.connections >= 2);
    process.signal(Signal::TERM);
    process.wait().exited(143);
    assert_eq!(stage.status()["error"]["class"], "signal");
}

#[test]
fn a_signal_that_comes_when_all_is_done_does_not_cut_the_ending() {
    let stage = Stage::new();
    let [certificate, agent] = [Gate::new(), Gate::new()];
    stage.coder.script(vec![Answer::Held(certificate.clone(), Box::new(Answer::Certificate))]);
    let process = stage.spawn(["setup"]);
    certificate.wait_arrivals(1);
    stage.agent.set_fault(Fault::Slow(agent.clone()));
    certificate.open();
    agent.wait_arrivals(1);
    process.signal(Signal::TERM);
    agent.open();
    process.wait().success();
    assert_eq!(stage.unit().as_deref(), Some("completed"));
    assert_eq!(stage.outcome(), "ok");
}

#[test]
fn a_kill_leaves_the_old_certificate_and_a_status_that_says_so() {
    let stage = Stage::set_up();
    stage.coder.clear_requests();
    stage.coder.set_answer(Answer::Hang);
    let process = stage.spawn(["setup"]);
    stage.coder.wait_requests(1);
    let waiter = stage.spawn(["wait", "--timeout", "30s"]);
    process.signal(Signal::KILL);
    assert_eq!(process.wait().signal, Some(9));
    assert_eq!(stage.outcome(), "running");
    assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem());
    // Nobody holds the lock, so nobody will ever end this set-up.
    let waited = waiter.wait().exited(21);
    assert!(waited.stderr.contains("the set-up was killed"), "{}", waited.stderr);
    stage.coder.set_answer(Answer::Certificate);
    stage.run(["setup"]).success();
    assert_eq!(stage.outcome(), "ok");
}

#[test]
fn a_waiter_can_be_told_to_stop() {
    let stage = Stage::new();
    let process = stage.spawn(["wait"]);
    stage.agent.wait_for("a question", |it| {
        it.calls.iter().any(|call| call.method == "SyncStatus" && call.unit == UNIT)
    });
    process.signal(Signal::INT);
    process.wait().exited(130);
}

#[test]
fn a_signal_that_was_to_be_ignored_ends_no_set_up() {
    let stage = Stage::new();
    let gate = Gate::new();
    stage.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    let setup = testkit::process::Process::spawn(stage.deaf("HUP", ["setup"]));
    gate.wait_arrivals(1);
    setup.signal(Signal::HUP);
    gate.open();
    setup.wait().success();
    assert_eq!(stage.outcome(), "ok");
}
