//! What `status` shows.

use expect_test::expect;
use fakes::coder::Answer;
use testkit::redact::Redactor;

use crate::stage::Stage;

fn shown(stage: &Stage) -> String {
    let text = stage.run(["status"]).success().stdout;
    Redactor::new()
        .literal(stage.temp.path().display().to_string(), "TEMP")
        .literal(stage.coder.url(), "CODER")
        .apply(&text)
}

#[test]
fn people_see_outcome_certificate_and_unit() {
    let mut stage = Stage::new();
    expect![[r#"
        Outcome:      no set-up has run here
        Certificate:  [TEMP]/ai/ca-cert.pem
        Bundle:       [TEMP]/ai/ca-bundle.pem
        Unit:         aibridge-proxy-setup (not registered)
    "#]]
    .assert_eq(&shown(&stage));
    stage.run(["setup"]).success();
    expect![[r#"
        Outcome:      ok ([TIME])
        Last success: [TIME]
        Subject:      CN=AI Bridge CA
        SHA-256:      [SHA256]
        Expires:      [TIME]
        Certificate:  [TEMP]/ai/ca-cert.pem
        Bundle:       [TEMP]/ai/ca-bundle.pem
        Unit:         aibridge-proxy-setup (completed)
    "#]]
    .assert_eq(&shown(&stage));
    stage.coder.set_answer(Answer::NOT_ENABLED);
    stage.run(["setup"]).exited(15);
    stage.agent.stop();
    expect![[r#"
        Outcome:      stale ([TIME])
        Error:        cannot fetch the CA certificate from `[CODER]/api/v2/aibridge/proxy/ca-cert.pem`: the AI Bridge Proxy is not enabled: `AI Gateway Proxy is not enabled.` (not_enabled, exit 15)
        Hint:         set `CODER_AI_GATEWAY_PROXY_ENABLED=true` on the server (before 2.34: `CODER_AIBRIDGE_PROXY_ENABLED`) and restart it
        Last success: [TIME]
        Subject:      CN=AI Bridge CA
        SHA-256:      [SHA256]
        Expires:      [TIME]
        Certificate:  [TEMP]/ai/ca-cert.pem
        Bundle:       [TEMP]/ai/ca-bundle.pem
        Unit:         aibridge-proxy-setup (unknown: the agent does not answer)
    "#]].assert_eq(&shown(&stage));
}

#[test]
fn programs_get_the_file_and_what_it_means_now() {
    let mut stage = Stage::set_up();
    let json = |stage: &Stage| -> serde_json::Value {
        serde_json::from_str(&stage.run(["status", "--json"]).success().stdout).unwrap()
    };
    let shown = json(&stage);
    assert_eq!(shown["status"], stage.status());
    assert_eq!(shown["is_current"], true);
    assert_eq!(shown["unit"], "aibridge-proxy-setup");
    assert_eq!(shown["unit_state"], "completed");
    stage.agent.restart();
    let shown = json(&stage);
    assert_eq!(shown["is_current"], false);
    assert_eq!(shown["unit_state"], "not registered");
}
