//! Arguments against signatures, and as Rust types.

use std::collections::BTreeMap;

use super::{Arguments, FunctionError, Parameter, Signature, Variadic};
use crate::model::Attr;
use crate::schema::validator::{between, each, not_empty, one_of};
use crate::ty::Type;
use crate::value::Value;

fn signature() -> Signature {
    Signature::new(Type::String)
        .parameter(Parameter::new("name", Type::String).validate(not_empty()))
        .parameter(Parameter::new("size", Type::Number).allow_null().validate(between(0, 9)))
        .variadic(
            Parameter::new("tags", Type::list(Type::String))
                .allow_unknown()
                .validate(each(one_of(&["a", "b"]))),
        )
}

fn tags(tags: &[&str]) -> Value {
    Value::List(tags.iter().map(|it| Value::from(*it)).collect())
}

#[track_caller]
fn check(arguments: Vec<Value>, expected: Result<(), (Option<usize>, &str)>) {
    let found = Arguments::new(&signature(), arguments);
    let found = found.as_ref().map(|_| ()).map_err(|err| (err.index(), err.text()));
    assert_eq!(found, expected);
}

#[test]
fn argument_that_breaks_the_signature_is_refused_by_index() {
    let name = || Value::from("x");
    check(vec![name(), Value::from(1)], Ok(()));
    check(vec![name(), Value::Null, tags(&["a"]), tags(&["a", "b"])], Ok(()));
    check(vec![name(), Value::Null, Value::unknown()], Ok(()));
    check(vec![name(), Value::Null, Value::List(vec![Value::Null])], Ok(()));

    let few = "expected at least 2 arguments (`name`, `size`), got 1";
    check(vec![name()], Err((None, few)));
    check(vec![Value::Null, Value::Null], Err((Some(0), "the argument `name` must not be null")));
    check(vec![Value::from(""), Value::Null], Err((Some(0), "The value must not be empty")));
    check(vec![name(), Value::from(10)], Err((Some(1), "The value must be a number from 0 to 9")));
    check(
        vec![name(), Value::Null, tags(&[]), tags(&["a", "c"])],
        Err((Some(3), "`tags[1]`: The value must be one of `a`, `b`")),
    );
    check(
        vec![name(), Value::Null, Value::Null],
        Err((Some(2), "the argument `tags` must not be null")),
    );
    check(
        vec![Value::unknown(), Value::Null],
        Err((None, "an argument is unknown that must be known")),
    );
    check(
        vec![Value::from(1), Value::Null],
        Err((Some(0), "a value of type string is needed, found number")),
    );
}

#[test]
fn wrong_number_of_arguments_is_refused_with_the_expected_one() {
    let none = Signature::new(Type::Bool);
    let one = none.clone().parameter(Parameter::new("a", Type::Bool));
    let any = none.clone().variadic(Parameter::new("rest", Type::Bool));
    let check = |signature: &Signature, count, expected: Result<(), &str>| {
        let found = signature.check_count(count);
        assert_eq!(found.as_ref().map_err(FunctionError::text).copied(), expected);
    };
    check(&none, 0, Ok(()));
    check(&none, 2, Err("expected 0 arguments, got 2"));
    check(&one, 1, Ok(()));
    check(&one, 0, Err("expected 1 argument (`a`), got 0"));
    check(&one, 2, Err("expected 1 argument (`a`), got 2"));
    check(&any, 0, Ok(()));
    check(&any, 99, Ok(()));
}

#[test]
fn arguments_are_read_in_order_as_rust_types() {
    let values = vec![Value::from("x"), Value::Null, tags(&["a"]), tags(&[])];
    let arguments = Arguments::new(&signature(), values.clone()).unwrap();
    assert_eq!(arguments.values(), values);
    type All = (String, Attr<i64>, Variadic<Vec<Attr<String>>>);
    let (name, size, Variadic(rest)) = arguments.clone().read::<All>().unwrap();
    assert_eq!((name.as_str(), size), ("x", Attr::Null));
    assert_eq!(rest, [vec![Attr::from("a")], vec![]]);

    let (_, _, Variadic(raw)) = arguments.read::<(Value, Value, Variadic<Value>)>().unwrap();
    assert_eq!(raw, values[2..]);
}

#[track_caller]
fn check_read<T: super::ArgumentList>(values: Vec<Value>, expected: (Option<usize>, &str)) {
    let arguments = Arguments::new(&signature(), values).unwrap();
    let err = arguments.read::<T>().err().expect("an error");
    assert_eq!((err.index(), err.text()), expected);
}

#[test]
fn argument_of_another_type_is_refused_by_index() {
    let values = || vec![Value::from("x"), Value::Null, tags(&["a"]), Value::unknown()];
    let report = "please report this to the provider's developers";
    check_read::<(String, i64)>(values(), (Some(1), "it must not be null"));
    check_read::<(bool,)>(values(), (Some(0), "a bool is needed, found string"));
    check_read::<(String, Attr<i64>, Variadic<Vec<Attr<String>>>)>(
        values(),
        (Some(3), "it must be known"),
    );
    check_read::<(String, Attr<i64>, BTreeMap<String, Value>)>(
        values(),
        (Some(2), "a map is needed, found list"),
    );
    check_read::<(String, Attr<i64>)>(
        values(),
        (None, &format!("it reads fewer arguments than its signature has; {report}")),
    );
    check_read::<(Value, Value, Value, Value, Value)>(
        values(),
        (None, &format!("it reads more arguments than its signature has; {report}")),
    );
}

#[test]
fn function_error_drops_full_stop_and_index_beyond_the_arguments() {
    let error = FunctionError::argument(2, "It is wrong.");
    assert_eq!((error.index(), error.to_string().as_str()), (Some(2), "It is wrong"));
    assert_eq!(error.clone().among(3).index(), Some(2));
    assert_eq!(error.among(2).index(), None);
    assert_eq!(FunctionError::general("x").index(), None);
}
