//! What `status` shows.

use expect_test::{expect, expect_file};
use fakes::coder::Answer;
use testkit::redact::Redactor;

use crate::world::World;

fn shown(world: &World) -> String {
    let text = world.run(["status"]).success().stdout;
    Redactor::new()
        .literal(world.temp.path().display().to_string(), "TEMP")
        .literal(world.coder.url(), "CODER")
        .apply(&text)
}

#[test]
fn status_shows_outcome_certificate_and_unit() {
    let mut world = World::new();
    expect![[r#"
        Outcome:      no set-up has run in this folder
        Certificate:  [TEMP]/ai/ca-cert.pem
        Bundle:       [TEMP]/ai/ca-bundle.pem
        Unit:         aibridge-proxy-setup (not registered)
    "#]]
    .assert_eq(&shown(&world));
    world.run(["setup"]).success();
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
    .assert_eq(&shown(&world));
    world.coder.set_answer(Answer::NOT_ENABLED);
    world.run(["setup"]).exited(15);
    world.agent.stop();
    expect_file!["../data/status/stale.txt"].assert_eq(&shown(&world));
}

#[test]
fn status_json_has_the_file_and_the_current_unit_state() {
    let mut world = World::set_up();
    let json = |world: &World| -> serde_json::Value {
        serde_json::from_str(&world.run(["status", "--json"]).success().stdout).unwrap()
    };
    let shown = json(&world);
    assert_eq!(shown["status"], world.status());
    assert_eq!(shown["is_current"], true);
    assert_eq!(shown["unit"], "aibridge-proxy-setup");
    assert_eq!(shown["unit_state"], "completed");
    world.agent.restart();
    let shown = json(&world);
    assert_eq!(shown["is_current"], false);
    assert_eq!(shown["unit_state"], "not registered");
}

#[test]
fn status_names_coordination_that_is_off_as_why_the_unit_state_is_unknown() {
    let shown = World::set_up().run(["status", "--sync", "off"]).success().stdout;
    assert!(shown.contains("(unknown: coordination is off)\n"), "{shown}");
}
