//! Signals and kills: dependents are released, the last certificate stays.

use fakes::agent::Fault;
use fakes::coder::Answer;
use fakes::gate::Gate;
use rustix::process::Signal;

use crate::world::{UNIT, World};

#[test]
fn setup_that_gets_a_signal_completes_the_unit_and_keeps_the_certificate() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        for is_set_up in [false, true] {
            let mut world = if is_set_up { World::set_up() } else { World::new() };
            world.agent.restart();
            world.coder.clear_requests();
            world.coder.set_answer(Answer::Hang);
            let process = world.spawn(["setup"]);
            world.coder.wait_requests(1);
            assert_eq!(world.unit().as_deref(), Some("started"));
            // As the agent does at a script's timeout.
            process.signal_group(signal);
            process.wait().exited(code);
            assert_eq!(world.unit().as_deref(), Some("completed"));
            let status = world.status();
            assert_eq!(status["outcome"], if is_set_up { "stale" } else { "failed" });
            assert_eq!(status["error"]["class"], "signal");
            assert_eq!(status["error"]["exit_code"], code);
            assert_eq!(world.cert_path().exists(), is_set_up);
            world.run(["wait", "--timeout", "10s"]).exited(21);
        }
    }
}

#[test]
fn prebuild_that_is_ended_by_a_signal_is_not_deferred() {
    let world = World::new();
    world.coder.set_answer(Answer::Hang);
    let process = world.spawn(["setup", "--prebuild"]);
    world.coder.wait_requests(1);
    process.signal(Signal::TERM);
    process.wait().exited(143);
    assert_eq!(world.unit().as_deref(), Some("completed"));
}

#[test]
fn setup_ends_at_the_second_signal_when_the_agent_hangs() {
    let world = World::new();
    world.agent.set_fault(Fault::Hang);
    let process = world.spawn(["setup"]);
    world.agent.wait_for("a connection", |it| it.connections >= 1);
    process.signal(Signal::TERM);
    world.agent.wait_for("a second connection", |it| it.connections >= 2);
    process.signal(Signal::TERM);
    process.wait().exited(143);
    assert_eq!(world.status()["error"]["class"], "signal");
}

#[test]
fn setup_that_gets_a_signal_at_its_end_still_completes_the_unit() {
    let world = World::new();
    let [certificate, agent] = [Gate::new(), Gate::new()];
    world.coder.script(vec![Answer::Held(certificate.clone(), Box::new(Answer::Certificate))]);
    let process = world.spawn(["setup"]);
    certificate.wait_arrivals(1);
    world.agent.set_fault(Fault::Slow(agent.clone()));
    certificate.open();
    agent.wait_arrivals(1);
    process.signal(Signal::TERM);
    agent.open();
    process.wait().success();
    assert_eq!(world.unit().as_deref(), Some("completed"));
    assert_eq!(world.outcome(), "ok");
}

#[test]
fn killed_setup_leaves_the_old_certificate_and_status_running() {
    let world = World::set_up();
    world.coder.clear_requests();
    world.coder.set_answer(Answer::Hang);
    let process = world.spawn(["setup"]);
    world.coder.wait_requests(1);
    let waiter = world.spawn(["wait", "--timeout", "30s"]);
    process.signal(Signal::KILL);
    assert_eq!(process.wait().signal, Some(9));
    assert_eq!(world.outcome(), "running");
    assert_eq!(world.read("ca-cert.pem"), world.ca.pem());
    // No process holds the lock, so this set-up will never end.
    let waited = waiter.wait().exited(21);
    assert!(waited.stderr.contains("the set-up was killed"), "{}", waited.stderr);
    world.coder.set_answer(Answer::Certificate);
    world.run(["setup"]).success();
    assert_eq!(world.outcome(), "ok");
}

#[test]
fn wait_ends_when_it_gets_a_signal() {
    let world = World::new();
    let process = world.spawn(["wait"]);
    world.agent.wait_for("a question", |it| {
        it.calls.iter().any(|call| call.method == "SyncStatus" && call.unit == UNIT)
    });
    process.signal(Signal::INT);
    process.wait().exited(130);
}

#[test]
fn setup_started_under_nohup_ignores_the_signal() {
    let world = World::new();
    let gate = Gate::new();
    world.coder.script(vec![Answer::Held(gate.clone(), Box::new(Answer::Certificate))]);
    let setup = testkit::process::Process::spawn(world.command_ignoring("HUP", ["setup"]));
    gate.wait_arrivals(1);
    setup.signal(Signal::HUP);
    gate.open();
    setup.wait().success();
    assert_eq!(world.outcome(), "ok");
}
