//! Spans of time, and the attribute that holds them.

use std::time::Duration;

use super::{Limits, Timeouts, format, parse};
use crate::diag::Diagnostics;
use crate::model::{Attr, Content, Field};
use crate::path::AttributePath;
use crate::schema::Nested;
use crate::ty::Type;
use crate::value::Value;

const LIMITS: Limits =
    Limits::new().create(Duration::from_secs(5400)).delete(Duration::from_millis(1500));

#[test]
fn spans_are_read_as_go_writes_them() {
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
fn spans_are_written_in_whole_units() {
    for (millis, expected) in
        [(0, "0s"), (1500, "1s500ms"), (5_400_000, "1h30m"), (86_400_000, "24h")]
    {
        let text = format(Duration::from_millis(millis));
        assert_eq!(text, expected);
        assert_eq!(parse(&text), Ok(Duration::from_millis(millis)));
    }
}

#[test]
fn configured_spans_win_over_defaults() {
    let read = |value: Value| -> Attr<Timeouts> {
        Attr::from_value(value, &AttributePath::root()).unwrap()
    };
    let object = |create: Value| Value::object([("create", create), ("delete", Value::Null)]);
    for (value, create) in [
        (Value::Null, 5400),
        (Value::unknown(), 5400),
        (object(Value::Null), 5400),
        (object(Value::unknown()), 5400),
        (object("2m".into()), 120),
    ] {
        let timeouts = read(value.clone());
        assert_eq!(LIMITS.of_create(&timeouts), Duration::from_secs(create), "{value:?}");
        assert_eq!(LIMITS.of_delete(&timeouts), Duration::from_millis(1500));
        assert_eq!(LIMITS.of_read(&timeouts), Duration::MAX);
        assert_eq!(timeouts.into_value(), value, "it is stored as it came");
    }
}

#[test]
fn the_attribute_names_what_can_be_limited() {
    let attribute = LIMITS.attribute();
    let nested = attribute.nested().map(Nested::attributes).unwrap();
    assert_eq!(nested.keys().collect::<Vec<_>>(), ["create", "delete"]);
    assert_eq!(nested["create"].description(), "At create, `1h30m` by default.");
    let mut diags = Diagnostics::new();
    for text in ["10s", "soon"] {
        nested["create"].validators()[0].validate(&text.into(), &"create".into(), &mut diags);
    }
    let details: Vec<&str> = diags.iter().map(|it| it.detail.as_str()).collect();
    assert_eq!(
        details,
        ["`soon` is no span of time. Write whole or decimal numbers with the units h, m, s, ms, \
          us or ns, such as `30s` or `1h30m`"]
    );
}

#[test]
fn the_model_fits_every_choice_and_nothing_else() {
    let faults = |ty: &Type| {
        let mut faults = Vec::new();
        Timeouts::check(ty, &AttributePath::root(), &mut faults);
        faults.len()
    };
    assert_eq!(faults(&LIMITS.attribute().ty()), 0);
    assert_eq!(faults(&Type::object([("create", Type::Number), ("open", Type::String)])), 2);
    assert_eq!(faults(&Type::String), 1);
    let read = |value| Timeouts::from_known(value, &AttributePath::root());
    assert!(read(Value::object([("open", "1s".into())])).is_err());
    assert!(read(Value::object([("read", 1.into())])).is_err());
    assert!(read("1s".into()).is_err());
}
