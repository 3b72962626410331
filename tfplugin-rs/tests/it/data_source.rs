//! Data sources over the socket, and under a real CLI.

use testkit::slow;
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::cli;
use crate::client::Client;
use crate::dynamic::{call, decode, encode, object};
use crate::generated::tfplugin6 as wire;
use crate::running::Running;
use crate::thing::{self, none, problems};

const LOOKUP: &str = "sample_lookup";

fn ty() -> Type {
    Type::object([("name", Type::String), ("answer", Type::String), ("note", Type::String)])
}

async fn read(client: &Client, config: &Value) -> wire::read_data_source::Response {
    let request = wire::read_data_source::Request {
        type_name: LOOKUP.to_owned(),
        config: encode(config, &ty()),
        ..Default::default()
    };
    call(client, "ReadDataSource", &request).await
}

fn named(name: &str) -> Value {
    object(&ty(), &[("name", name.into())])
}

#[tokio::test]
async fn what_is_read_fits_configuration_and_schema() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let early = read(&client, &named("x")).await;
    assert!(problems(&early.diagnostics)[0].contains("Provider is not configured"));
    thing::configure(&client).await;

    let config = object(&ty(), &[("name", "x".into()), ("note", "n".into())]);
    let answer = read(&client, &config).await;
    none(&answer.diagnostics);
    let expected = [("name", "x".into()), ("note", "n".into()), ("answer", "answer to x".into())];
    assert_eq!(decode(answer.state, &ty()), object(&ty(), &expected));
    assert!(answer.deferred.is_none());

    for (name, expected) in [
        ("nobody", "error (1 steps): Nothing found: There is no `nobody`."),
        (
            "panic",
            "error (0 steps): Provider fault: A fault in the read of the data source \
             sample_lookup ended this operation: told to in read.",
        ),
        (
            "unknown",
            "error (1 steps): Provider left a value unknown: The provider does not say what \
             `answer` is.",
        ),
    ] {
        let answer = read(&client, &named(name)).await;
        let found = problems(&answer.diagnostics);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{name}: {found:?}");
        assert!(answer.state.is_none(), "{name}");
    }
    // Terraform takes other values than configured: a data source may know them better.
    for (name, attribute, value) in
        [("renamed", "name", "other"), ("noted", "note", "nobody asked")]
    {
        let answer = read(&client, &named(name)).await;
        none(&answer.diagnostics);
        assert_eq!(decode(answer.state, &ty()).get(attribute), Some(&value.into()), "{name}");
    }
    let open = read(&client, &object(&ty(), &[("name", Value::unknown())])).await;
    assert_eq!(
        problems(&open.diagnostics),
        ["error (1 steps): Configuration is not known yet: The value of `name` is not known yet. \
          Apply what it comes from first, then run this again."]
    );
    sample.shut_down(client).await;
}

#[tokio::test]
async fn configurations_are_validated_without_a_configured_provider() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    for (config, expected) in [
        (named("x"), vec![]),
        (object(&ty(), &[("name", Value::unknown())]), vec![]),
        (object(&ty(), &[]), vec!["Missing required argument"]),
        (named("forbidden"), vec!["Name is forbidden"]),
        (
            object(&ty(), &[("name", "x".into()), ("answer", "y".into())]),
            vec!["Read-only attribute is set"],
        ),
    ] {
        let request = wire::validate_data_resource_config::Request {
            type_name: LOOKUP.to_owned(),
            config: encode(&config, &ty()),
        };
        let answer: wire::validate_data_resource_config::Response =
            call(&client, "ValidateDataResourceConfig", &request).await;
        let found: Vec<&str> = answer.diagnostics.iter().map(|it| it.summary.as_str()).collect();
        assert_eq!(found, expected, "{config:?}");
        assert!(answer.diagnostics.iter().all(|it| it.attribute.is_some()), "{config:?}");
    }
    sample.shut_down(client).await;
}

#[tokio::test]
async fn schema_and_metadata_list_every_kind() {
    let sample = Running::start().await;
    let client = sample.connect().await;
    let metadata: wire::get_metadata::Response =
        call(&client, "GetMetadata", &wire::get_metadata::Request {}).await;
    assert_eq!(metadata.data_sources[0].type_name, LOOKUP);
    assert_eq!(metadata.ephemeral_resources[0].type_name, "sample_lease");
    let names: Vec<&str> = metadata.functions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["echo", "half", "join"]);

    let schema: wire::get_provider_schema::Response =
        call(&client, "GetProviderSchema", &wire::get_provider_schema::Request {}).await;
    none(&schema.diagnostics);
    assert!(schema.data_source_schemas.keys().eq([LOOKUP]));
    assert!(schema.ephemeral_resource_schemas.keys().eq(["sample_lease"]));
    let join = &schema.functions["join"];
    let variadic = join.variadic_parameter.as_ref().expect("a variadic parameter");
    assert_eq!((variadic.name.as_str(), &variadic.r#type[..]), ("parts", &b"\"string\""[..]));
    assert!(join.parameters[0].allow_null_value && !join.parameters[0].allow_unknown_values);
    assert_eq!(join.summary, "Joins texts.");
    assert_eq!(schema.functions["echo"].deprecation_message, "Write the value itself.");
    sample.shut_down(client).await;
}

#[test]
fn a_real_cli_reads_it() {
    let Some(_ran) = slow::ring3("sdk-kinds-data-source") else { return };
    let body = |name: &str| {
        format!(
            "data \"sample_lookup\" \"one\" {{\n  name = {name:?}\n}}\noutput \"answer\" {{\n  \
             value = data.sample_lookup.one.answer\n}}\n"
        )
    };
    let project = cli::project(&body("x"));
    let _applied = project.apply().success();
    assert_eq!(project.state().output("answer"), "answer to x");
    project.plan().assert_empty();
    // What it answers instead of the configured name stands, as in the test above.
    for name in ["renamed", "noted"] {
        let answered = body(name).replace("one.answer", "one.name");
        project.write("main.tf", &cli::config(&answered));
        let _applied = project.apply().success();
        project.plan().assert_empty();
    }
    assert_eq!(project.state().output("answer"), "noted");
    project.write("main.tf", &cli::config(&body("nobody")));
    let refused = project.plan().run.failure();
    assert_eq!(refused.error_at("name").summary, "Nothing found");
}
