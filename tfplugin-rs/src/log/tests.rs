//! Lines as the plugin host must find them, and which are written at all.

use std::ffi::OsString;

use proptest::prelude::{any, proptest};
use serde_json::Value;
use time::macros::datetime;
use tracing_core::{Level, LevelFilter};

use super::line::{LINE_LIMIT, Line};
use super::{level, panic};

const NOW: time::OffsetDateTime = datetime!(2026-11-23 04:11:36.571 UTC);

fn render(message: &str, fields: Vec<(&str, Value)>) -> String {
    Line { level: Level::INFO, module: "provider", message: message.to_owned(), fields }.render(NOW)
}

#[track_caller]
fn check_line(message: &str, fields: Vec<(&str, Value)>, rest: &str) {
    let line = render(message, fields);
    let start = r#"{"@level":"info","@message":"#;
    let stamp = r#""@timestamp":"2026-11-23T04:11:36.571000Z","@module":"provider""#;
    assert_eq!(line, format!("{start}{}\n", rest.replace("STAMP", stamp)));
}

#[test]
fn log_line_has_the_keys_of_the_plugin_host() {
    check_line("", vec![], r#""",STAMP}"#);
    check_line("hello", vec![], r#""hello",STAMP}"#);
    check_line("two\nlines \"quoted\"", vec![], r#""two\nlines \"quoted\"",STAMP}"#);
    check_line("x", vec![("n", 7.into()), ("ok", true.into())], r#""x",STAMP,"n":7,"ok":true}"#);
    check_line("x", vec![("n", Value::Null)], r#""x",STAMP,"n":null}"#);
    // A field cannot replace what belongs to the host.
    check_line("x", vec![("@message", 7.into())], r#""x",STAMP,"message":7}"#);
    check_line("x", vec![("@@level", true.into())], r#""x",STAMP,"level":true}"#);
}

#[test]
fn timestamp_always_has_six_fraction_digits() {
    for (now, expected) in [
        (datetime!(2026-01-02 03:04:05 UTC), "2026-01-02T03:04:05.000000Z"),
        (datetime!(2026-01-02 03:04:05.999_999_999 UTC), "2026-01-02T03:04:05.999999Z"),
        (datetime!(2026-01-02 03:04:05.000_001 +2), "2026-01-02T01:04:05.000001Z"),
    ] {
        let line = Line { level: Level::WARN, module: "", message: String::new(), fields: vec![] };
        let line: Value = serde_json::from_str(&line.render(now)).expect("a line is JSON");
        assert_eq!(line["@timestamp"], expected);
    }
}

/// What go-plugin asserts unchecked.
#[track_caller]
fn check_valid(line: &str) {
    assert!(line.len() <= LINE_LIMIT, "{} bytes", line.len());
    assert_eq!(line.find('\n'), Some(line.len() - 1), "one line");
    let line: Value = serde_json::from_str(line).expect("a line is JSON");
    for key in ["@message", "@level", "@timestamp", "@module"] {
        assert!(line[key].is_string(), "{key}");
    }
}

#[test]
fn long_log_line_is_cut_to_the_hosts_buffer() {
    let long = "ü".repeat(100_000);
    for message in [long.as_str(), &"\u{1}".repeat(50_000), &"\"".repeat(70_000)] {
        let line = render(message, vec![]);
        check_valid(&line);
        assert!(line.contains(" bytes left out)"));
        assert!(line.len() > 16 << 10, "as much as fits is kept, not {} bytes", line.len());
    }
    check_valid(&render("x", vec![("long", long.clone().into())]));
    check_valid(&render("x", vec![("a", long.as_str().into()); 40]));
    let deep = Value::from(vec![0; 100_000]);
    check_valid(&render(&long, vec![("array", deep)]));
}

proptest! {
    #[test]
    fn every_text_makes_a_valid_line(
        message in any::<String>(),
        name in any::<String>(),
        text in any::<String>(),
    ) {
        check_valid(&render(&message, vec![(name.as_str(), text.into())]));
    }
}

#[track_caller]
fn check_level(variables: &[(&str, &str)], expected: LevelFilter) {
    let lookup = |name: &str| {
        variables.iter().find(|(it, _)| *it == name).map(|(_, value)| OsString::from(value))
    };
    assert_eq!(level(lookup, "my-cloud"), expected, "{variables:?}");
}

#[test]
fn log_level_is_read_from_the_same_variables_as_the_hosts() {
    check_level(&[], LevelFilter::OFF);
    check_level(&[("TF_LOG", "")], LevelFilter::OFF);
    check_level(&[("TF_LOG", "off")], LevelFilter::OFF);
    check_level(&[("TF_LOG", "error")], LevelFilter::ERROR);
    check_level(&[("TF_LOG", "WARN")], LevelFilter::WARN);
    check_level(&[("TF_LOG", "Info")], LevelFilter::INFO);
    check_level(&[("TF_LOG", "DEBUG")], LevelFilter::DEBUG);
    check_level(&[("TF_LOG", "trace")], LevelFilter::TRACE);
    check_level(&[("TF_LOG", "JSON")], LevelFilter::TRACE);
    check_level(&[("TF_LOG", "1")], LevelFilter::TRACE);
    check_level(&[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "error")], LevelFilter::ERROR);
    check_level(&[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "")], LevelFilter::TRACE);
    check_level(
        &[("TF_LOG_PROVIDER", "error"), ("TF_LOG_PROVIDER_MY_CLOUD", "info")],
        LevelFilter::INFO,
    );
    check_level(&[("TF_LOG_PROVIDER_OTHER", "info")], LevelFilter::OFF);
}

#[test]
fn crash_report_begins_as_the_host_expects() {
    assert_eq!(
        panic::crash_report("gone wrong", "src/x.rs:1:2", ""),
        "panic: gone wrong\n\nat src/x.rs:1:2\n"
    );
    assert_eq!(panic::crash_report("a", "b", "trace"), "panic: a\n\nat b\ntrace\n");
}
