//! What a refresh changes, and what it leaves alone.

use testkit::ca::TestCa;
use testkit::coder::Answer;
use testkit::process::run;

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
    stage.coder.set_answer(Answer::Html);
    stage.run(["refresh", "--drop-old"]).exited(16);
    assert_eq!(stage.read("ca-cert.pem"), stage.ca.pem());
}

#[test]
fn a_failure_is_told_and_dependents_go_on() {
    let stage = Stage::set_up();
    let before = stage.status();
    stage.coder.set_answer(Answer::Html);
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
    stage.coder.set_answer(Answer::Html);
    stage.run(["refresh"]).exited(16);
    assert_eq!(stage.outcome(), "stale");
    assert_eq!(stage.unit(), None, "a refresh registers no unit");
}
