//! The first fault decides the exit code, the worst check the verdict.

use std::time::Duration;

use super::*;

fn diagnosis(checks: Vec<Check>) -> Diagnosis {
    Diagnosis::new(checks, Duration::from_micros(1234))
}

#[test]
fn diagnosis_ends_with_the_code_of_the_first_fault() {
    let found = diagnosis(vec![
        Check::pass(Leg::Settings, "settings", "fine"),
        Check::warn(Leg::AccessUrl, "version", "old"),
        Check::fail(Leg::Token, "token", Exit::NotSignedIn, "expired").hint("restart"),
        Check::fail(Leg::Proxy, "connect", Exit::Network, "refused"),
    ]);
    assert_eq!(found.exit(), Exit::NotSignedIn);
    assert_eq!(found.first_fault().unwrap().summary, "expired");
    assert_eq!(found.verdict, Verdict::Fail);
    assert_eq!(found.count(Verdict::Fail), 2);
}

#[test]
fn diagnosis_with_warnings_only_ends_with_0() {
    let found = diagnosis(vec![
        Check::warn(Leg::Interception, "api.openai.com", "not intercepted"),
        Check::skipped(Leg::Tools, "go", "not installed"),
    ]);
    assert_eq!((found.exit(), found.verdict), (Exit::Done, Verdict::Warn));
    assert!(found.first_fault().is_none());
}

#[test]
fn diagnosis_in_json_has_numbers_and_classes() {
    let check = Check::fail(Leg::Token, "token", Exit::NotSignedIn, "expired");
    let json = serde_json::to_value(diagnosis(vec![check])).unwrap();
    assert_eq!(json["duration_ms"].as_f64(), Some(1.2));
    assert_eq!(json["exit_code"], 13);
    assert_eq!(json["first_fault"], 0);
    assert_eq!(json["checks"][0]["class"], "not_signed_in");
    assert_eq!(json["checks"][0]["leg"], "token");
    assert_eq!(json["checks"][0]["hint"], serde_json::Value::Null);
}
