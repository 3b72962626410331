//! Data sources in process, and under a real CLI.

use testkit::slow;
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::schema::{Attribute, Schema};
use tfplugin::server::{ConfigRequest, ReadDataSourceAnswer, Server};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::cli;
use crate::scripted::{Scripted, ScriptedDataSource, detail, headlines, object, server, with};

const SOURCE: &str = "scripted_source";

/// A data source whose answer depends on its name.
fn provider() -> Scripted {
    Scripted::new(()).data_source(ScriptedDataSource {
        type_name: SOURCE,
        schema: || {
            Schema::new(0)
                .attribute("name", Attribute::required(Type::String))
                .attribute("answer", Attribute::computed(Type::String))
                .attribute("note", Attribute::optional(Type::String))
        },
        validate: |config, diags| {
            if config.get("name").and_then(Value::as_str) == Some("forbidden") {
                diags.error("name", "Name is forbidden", "Choose another one.");
            }
        },
        read: |config, ()| {
            let name = config.get("name").and_then(Value::as_str).unwrap().to_owned();
            let answer = with(&config, &[("answer", format!("answer to {name}").into())]);
            match name.as_str() {
                "absent" => Err(Diagnostic::error("Not found", "Give another name.").at("name")),
                "unknown" => Ok(with(&config, &[("answer", Value::unknown())])),
                "renamed" => Ok(with(&answer, &[("name", "other".into())])),
                "noted" => Ok(with(&answer, &[("note", "by the API".into())])),
                _ => Ok(answer),
            }
        },
    })
}

fn config(name: impl Into<Value>) -> Value {
    object([("name", name.into()), ("answer", Value::Null), ("note", Value::Null)])
}

async fn read(server: &Server<Scripted>, config: Value) -> ReadDataSourceAnswer {
    let type_name = SOURCE.to_owned();
    server.read_data_source(ConfigRequest { type_name, config }).await
}

#[tokio::test]
async fn read_returns_the_answer_of_the_provider() {
    let server = server(provider()).await;
    for (name, attribute, expected) in [
        ("x", "answer", "answer to x"),
        ("x", "name", "x"),
        // Terraform accepts other values than configured: a data source may know them better.
        ("renamed", "name", "other"),
        ("noted", "note", "by the API"),
    ] {
        let answer = read(&server, config(name)).await;
        assert_eq!(answer.diagnostics, Diagnostics::new());
        assert_eq!(answer.state.unwrap().get(attribute), Some(&expected.into()), "{name}");
    }
}

#[tokio::test]
async fn read_that_fails_is_a_diagnostic_without_a_state() {
    let early = read(&Server::new(provider()), config("x")).await;
    assert_eq!(headlines(&early.diagnostics), [": Provider is not configured"]);
    let server = server(provider()).await;
    for (name, headline, words) in [
        (Value::from("absent"), "name: Not found", "Give another name."),
        (
            "unknown".into(),
            "answer: Provider left a value unknown",
            "The provider returned no known value for `answer`.",
        ),
        (
            Value::unknown(),
            "name: Configuration is not known yet",
            "The value of `name` is not known yet. Apply what it comes from first",
        ),
    ] {
        let answer = read(&server, config(name)).await;
        assert_eq!(headlines(&answer.diagnostics), [headline]);
        assert!(detail(&answer.diagnostics).contains(words), "{:?}", answer.diagnostics);
        assert!(answer.state.is_none(), "{headline}");
    }
}

#[tokio::test]
async fn configuration_is_validated_without_a_configured_provider() {
    let server = Server::new(provider());
    for (config, expected) in [
        (config("x"), &[][..]),
        (config(Value::unknown()), &[]),
        (config(Value::Null), &["name: Missing required argument"]),
        (config("forbidden"), &["name: Name is forbidden"]),
        (with(&config("x"), &[("answer", "y".into())]), &["answer: Read-only attribute is set"]),
    ] {
        let request = ConfigRequest { type_name: SOURCE.to_owned(), config };
        assert_eq!(headlines(&server.validate_data_source(request).await), expected);
    }
}

#[test]
fn terraform_reads_a_data_source() {
    let Some(_ran) = slow::ring3("sdk-kinds-data-source") else { return };
    let body = |name: &str, attribute: &str| {
        format!(
            "data \"sample_lookup\" \"one\" {{\n  name = {name:?}\n}}\noutput \"answer\" {{\n  \
             value = data.sample_lookup.one.{attribute}\n}}\n"
        )
    };
    let project = cli::project(&body("x", "answer"));
    let _applied = project.apply().success();
    assert_eq!(project.state().output("answer"), "answer to x");
    project.plan().assert_empty();
    // What it returns instead of the configured name stands.
    project.write("main.tf", &cli::config(&body("renamed", "name")));
    let _applied = project.apply().success();
    project.plan().assert_empty();
    assert_eq!(project.state().output("answer"), "other");
    project.write("main.tf", &cli::config(&body("absent", "name")));
    let refused = project.plan().run.failure();
    assert_eq!(refused.error_at("name").summary, "Not found");
}
