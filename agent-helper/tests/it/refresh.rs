//! What a refresh changes, and what it leaves alone.

use fakes::ca::TestCa;
use fakes::coder::Answer;
use fakes::gate::Gate;
use testkit::process::run;
use time::format_description::well_known::Rfc3339;

use crate::stage::Stage;

#[test]
fn needs_no_flags_and_touches_no_unit() {
    let stage = Stage::set_up();
    let calls = stage.agent.calls().len();
    let next = TestCa::new("next");
    stage.coder.set_certificate(next.pem());
    // Cron has the token and the place from `coder_env`, and no flags of the script.
    let mut command = stage.command(["refresh"]);
    command.env_remove("AIBRIDGE_ACCESS_URL").env_remove("AIBRIDGE_PROXY_URL");
    run(command).success();
    assert_eq!(stage.read("ca-cert.pem"), format!("{}{}", next.pem(), stage.ca.pem()));
    assert_eq!(stage.status()["sha256"], next.sha256());
    assert_eq!(stage.agent.calls().len(), calls, "{:?}", stage.agent.calls());
    assert_eq!(stage.unit().as_deref(), Some("completed"));
}

#[test]
fn replicas_that_alternate_end_with_both_cas() {
    let stage = Stage::set_up();
    let other = TestCa::new("other");
    for served in [&other, &stage.ca, &other, &stage.ca] {
        stage.coder.set_certificate(served.pem());
        stage.run(["refresh"]).success();
    }
    assert_eq!(stage.read("ca-cert.pem"), format!("{}{}", stage.ca.pem(), other.pem()));
}

#[test]
fn drop_old_ends_the_trust_in_earlier_cas() {
    let stage = Stage::set_up();
    let next = TestCa::new("next");
    stage.coder.set_certificate(next.pem());
    stage.run(["refresh", "--drop-old"]).success();
    assert_eq!(stage.read("ca-cert.pem"), next.pem());
    assert!(!stage.read("ca-bundle.pem").contains(&stage.ca.pem()));
}

#[test]
fn drop_old_drops_nothing_if_there_is_nothing_new() {
    let stage = Stage::set_up();
    stage.coder.set_answer(Answer::LOGIN_PAGE);
    stage.run(["refresh", "--drop-old"]).exited(16);
    assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem());
}

#[test]
fn a_failure_is_told_and_dependents_go_on() {
    let stage = Stage::set_up();
    let before = stage.status();
    stage.coder.set_answer(Answer::LOGIN_PAGE);
    let finished = stage.run(["refresh"]).exited(16);
    assert!(finished.stdout.starts_with("AI Bridge Proxy refresh failed: "), "{finished:#?}");
    let status = stage.status();
    assert_eq!((&status["outcome"], &status["sha256"]), (&"ok".into(), &before["sha256"]));
    assert_eq!(status["error"]["class"], "not_coder");
    assert_eq!(status["last_success"], before["last_success"]);
    stage.run(["wait"]).success();

    stage.coder.set_answer(Answer::Certificate);
    stage.run(["refresh"]).success();
    assert_eq!(stage.status()["error"], serde_json::Value::Null);
}

#[test]
fn a_failure_on_another_start_is_stale() {
    let mut stage = Stage::set_up();
    stage.agent.restart();
    stage.coder.set_answer(Answer::LOGIN_PAGE);
    stage.run(["refresh"]).exited(16);
    assert_eq!(stage.outcome(), "stale");
    assert_eq!(stage.unit(), None, "a refresh registers no unit");
}

/// Rewrites when each CA was last seen.
fn age(stage: &Stage, days: i64) {
    let mut status = stage.status();
    let then = time::OffsetDateTime::now_utc() - time::Duration::days(days);
    let text = then.format(&Rfc3339).unwrap();
    for seen in status["seen"].as_array_mut().unwrap() {
        seen["last_seen"] = text.clone().into();
    }
    std::fs::write(stage.folder().join("status.json"), status.to_string()).unwrap();
}

