//! Functions in process, and under a real CLI.

use testkit::slow;
use tfplugin::function::{FunctionError, Parameter, Signature};
use tfplugin::provider::Provider;
use tfplugin::schema::validator::between;
use tfplugin::server::{CallRequest, Server};
use tfplugin::testing::{Refused, Session};
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

use crate::cli;
use crate::generated::tfplugin6::call_function;
use crate::instance::packed;
use crate::kinds::SampleKinds;
use crate::scripted::{Scripted, ScriptedFunction};

async fn call<P: Provider>(
    server: &Server<P>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, (Option<usize>, String)> {
    let request = CallRequest { name: name.to_owned(), arguments: arguments.to_vec() };
    server.call(request).await.map_err(|err| (err.index(), err.to_string()))
}

fn refused(argument: Option<usize>, text: &str) -> Result<Value, (Option<usize>, String)> {
    Err((argument, text.to_owned()))
}

#[tokio::test]
async fn function_is_called_with_arguments_that_fit_its_signature() {
    // Not configured: a function needs no configuration.
    let server = Server::new(SampleKinds);
    let (null, unknown) = (|| Value::Null, Value::unknown);
    for (arguments, expected) in [
        (vec!["-".into()], Ok("".into())),
        (vec!["-".into(), "a".into(), "b".into()], Ok("a-b".into())),
        (vec![null(), "a".into(), "b".into()], Ok("a, b".into())),
        (vec!["-".into(), "a".into(), "bad".into()], refused(Some(2), "`bad` cannot be joined")),
        (vec!["-".into(), null()], refused(Some(1), "the argument `parts` must not be null")),
        (vec!["-".into(), unknown()], Ok(unknown())),
        // The first problem in order decides, as in Terraform.
        (vec!["-".into(), unknown(), null()], Ok(unknown())),
        (vec![], refused(None, "expected at least 1 argument (`separator`), got 0")),
    ] {
        assert_eq!(call(&server, "join", &arguments).await, expected, "{arguments:?}");
    }
    for (arguments, expected) in [
        (vec![8.into()], Ok(4.into())),
        (vec![101.into()], refused(Some(0), "The value must be a number from 0 to 100")),
        (vec![1.into(), 2.into()], refused(None, "expected 1 argument (`number`), got 2")),
    ] {
        assert_eq!(call(&server, "half", &arguments).await, expected, "{arguments:?}");
    }
}

#[tokio::test]
async fn function_returns_dynamic_values_with_their_type() {
    let server = Server::new(SampleKinds);
    let open = |ty: Type, value: Value| Value::Dynamic(Box::new(Dynamic { ty, value }));
    for value in [
        Value::Null,
        Value::unknown(),
        open(Type::Bool, Value::Bool(true)),
        open(Type::list(Type::String), Value::List(vec![Value::Null, "x".into()])),
        open(Type::list(Type::String), Value::List(vec![Value::unknown()])),
    ] {
        assert_eq!(call(&server, "echo", std::slice::from_ref(&value)).await, Ok(value));
    }
}

#[tokio::test]
async fn function_whose_result_does_not_fit_its_type_is_refused() {
    let server = Server::new(Scripted::new(()).function(ScriptedFunction {
        name: "faulty",
        signature: || {
            let number = Parameter::new("number", Type::Number).validate(between(0, 100));
            Signature::new(Type::Number).parameter(number)
        },
        call: |arguments| match arguments.read::<(i64,)>()?.0 {
            13 => Ok(Value::unknown()),
            17 => Ok("no number".into()),
            _ => Err(FunctionError::argument(7, "there is no such argument")),
        },
    }));
    let report = "please report this to the provider's developers";
    for (number, text) in [
        (13, format!("the result is unknown although all arguments are known; {report}")),
        (
            17,
            format!(
                "the result is not of type number: a value of type number is needed, found \
                 string; {report}"
            ),
        ),
        // An argument that is not there cannot be at fault.
        (19, "there is no such argument".to_owned()),
    ] {
        assert_eq!(call(&server, "faulty", &[number.into()]).await, refused(None, &text));
    }
}

#[tokio::test]
async fn session_calls_a_function_and_names_the_argument_that_cannot_be_read() {
    let session = Session::open(SampleKinds).await;
    let joined = session.call_function("join", ["-".into(), "a".into(), "b".into()]).await;
    assert_eq!(joined, Ok("a-b".into()));
    let bad = session.call_function("join", ["-".into(), "bad".into()]).await;
    let text = "`bad` cannot be joined".to_owned();
    assert_eq!(bad, Err(Refused { argument: Some(1), text }));

    // Bytes that are no number.
    let arguments = packed(&b"\xc3"[..]).into_iter().collect();
    let request = call_function::Request { name: "half".to_owned(), arguments };
    let request = prost::Message::encode_to_vec(&request).into();
    let answer = session.call_raw("CallFunction", request).await.unwrap();
    let answer: call_function::Response = crate::messages::read(&answer);
    let error = answer.error.expect("an error");
    assert_eq!(error.function_argument, Some(0));
    assert!(error.text.starts_with("The argument does not fit the schema"), "{}", error.text);
}

#[test]
fn terraform_calls_functions_and_shows_their_errors() {
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
        let is_shown = refused.problems.iter().any(|it| it.detail.contains(words));
        assert!(is_shown, "{call}: {:?}", refused.problems);
    }
}
