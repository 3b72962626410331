//! The files that a refresh changes, and those that it keeps.

use fakes::ca::TestCa;
use fakes::coder::Answer;
use fakes::gate::Gate;
use testkit::process::run;
use time::format_description::well_known::Rfc3339;

use crate::world::World;

#[test]
fn refresh_needs_no_flags_and_touches_no_unit() {
    let world = World::set_up();
    let calls = world.agent.calls().len();
    let next = TestCa::new("next");
    world.coder.set_certificate(next.pem());
    // Cron has the token and the certificate path from `coder_env`, and no flags.
    let mut command = world.command(["refresh"]);
    command.env_remove("AIBRIDGE_ACCESS_URL").env_remove("AIBRIDGE_PROXY_URL");
    run(command).success();
    assert_eq!(world.read("ca-cert.pem"), format!("{}{}", next.pem(), world.ca.pem()));
    assert_eq!(world.status()["sha256"], next.sha256());
    assert_eq!(world.agent.calls().len(), calls, "{:?}", world.agent.calls());
    assert_eq!(world.unit().as_deref(), Some("completed"));
}

#[test]
fn refreshes_from_alternating_replicas_keep_both_cas() {
    let world = World::set_up();
    let other = TestCa::new("other");
    for served in [&other, &world.ca, &other, &world.ca] {
        world.coder.set_certificate(served.pem());
        world.run(["refresh"]).success();
    }
    assert_eq!(world.read("ca-cert.pem"), format!("{}{}", world.ca.pem(), other.pem()));
}

#[test]
fn refresh_drop_old_removes_earlier_cas() {
    let world = World::set_up();
    let next = TestCa::new("next");
    world.coder.set_certificate(next.pem());
    world.run(["refresh", "--drop-old"]).success();
    assert_eq!(world.read("ca-cert.pem"), next.pem());
    assert!(!world.read("ca-bundle.pem").contains(&world.ca.pem()));
}

#[test]
fn refresh_drop_old_keeps_earlier_cas_when_the_fetch_fails() {
    let world = World::set_up();
    world.coder.set_answer(Answer::LOGIN_PAGE);
    world.run(["refresh", "--drop-old"]).exited(16);
    assert_eq!(world.read("ca-cert.pem"), world.ca.pem());
}

#[test]
fn failed_refresh_is_reported_and_dependents_go_on() {
    let world = World::set_up();
    let before = world.status();
    world.coder.set_answer(Answer::LOGIN_PAGE);
    let finished = world.run(["refresh"]).exited(16);
    assert!(finished.stdout.starts_with("AI Bridge Proxy refresh failed: "), "{finished:#?}");
    let status = world.status();
    assert_eq!((&status["outcome"], &status["sha256"]), (&"ok".into(), &before["sha256"]));
    assert_eq!(status["error"]["class"], "not_coder");
    assert_eq!(status["last_success"], before["last_success"]);
    world.run(["wait"]).success();

    world.coder.set_answer(Answer::Certificate);
    world.run(["refresh"]).success();
    assert_eq!(world.status()["error"], serde_json::Value::Null);
}

#[test]
fn failed_refresh_in_another_workspace_start_is_stale() {
    let mut world = World::set_up();
    world.agent.restart();
    world.coder.set_answer(Answer::LOGIN_PAGE);
    world.run(["refresh"]).exited(16);
    assert_eq!(world.outcome(), "stale");
    assert_eq!(world.unit(), None, "a refresh registers no unit");
}

/// Rewrites when each CA was last seen.
fn age(world: &World, days: i64) {
    let mut status = world.status();
    let then = time::OffsetDateTime::now_utc() - time::Duration::days(days);
    let text = then.format(&Rfc3339).unwrap();
    for seen in status["seen"].as_array_mut().unwrap() {
        seen["last_seen"] = text.clone().into();
    }
    std::fs::write(world.folder().join("status.json"), status.to_string()).unwrap();
}

