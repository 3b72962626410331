//! Paths and wording as a practitioner sees them: validation and configuration.

use tfplugin::diag::Diagnostics;
use tfplugin::server::{ImportRequest, ImportTarget, ValidateRequest};
use tfplugin::value::{Number, Value};

use crate::scripted::{headlines, set};
use crate::volume::{
    DEFAULT, VOLUME, helper, member, port, server, strings, unconfigured, volume, with,
};

fn config() -> Value {
    volume(&[("name", "a".into())])
}

async fn validate(named: &[(&str, Value)]) -> Diagnostics {
    let request = ValidateRequest {
        type_name: VOLUME.to_owned(),
        config: with(&config(), named),
        write_only_allowed: true,
    };
    // Terraform validates before it configures the provider.
    unconfigured().validate_resource(request).await
}

async fn accepts(name: &str, value: impl Into<Value>) {
    let diagnostics = validate(&[(name, value.into())]).await;
    assert_eq!(headlines(&diagnostics), [""; 0], "{name}");
}

async fn refuses(name: &str, value: impl Into<Value>, headline: &str) {
    let diagnostics = validate(&[(name, value.into())]).await;
    assert_eq!(headlines(&diagnostics), [headline]);
}

#[tokio::test]
async fn missing_and_read_only_attributes_are_refused_at_their_path() {
    accepts("name", "b").await;
    accepts("name", Value::unknown()).await;
    refuses("name", Value::Null, "name: Missing required argument").await;
    refuses("id", "x", "id: Read-only attribute is set").await;
    refuses("id", Value::unknown(), "id: Read-only attribute is set").await;
    refuses("helper", helper("/a", "x"), "helper.digest: Read-only attribute is set").await;
    let nameless = set([Value::object([("key", Value::Null), ("rank", Value::Null)])]);
    refuses("members", nameless, "members: Missing required argument").await;
    let numberless = Value::List(vec![port(Value::Null, "tcp")]);
    refuses("port", numberless, "port[0].number: Missing required argument").await;
}

#[tokio::test]
async fn validators_run_on_known_values_only() {
    let invalid = "Invalid attribute value";
    accepts("color", "blue").await;
    accepts("color", Value::unknown()).await;
    refuses("color", "green", &format!("color: {invalid}")).await;
    accepts("size", 100).await;
    refuses("size", 101, &format!("size: {invalid}")).await;
    refuses("size", -1, &format!("size: {invalid}")).await;
    refuses("name", "", &format!("name: {invalid}")).await;
    accepts("tags", set(["ok".into(), Value::unknown(), Value::Null])).await;
    refuses("tags", strings(["ok", "Bad"]), &format!("tags: {invalid}")).await;
    refuses("helper", helper("", Value::Null), &format!("helper.path: {invalid}")).await;
    accepts("members", set([member("a", Value::Null)])).await;
    let ports = Value::List(vec![port(80, Value::Null), port(0, Value::Null)]);
    refuses("port", ports, &format!("port[1].number: {invalid}")).await;
}

#[tokio::test]
async fn number_that_the_model_cannot_hold_is_refused_at_its_path() {
    let half = Value::from(Number::parse("80.5").unwrap());
    let ports = Value::List(vec![port(half, Value::Null)]);
    let found = validate(&[("port", ports)]).await;
    assert_eq!(headlines(&found), ["port[0].number: Value cannot be used"]);
    let detail = &found.iter().next().unwrap().detail;
    assert!(detail.contains("a whole number of at most 64 bits is needed"), "{detail}");
}

#[tokio::test]
async fn blocks_are_counted_if_their_number_is_known() {
    accepts("port", Value::unknown()).await;
    let many = Value::List(vec![port(1, Value::Null); 3]);
    refuses("port", many, "port: Too many blocks").await;
}

#[tokio::test]
async fn author_validates_after_the_schema() {
    refuses("name", "forbidden", "name: Name is taken").await;
    refuses("name", "panic", ": Provider fault").await;
    let both = validate(&[("name", "forbidden".into()), ("color", "green".into())]).await;
    assert_eq!(headlines(&both), ["color: Invalid attribute value", "name: Name is taken"]);
}

#[tokio::test]
async fn diagnostics_name_the_attribute_and_the_remedy() {
    let detail = |diagnostics: &Diagnostics| diagnostics.iter().next().unwrap().detail.clone();
    let found = validate(&[("color", "green".into())]).await;
    assert_eq!(detail(&found), "The value must be one of `red`, `blue`.");
    let found = validate(&[("name", Value::Null)]).await;
    assert_eq!(detail(&found), "The argument `name` is required. Set it.");
    let found = validate(&[("id", "x".into())]).await;
    assert_eq!(detail(&found), "The provider sets `id`. Remove it from the configuration.");
    for diagnostic in &found {
        assert!(diagnostic.summary.len() <= 60 && !diagnostic.summary.ends_with('.'));
    }
}

#[tokio::test]
async fn provider_configuration_is_accepted_if_unknown_and_refused_with_a_diagnostic() {
    let unknown = Value::object([("url", Value::unknown())]);
    assert_eq!(headlines(&unconfigured().validate_provider(unknown.clone()).await), [""; 0]);
    assert_eq!(headlines(&unconfigured().configure(unknown).await), [""; 0]);
    let url = |url: &str| Value::object([("url", url.into())]);
    let server = server(DEFAULT).await;
    let found = server.validate_provider(url("")).await;
    assert_eq!(headlines(&found), ["url: Invalid attribute value"]);
    for (value, headline) in [
        ("refuse", "url: URL is refused"),
        ("silent", ": Provider configuration failed"),
        ("panic", ": Provider fault"),
    ] {
        assert_eq!(headlines(&server.configure(url(value)).await), [headline]);
    }
    // The former configuration is over, too.
    let target = ImportTarget::Id("x".to_owned());
    let answer = server.import(ImportRequest { type_name: VOLUME.to_owned(), target }).await;
    assert_eq!(headlines(&answer.diagnostics), [": Provider is not configured"]);
}