#[test]
fn a_ca_is_kept_for_seven_days_after_it_was_last_served() {
    for (days, is_kept) in [(6, true), (8, false)] {
        let stage = Stage::set_up();
        age(&stage, days);
        let next = TestCa::new("next");
        stage.coder.set_certificate(next.pem());
        stage.run(["refresh"]).success();
        assert_eq!(stage.read("ca-cert.pem").contains(&stage.ca.pem()), is_kept, "{days} days");
        assert_eq!(stage.read("ca-bundle.pem").contains(&stage.ca.pem()), is_kept, "{days} days");
    }
}

#[test]
fn four_cas_are_kept_at_most_the_latest_first() {
    let stage = Stage::set_up();
    let served: Vec<TestCa> = (0..5).map(|it| TestCa::new(&format!("ca {it}"))).collect();
    for ca in &served {
        stage.coder.set_certificate(ca.pem());
        stage.run(["refresh"]).success();
    }
    let expected: String = served.iter().rev().take(4).map(TestCa::pem).collect();
    assert_eq!(stage.read("ca-cert.pem"), expected);
    assert_eq!(stage.status()["seen"].as_array().unwrap().len(), 4);
}

#[test]
fn the_pin_holds_in_a_refresh_too() {
    let stage = Stage::new();
    stage.run(["setup", "--ca-pin-sha256", &stage.ca.sha256()]).success();
    stage.coder.set_certificate(TestCa::new("not pinned").pem());
    stage.run(["refresh"]).exited(17);
    assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem());
    stage.run(["refresh", "--drop-old"]).exited(17);
    assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem());
}

#[test]
fn a_refresh_waits_for_a_set_up_that_is_at_work() {
    let stage = Stage::set_up();
    let gate = Gate::new();
    let [first, second] = ["first", "second"].map(TestCa::new);
    stage.coder.clear_requests();
    stage.coder.script(vec![
        Answer::Held(gate.clone(), Box::new(Answer::Pem(first.pem()))),
        Answer::Pem(second.pem()),
    ]);
    let setup = stage.spawn(["setup"]);
    gate.wait_arrivals(1);
    stage.run(["refresh", "--timeout", "100ms"]).exited(11);
    assert_eq!(stage.coder.certificate_requests().len(), 1, "it asks nothing meanwhile");
    let refresh = stage.spawn(["refresh"]);
    assert!(refresh.is_running());
    gate.open();
    setup.wait().success();
    refresh.wait().success();
    let expected = [&second, &first, &stage.ca].map(TestCa::pem).concat();
    assert_eq!(stage.read("ca-cert.pem"), expected);
}

#[test]
fn a_foreign_token_before_the_claim_is_deferred_and_the_owners_sets_up_after_it() {
    let mut stage = Stage::new();
    // The pool's own user may not be signed in any more when its script runs.
    let foreign = "abcdefghij-abcdefghijklmnopqrstuv";
    let mut command = stage.command(["setup", "--prebuild"]);
    command.env("AIBRIDGE_SESSION_TOKEN", foreign);
    run(command).success();
    assert_eq!(stage.outcome(), "deferred");
    assert_eq!(stage.status()["error"]["class"], "not_signed_in");
    assert_eq!(stage.unit().as_deref(), Some("completed"));
    stage.run(["exec", "--", "true"]).exited(21);
    // The claim: the agent starts anew in the same machine, its units are gone.
    stage.agent.restart();
    let waiter = stage.spawn(["wait", "--as", "tool"]);
    stage.agent.wait_state("tool", "pending");
    assert!(waiter.is_running(), "what the prebuild left is not this start's");
    stage.run(["setup"]).success();
    waiter.wait().success();
    assert_eq!(stage.outcome(), "ok");
    assert_eq!(stage.unit().as_deref(), Some("completed"));
    // Cron may come with the pool's token once more: told, and nothing is lost.
    let mut command = stage.command(["refresh"]);
    command.env("AIBRIDGE_SESSION_TOKEN", foreign);
    run(command).exited(13);
    assert_eq!(stage.outcome(), "ok");
    stage.run(["exec", "--", "true"]).success();
}
