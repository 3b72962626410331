//! Which texts are durations, and how durations are written.

use std::time::Duration;

use super::{format, parse};

#[test]
fn durations_are_read_as_go_writes_them() {
    for (text, expected) in [
        ("0", Some(Duration::ZERO)),
        ("0s", Some(Duration::ZERO)),
        ("30s", Some(Duration::from_secs(30))),
        ("1h30m", Some(Duration::from_secs(5400))),
        ("1.5h", Some(Duration::from_secs(5400))),
        (".5s", Some(Duration::from_millis(500))),
        ("1.s", Some(Duration::from_secs(1))),
        ("1h0m0.25s", Some(Duration::from_millis(3_600_250))),
        ("1us2ns", Some(Duration::from_nanos(1002))),
        ("0.33333333333333333333333m", Some(Duration::from_nanos(19_999_999_999))),
        ("", None),
        ("5", None),
        ("s", None),
        (".s", None),
        ("1.2.3s", None),
        ("-1s", None),
        ("1 s", None),
        ("1d", None),
        ("1S", None),
        ("30s ", None),
        ("99999999999h", None),
        ("99999999999999999999999s", None),
    ] {
        assert_eq!(parse(text).ok(), expected, "{text}");
    }
}

#[test]
fn durations_are_written_in_whole_units() {
    for (millis, expected) in
        [(0, "0s"), (1500, "1s500ms"), (5_400_000, "1h30m"), (86_400_000, "24h")]
    {
        let text = format(Duration::from_millis(millis));
        assert_eq!(text, expected);
        assert_eq!(parse(&text), Ok(Duration::from_millis(millis)));
    }
}
