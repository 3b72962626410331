//! Words for format and level.

use super::{Format, Level, parse_level};

#[test]
fn log_format_is_text_or_json() {
    assert_eq!("text".parse(), Ok(Format::Text));
    assert_eq!("json".parse(), Ok(Format::Json));
    for text in ["", "JSON", "fancy"] {
        let err = text.parse::<Format>().unwrap_err();
        assert_eq!(err.to_string(), format!("unknown log format `{text}`"));
        assert_eq!(err.hint(), "expected `text` or `json`");
    }
}

#[test]
fn log_level_is_one_of_five() {
    let levels = [
        ("error", Level::ERROR),
        ("warn", Level::WARN),
        ("info", Level::INFO),
        ("debug", Level::DEBUG),
        ("trace", Level::TRACE),
    ];
    for (text, level) in levels {
        assert_eq!(parse_level(text), Ok(level));
    }
    let err = parse_level("loud").unwrap_err();
    assert_eq!(err.to_string(), "unknown log level `loud`");
    assert!(err.hint().contains("`trace`"));
}
