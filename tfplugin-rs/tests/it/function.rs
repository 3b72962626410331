//! Functions over the socket, and under a real CLI.

use bytes::Bytes;
use testkit::slow;
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

use crate::cli;
use crate::client::Client;
use crate::dynamic::{call, decode, encode};
use crate::generated::tfplugin6 as wire;
use crate::running::Running;

/// What a call answers: a value, or the argument at fault and the text.
type Answer = Result<Value, (Option<i64>, String)>;

async fn ask(client: &Client, name: &str, ty: &Type, arguments: Vec<(Value, Type)>) -> Answer {
    let arguments = arguments.iter().filter_map(|(value, ty)| encode(value, ty)).collect();
    let request = wire::call_function::Request { name: name.to_owned(), arguments };
    let answer: wire::call_function::Response = call(client, "CallFunction", &request).await;
    match answer.error {
        None => Ok(decode(answer.result, ty)),
        Some(error) => {
            assert!(answer.result.is_none(), "either a result or an error");
            Err((error.function_argument, error.text))
        }
    }
}

fn texts(texts: &[&str]) -> Vec<(Value, Type)> {
    texts.iter().map(|it| (Value::from(*it), Type::String)).collect()
}

fn refused(argument: Option<i64>, text: &str) -> Answer {
    Err((argument, text.to_owned()))
}

#[tokio::test]
async fn functions_answer_without_a_configured_provider() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let null = || (Value::Null, Type::String);
    let unknown = || (Value::unknown(), Type::String);
    let report = "Please report this to the provider's developers";
    for (arguments, expected) in [
        (texts(&["-"]), Ok("".into())),
        (texts(&["-", "a", "b"]), Ok("a-b".into())),
        ([vec![null()], texts(&["a", "b"])].concat(), Ok("a, b".into())),
        (texts(&["-", "a", "bad"]), refused(Some(2), "`bad` cannot be joined")),
        (
            [texts(&["-"]), vec![null()]].concat(),
            refused(Some(1), "the argument `parts` must not be null"),
        ),
        ([texts(&["-"]), vec![unknown()]].concat(), Ok(Value::unknown())),
        // The first problem in order decides, as in Terraform.
        ([texts(&["-"]), vec![unknown(), null()]].concat(), Ok(Value::unknown())),
        (vec![], refused(None, "it takes at least 1 argument (`separator`), 0 given")),
        (
            texts(&["-", "panic"]),
            refused(
                None,
                &format!(
                    "A fault in the function join ended this operation: told to in join. Other \
                     objects are not affected. {report}"
                ),
            ),
        ),
    ] {
        let said = format!("{arguments:?}");
        assert_eq!(ask(&client, "join", &Type::String, arguments).await, expected, "{said}");
    }
    sample.shut_down(client).await;
}

#[tokio::test]
async fn results_are_held_against_their_type() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let report = "please report this to the provider's developers";
    for (number, expected) in [
        (Value::from(8), Ok(Value::from(4))),
        (Value::from(101), refused(Some(0), "The value must be a number from 0 to 100")),
        (
            Value::from(13),
            refused(
                None,
                &format!("the result is unknown although all arguments are known; {report}"),
            ),
        ),
        (
            Value::from(17),
            refused(
                None,
                &format!(
                    "the result is no number: a value of type number is needed, found string; \
                     {report}"
                ),
            ),
        ),
        // An argument that is not there cannot be at fault.
        (Value::from(19), refused(None, "there is no such argument")),
    ] {
        let said = format!("{number:?}");
        let arguments = vec![(number, Type::Number)];
        assert_eq!(ask(&client, "half", &Type::Number, arguments).await, expected, "{said}");
    }
    let two = vec![(Value::from(1), Type::Number), (Value::from(2), Type::Dynamic)];
    let two = two.into_iter().map(|(value, ty)| match ty {
        Type::Dynamic => (Value::Dynamic(Box::new(Dynamic { ty: Type::Number, value })), ty),
        ty => (value, ty),
    });
    assert_eq!(
        ask(&client, "half", &Type::Number, two.collect()).await,
        refused(None, "it takes 1 argument (`number`), 2 given")
    );
    // Bytes that are no number: the argument is named.
    let garbage = wire::DynamicValue { msgpack: Bytes::from_static(b"\xc3"), json: Bytes::new() };
    let request =
        wire::call_function::Request { name: "half".to_owned(), arguments: vec![garbage] };
    let answer: wire::call_function::Response = call(&client, "CallFunction", &request).await;
    let error = answer.error.expect("an error");
    assert_eq!(error.function_argument, Some(0));
    assert!(error.text.starts_with("The argument does not fit the schema"), "{}", error.text);
    sample.shut_down(client).await;
}

#[tokio::test]
async fn open_types_pass_with_what_is_in_them() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let open = |ty: Type, value: Value| Value::Dynamic(Box::new(Dynamic { ty, value }));
    for value in [
        Value::Null,
        Value::unknown(),
        open(Type::Bool, Value::Bool(true)),
        open(Type::list(Type::String), Value::List(vec![Value::Null, "x".into()])),
        open(Type::list(Type::String), Value::List(vec![Value::unknown()])),
    ] {
        let arguments = vec![(value.clone(), Type::Dynamic)];
        assert_eq!(ask(&client, "echo", &Type::Dynamic, arguments).await, Ok(value));
    }
    sample.shut_down(client).await;
}

#[test]
fn a_real_cli_calls_them() {
    let Some(_ran) = slow::ring3("sdk-kinds-function") else { return };
    let body =
        |call: &str| format!("output \"result\" {{\n  value = provider::sample::{call}\n}}\n");
    let project = cli::project(&body("join(\"-\", \"a\", \"b\")"));
    let _applied = project.apply().success();
    assert_eq!(project.state().output("result"), "a-b");
    project.write("main.tf", &cli::config(&body("echo([1, null])")));
    let _applied = project.apply().success();
    assert_eq!(project.state().output("result"), &serde_json::json!([1, null]));

    for (call, words) in [
        (
            "join(\"-\", \"a\", \"bad\")",
            "Invalid value for \"parts\" parameter: `bad` cannot be joined.",
        ),
        ("half(101)", "Invalid value for \"number\" parameter: The value must be a number"),
        ("join(\"-\", null)", "argument must not be null"),
    ] {
        project.write("main.tf", &cli::config(&body(call)));
        let refused = project.plan().run.failure();
        let told = refused.problems.iter().any(|it| it.detail.contains(words));
        assert!(told, "{call}: {:?}", refused.problems);
    }
}
