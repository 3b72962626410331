//! Models from values and back, and what does not fit.

use std::collections::BTreeMap;

use super::{Attr, Model, Sensitive};
use crate::schema::{Attribute, Nested, Schema};
use crate::ty::Type;
use crate::value::{Number, Value};

crate::model! {
    struct Inner {
        url: Attr<String>,
    }

    struct AllTypes {
        text: Attr<String>,
        flag: Attr<bool>,
        whole: Attr<i64>,
        exact: Attr<Number>,
        list: Attr<Vec<Attr<String>>>,
        set: Attr<Vec<Attr<i64>>>,
        map: Attr<BTreeMap<String, Attr<bool>>>,
        inner: Attr<Inner>,
        many: Attr<Vec<Attr<Inner>>>,
        open: Value,
        token: Attr<Sensitive>,
        r#type: Attr<String>,
    }
}

fn schema() -> Schema {
    let inner = |nested: Nested| {
        Attribute::optional(nested.attribute("url", Attribute::optional(Type::String)))
    };
    Schema::new(0)
        .attribute("text", Attribute::optional(Type::String))
        .attribute("flag", Attribute::optional(Type::Bool))
        .attribute("whole", Attribute::optional(Type::Number))
        .attribute("exact", Attribute::optional(Type::Number))
        .attribute("list", Attribute::optional(Type::list(Type::String)))
        .attribute("set", Attribute::optional(Type::set(Type::Number)))
        .attribute("map", Attribute::optional(Type::map(Type::Bool)))
        .attribute("inner", inner(Nested::single()))
        .attribute("many", inner(Nested::list()))
        .attribute("open", Attribute::optional(Type::Dynamic))
        .attribute("token", Attribute::optional(Type::String).sensitive())
        .attribute("type", Attribute::optional(Type::String))
}

fn full() -> Value {
    let inner = || Value::object([("url", "https://example.com".into())]);
    let value = Value::object([
        ("text", "a".into()),
        ("flag", true.into()),
        ("whole", 7.into()),
        ("exact", Number::parse("0.1").unwrap().into()),
        ("list", Value::List(vec!["x".into(), Value::Null, Value::unknown()])),
        ("set", Value::Set(vec![1.into(), 2.into()])),
        ("map", Value::map([("k", false.into())])),
        ("inner", inner()),
        ("many", Value::List(vec![inner(), Value::Null])),
        ("open", "free".into()),
        ("token", "hush".into()),
        ("type", Value::unknown()),
    ]);
    value.conform(schema().ty()).unwrap()
}

#[test]
fn a_model_fits_its_schema() {
    assert_eq!(AllTypes::faults(&schema()), []);
}

#[test]
fn value_read_into_the_model_is_written_unchanged() {
    let model = AllTypes::from_object(full()).unwrap();
    assert_eq!(model.whole, Attr::Known(7));
    assert_eq!(model.r#type, Attr::Unknown);
    assert_eq!(model.inner.as_known().unwrap().url.as_str(), Some("https://example.com"));
    assert_eq!(model.into_object().conform(schema().ty()), Ok(full()));
    let empty = AllTypes::default().into_object();
    assert_eq!(AllTypes::from_object(empty), Ok(AllTypes::default()));
}

#[test]
fn sensitive_text_has_no_debug_form() {
    let model = AllTypes::from_object(full()).unwrap();
    assert_eq!(model.token.as_known().unwrap().expose(), "hush");
    assert!(!format!("{model:?}").contains("hush"));
}

/// Puts `value` at `name` of a full object and expects that error.
#[track_caller]
fn check_misfit(name: &str, value: Value, error: &str) {
    let Value::Object(mut attributes) = full() else { unreachable!() };
    attributes.insert(name.to_owned(), value);
    let err = AllTypes::from_object(Value::Object(attributes)).unwrap_err();
    assert_eq!(err.to_string(), error);
}

#[test]
fn value_that_does_not_fit_the_model_is_refused_with_its_path() {
    check_misfit("text", 1.into(), "`text`: a string is needed, found number");
    check_misfit("flag", "yes".into(), "`flag`: a bool is needed, found string");
    let half = Number::parse("1.5").unwrap();
    let problem = "`whole`: a whole number of at most 64 bits is needed";
    check_misfit("whole", half.into(), problem);
    check_misfit("whole", Number::parse("9223372036854775808").unwrap().into(), problem);
    let list = Value::List(vec!["a".into(), true.into()]);
    check_misfit("list", list, "`list[1]`: a string is needed, found bool");
    check_misfit(
        "map",
        Value::map([("k", 1.into())]),
        "`map[\"k\"]`: a bool is needed, found number",
    );
    let inner = Value::object([("url", 1.into())]);
    check_misfit("inner", inner.clone(), "`inner.url`: a string is needed, found number");
    check_misfit(
        "many",
        Value::List(vec![inner]),
        "`many[0].url`: a string is needed, found number",
    );
    let none = Value::object::<&str>([]);
    check_misfit("inner", none, "`inner.url`: the object has no such attribute");
    check_misfit("other", 1.into(), "`other`: the model has no field for this attribute");
}

#[test]
fn schema_that_does_not_fit_the_model_is_found_without_values() {
    let schema = Schema::new(0)
        .attribute("text", Attribute::optional(Type::Number))
        .attribute("extra", Attribute::optional(Type::Bool));
    let faults: Vec<String> = AllTypes::faults(&schema).iter().map(ToString::to_string).collect();
    assert!(
        faults.contains(&"`text`: the model holds a string, the schema declares number".into())
    );
    assert!(faults.contains(&"`flag`: the schema has no such attribute".into()));
    assert!(faults.contains(&"`extra`: the model has no field for this attribute".into()));
    assert_eq!(faults.len(), 13);
}

#[test]
fn attr_methods_behave_as_those_of_option() {
    let known = Attr::Known(1);
    assert_eq!((known.as_known(), known.is_known(), known.is_null()), (Some(&1), true, false));
    assert_eq!(known.map(|it| it + 1), Attr::Known(2));
    assert_eq!(Attr::<i64>::Unknown.map(|it| it + 1), Attr::Unknown);
    assert_eq!(Attr::Null.or(Attr::Known(2)), Attr::Known(2));
    assert_eq!(Attr::Unknown.or(Attr::Known(2)), Attr::Unknown);
    assert_eq!(Attr::<i64>::from(None), Attr::Null);
}