#[test]
fn refresh_keeps_a_ca_for_seven_days_after_it_was_last_served() {
    for (days, is_kept) in [(6, true), (8, false)] {
        let world = World::set_up();
        age(&world, days);
        let next = TestCa::new("next");
        world.coder.set_certificate(next.pem());
        world.run(["refresh"]).success();
        assert_eq!(world.read("ca-cert.pem").contains(&world.ca.pem()), is_kept, "{days} days");
        assert_eq!(world.read("ca-bundle.pem").contains(&world.ca.pem()), is_kept, "{days} days");
    }
}

#[test]
fn setup_keeps_at_most_four_cas_the_latest_first() {
    let world = World::set_up();
    let served: Vec<TestCa> = (0..5).map(|it| TestCa::new(&format!("ca {it}"))).collect();
    for ca in &served {
        world.coder.set_certificate(ca.pem());
        world.run(["refresh"]).success();
    }
    let expected: String = served.iter().rev().take(4).map(TestCa::pem).collect();
    assert_eq!(world.read("ca-cert.pem"), expected);
    assert_eq!(world.status()["seen"].as_array().unwrap().len(), 4);
}

#[test]
fn refresh_refuses_a_certificate_that_does_not_fit_the_pin() {
    let world = World::new();
    world.run(["setup", "--ca-pin-sha256", &world.ca.sha256()]).success();
    world.coder.set_certificate(TestCa::new("not pinned").pem());
    world.run(["refresh"]).exited(17);
    assert_eq!(world.read("ca-cert.pem"), world.ca.pem());
    world.run(["refresh", "--drop-old"]).exited(17);
    assert_eq!(world.read("ca-cert.pem"), world.ca.pem());
}

#[test]
fn refresh_waits_for_the_lock_of_a_running_setup() {
    let world = World::set_up();
    let gate = Gate::new();
    let [first, second] = ["first", "second"].map(TestCa::new);
    world.coder.clear_requests();
    world.coder.script(vec![
        Answer::Held(gate.clone(), Box::new(Answer::Pem(first.pem()))),
        Answer::Pem(second.pem()),
    ]);
    let setup = world.spawn(["setup"]);
    gate.wait_arrivals(1);
    world.run(["refresh", "--timeout", "100ms"]).exited(11);
    assert_eq!(world.coder.certificate_requests().len(), 1, "refresh sent a request meanwhile");
    let refresh = world.spawn(["refresh"]);
    assert!(refresh.is_running());
    gate.open();
    setup.wait().success();
    refresh.wait().success();
    let expected = [&second, &first, &world.ca].map(TestCa::pem).concat();
    assert_eq!(world.read("ca-cert.pem"), expected);
}

#[test]
fn prebuild_with_a_foreign_token_is_deferred_and_the_claimed_workspace_sets_up() {
    let mut world = World::new();
    // The prebuild user's token may have expired when the script runs.
    let foreign = "abcdefghij-abcdefghijklmnopqrstuv";
    let mut command = world.command(["setup", "--prebuild"]);
    command.env("AIBRIDGE_SESSION_TOKEN", foreign);
    run(command).success();
    assert_eq!(world.outcome(), "deferred");
    assert_eq!(world.status()["error"]["class"], "not_signed_in");
    assert_eq!(world.unit().as_deref(), Some("completed"));
    world.run(["exec", "--", "true"]).exited(21);
    // The claim restarts the agent on the same machine, without its units.
    world.agent.restart();
    let waiter = world.spawn(["wait", "--as", "tool"]);
    world.agent.wait_state("tool", "pending");
    assert!(waiter.is_running(), "what the prebuild left is not this start's");
    world.run(["setup"]).success();
    waiter.wait().success();
    assert_eq!(world.outcome(), "ok");
    assert_eq!(world.unit().as_deref(), Some("completed"));
    // Cron may run once more with the prebuild user's token: it fails and keeps the files.
    let mut command = world.command(["refresh"]);
    command.env("AIBRIDGE_SESSION_TOKEN", foreign);
    run(command).exited(13);
    assert_eq!(world.outcome(), "ok");
    world.run(["exec", "--", "true"]).success();
}
