//! Interrupts and kills lose no state and leave no process.

use std::time::Duration;

use fakes::coder::Answer;
use fakes::gate::Gate;
use rustix::process::{Pid, kill_process};
use testkit::binaries;
use testkit::eventually::eventually;
use testkit::process::{Process, Signal};
use testkit::slow;
use testkit::terraform::Action;

use crate::configurations::{PROXY, resource};
use crate::processes::{descendants, runs};
use crate::world::World;

#[test]
fn interrupt_during_create_keeps_the_object() {
    let Some(_marker) = slow::ring3("interrupt-sigint") else { return };
    check_group_signal(Signal::INT);
}

#[test]
fn termination_during_create_keeps_the_object() {
    let Some(_marker) = slow::ring3("interrupt-sigterm") else { return };
    check_group_signal(Signal::TERM);
}

#[test]
fn killed_terraform_leaves_no_provider_process() {
    let Some(_marker) = slow::ring3("interrupt-kill-terraform") else { return };
    let world = World::new(&resource(&[]));
    let gate = Gate::new();
    world.coder.set_answer(Answer::Held(gate.clone(), Box::new(Answer::Certificate)));
    let apply = start_apply(&world);
    let providers = providers(&apply);
    apply.signal(Signal::KILL);
    gate.open();
    assert_eq!(apply.wait().signal, Some(Signal::KILL.as_raw()));
    eventually(Duration::from_secs(10), || {
        let left: Vec<i32> =
            providers.iter().copied().filter(|id| runs(*id, &binaries::provider())).collect();
        if left.is_empty() { Ok(()) } else { Err(left) }
    });
    // No object was stored, so the next run creates it; the lock of the killed run
    // ended with its process.
    world.call().apply().success();
    world.call().plan().assert_empty();
}

#[test]
fn killed_provider_is_reported_and_the_next_apply_works() {
    let Some(_marker) = slow::ring3("interrupt-kill-provider") else { return };
    let world = World::new(&resource(&[]));
    world.coder.set_answer(Answer::Hang);
    let apply = start_apply(&world);
    for provider in providers(&apply) {
        let pid = Pid::from_raw(provider).expect("a process has an id");
        kill_process(pid, Signal::KILL).expect("our own child can be killed");
    }
    let finished = apply.wait().exited(1);
    // Which of the two depends on whether the connection or the call is seen to end first.
    let is_reported = ["Plugin did not respond", "Request cancelled"]
        .iter()
        .any(|summary| finished.stdout.contains(summary));
    assert!(is_reported, "{finished:#?}");

    world.coder.set_answer(Answer::Certificate);
    world.call().apply().success();
    world.call().plan().assert_empty();
}

/// Signals Terraform and provider together, as a terminal and as CI systems do,
/// while a create waits for the network.
fn check_group_signal(signal: Signal) {
    let world = World::new(&resource(&[]));
    world.coder.set_answer(Answer::Hang);
    let apply = start_apply(&world);
    let providers = providers(&apply);
    apply.signal_group(signal);
    let finished = apply.wait();
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    for provider in providers {
        assert!(!runs(provider, &binaries::provider()), "a provider outlives Terraform");
    }

    // What was computed is stored; only the certificate is missing, and the next
    // apply creates no object.
    let state = world.workdir.call().show();
    let stored = state.resource(PROXY);
    assert_eq!(stored["cert_path"], "/tmp/aibridge-proxy/ca-cert.pem");
    assert_eq!(stored["ca_cert_pem"], serde_json::Value::Null);
    world.coder.set_answer(Answer::Certificate);
    let plan = world.call().plan().success();
    assert_ne!(plan.change(PROXY).action, Action::Create);
    world.call().apply().success();
}

/// Starts `apply`, and returns when the create waits for the deployment's response.
fn start_apply(world: &World) -> Process {
    let args = ["-json", "-input=false", "-auto-approve"];
    let apply = world.call().spawn("apply", &args);
    world.coder.wait_requests(1);
    apply
}

fn providers(apply: &Process) -> Vec<i32> {
    let providers = descendants(apply.id(), &binaries::provider());
    assert!(!providers.is_empty(), "Terraform runs no provider");
    providers
}
