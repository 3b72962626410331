//! The `timeouts` attribute, its model, and which duration an operation gets.

use std::time::Duration;

use super::{Limits, Timeouts};
use crate::diag::Diagnostics;
use crate::model::{Attr, Content, Field};
use crate::path::AttributePath;
use crate::schema::Nested;
use crate::ty::Type;
use crate::value::Value;

const LIMITS: Limits =
    Limits::new().create(Duration::from_secs(5400)).delete(Duration::from_millis(1500));

#[test]
fn operation_gets_configured_duration_and_else_default() {
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
fn attribute_has_limited_operations_and_refuses_text_that_is_not_a_duration() {
    let attribute = LIMITS.attribute();
    let nested = attribute.nested().map(Nested::attributes).unwrap();
    assert_eq!(nested.keys().collect::<Vec<_>>(), ["create", "delete"]);
    assert_eq!(nested["create"].description(), "At create, `1h30m` by default.");
    let mut diags = Diagnostics::new();
    for text in ["10s", "soon", "0m"] {
        nested["create"].validators()[0].validate(&text.into(), &"create".into(), &mut diags);
    }
    let details: Vec<&str> = diags.iter().map(|it| it.detail.as_str()).collect();
    assert_eq!(
        details,
        [
            "`soon` is not a duration. Write whole or decimal numbers with the units h, m, s, ms, \
          us or ns, such as `30s` or `1h30m`",
            "The timeout `0m` is zero. Write a longer one, such as `30s`."
        ]
    );
    assert!(attribute.description().starts_with("How long operations may take"));
    assert_eq!(LIMITS.describe("Of the host.").attribute().description(), "Of the host.");
}

#[test]
fn model_holds_any_of_the_four_operations_and_refuses_others() {
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
