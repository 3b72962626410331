//! The form of the file.

use coder_client::workspace::Files;
use expect_test::expect;
use time::macros::datetime;

use super::*;

#[test]
fn status_has_every_key_and_reads_back() {
    let place = Files::beside("/tmp/aibridge-proxy/ca-cert.pem");
    let run = RunId::of(Some("boot"), Some("123"), None);
    let now = datetime!(2026-01-02 03:04:05.678 +2);
    let mut status = Status::new(&place, &run, Outcome::Stale, now);
    status.seen = vec![Seen { sha256: "ab".to_owned(), last_seen: rfc3339(now) }];
    status.error = Some(Fault {
        class: "tls".to_owned(),
        exit_code: 12,
        message: "no".to_owned(),
        hint: None,
    });
    let json = status.to_json();
    expect![[r#"
        {
          "version": 1,
          "run": "boot/123/-",
          "outcome": "stale",
          "time": "2026-01-02T01:04:05Z",
          "cert_path": "/tmp/aibridge-proxy/ca-cert.pem",
          "bundle_path": "/tmp/aibridge-proxy/ca-bundle.pem",
          "sha256": null,
          "subject": null,
          "not_before": null,
          "not_after": null,
          "seen": [
            {
              "sha256": "ab",
              "last_seen": "2026-01-02T01:04:05Z"
            }
          ],
          "source": null,
          "deployment_version": null,
          "last_success": null,
          "error": {
            "class": "tls",
            "exit_code": 12,
            "message": "no",
            "hint": null
          }
        }
    "#]]
    .assert_eq(std::str::from_utf8(&json).unwrap());
    assert_eq!(Status::parse(&json), Some(status));
}

#[test]
fn status_of_the_bootstrap_script_is_read() {
    let json = br#"{
        "version": 1,
        "outcome": "failed",
        "error": { "class": "helper", "exit_code": 22, "message": "x" }
    }"#;
    let status = Status::parse(json).unwrap();
    assert_eq!(status.outcome, Outcome::Failed);
    assert!(status.run.is_unknown());
    assert_eq!(status.error.unwrap().class, "helper");
}

#[test]
fn status_that_is_cut_at_any_byte_is_refused() {
    let place = Files::beside("/tmp/aibridge-proxy/ca-cert.pem");
    let json = Status::new(&place, &RunId::default(), Outcome::Ok, datetime!(2026-01-01 0:00 UTC))
        .to_json();
    let whole = json.len() - "\n".len();
    for length in 0..whole {
        assert_eq!(Status::parse(&json[..length]), None, "{length} bytes");
    }
    assert!(Status::parse(&json[..whole]).is_some());
}

#[test]
fn status_of_a_later_version_is_refused() {
    assert_eq!(Status::parse(br#"{"version":2,"outcome":"ok"}"#), None);
    assert_eq!(Status::parse(br#"{"version":1,"outcome":"splendid"}"#), None);
}
