//! Durations: what is read, what is refused, and the way back.

use std::time::Duration;

use proptest::prelude::{any, proptest};

use super::{DurationError, format, parse};

#[track_caller]
fn check(text: &str, millis: u64, canonical: &str) {
    let duration = parse(text).unwrap_or_else(|err| panic!("{text}: {err}"));
    assert_eq!(duration, Duration::from_millis(millis), "{text}");
    assert_eq!(format(duration), canonical, "{text}");
}

#[test]
fn duration_is_read_in_every_unit() {
    check("10s", 10_000, "10s");
    check("1m30s", 90_000, "1m30s");
    check("5m", 300_000, "5m");
    check("250ms", 250, "250ms");
    check("1h", 3_600_000, "1h");
    check("90s", 90_000, "1m30s");
    check("1s500ms", 1_500, "1s500ms");
    check("007s", 7_000, "7s");
    check("0", 0, "0s");
    check("0s", 0, "0s");
    check("1s1s", 2_000, "2s");
}

#[track_caller]
fn check_refused(text: &str, expected: &DurationError, hint: &str) {
    let err = parse(text).expect_err(text);
    assert_eq!(&err, expected, "{text}");
    assert!(err.hint().contains(hint), "{text}: {}", err.hint());
}

#[test]
fn duration_without_unit_or_with_other_text_is_refused() {
    check_refused("", &DurationError::Empty, "`10s`");
    check_refused("10", &DurationError::NoUnit("10".into()), "`10s`");
    check_refused("1m30", &DurationError::NoUnit("1m30".into()), "`1m30s`");
    for text in [
        "s",
        "-1s",
        "+1s",
        "1.5s",
        " 1s",
        "1s ",
        "1 s",
        "1d",
        "1S",
        "1µs",
        "ten seconds",
        "1s;",
        "٣s",
    ] {
        check_refused(text, &DurationError::Malformed(text.into()), "`250ms`");
    }
    for text in ["99999999999999999999s", "18446744073709551615h", "18446744073709551615ms1ms"] {
        check_refused(text, &DurationError::TooLong(text.into()), "");
    }
}

proptest! {
    #[test]
    fn duration_reads_back_from_its_text(millis in any::<u64>()) {
        let duration = Duration::from_millis(millis);
        assert_eq!(parse(&format(duration)), Ok(duration));
    }

    #[test]
    fn duration_parser_never_panics(text in ".{0,12}") {
        let _verdict = parse(&text);
    }
}
