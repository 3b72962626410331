//! The text of the report.

use std::time::Duration;

use expect_test::expect;

use super::*;
use crate::doctor::verdict::Leg;
use crate::exit::Exit;

fn shown(checks: Vec<Check>) -> String {
    let lines: String = checks.iter().map(line).collect();
    lines + &verdict(&Diagnosis::new(checks, Duration::from_millis(1234)))
}

#[test]
fn report_ends_with_the_first_fault_and_its_hint() {
    let text = shown(vec![
        Check::pass(Leg::Settings, "settings", "fine").took(Duration::from_micros(1200)),
        Check::skipped(Leg::AccessUrl, "TLS", "clear text").hint("never shown"),
        Check::warn(Leg::Interception, "chatgpt.com", "not intercepted").hint("enable it"),
        Check::fail(Leg::Tools, "curl", Exit::Certificate, "bad certificate")
            .hint("check ~/.curlrc"),
    ]);
    expect![[r#"
        pass    settings                                          1.2 ms  fine
        skipped access URL: TLS                                   0.0 ms  clear text
        warn    interception: chatgpt.com                         0.0 ms  not intercepted
                what to do: enable it
        fail    tools: curl                                       0.0 ms  bad certificate
                what to do: check ~/.curlrc

        1 fault, 1 warning, 1 passed, 1 skipped, in 1.2 s
        First fault: tools, curl: bad certificate
        What to do:  check ~/.curlrc
        Exit code:   17 (certificate)
    "#]]
    .assert_eq(&text);
}

#[test]
fn report_without_a_fault_ends_with_a_line_for_its_verdict() {
    let pass = || Check::pass(Leg::Token, "token", "fine");
    assert!(shown(vec![pass()]).contains("Every check has passed."));
    let warn = Check::warn(Leg::Agent, "unit", "started");
    assert!(shown(vec![pass(), warn]).contains("No fault; see the warnings above."));
    assert!(shown(Vec::new()).contains("No check could be made."));
}
