//! Requests about `sample_instance` and values of any type, as a host encodes them.

use bytes::Bytes;
use tfplugin::ty::Type;
use tfplugin::value::{Value, msgpack};

use crate::client::Client;
use crate::generated::tfplugin6::{
    self as wire, DynamicValue, apply_resource_change, configure_provider, diagnostic,
    plan_resource_change,
};
use crate::running::Running;

pub(crate) const INSTANCE: &str = "sample_instance";

/// The type of its objects, written out: a second opinion on the schema.
pub(crate) fn ty() -> Type {
    let part = Type::object([("title", Type::String), ("weight", Type::Number)]);
    Type::object([
        ("fault", Type::String),
        ("id", Type::String),
        ("labels", Type::map(Type::String)),
        ("name", Type::String),
        ("parts", Type::list(part)),
        ("secret", Type::String),
        ("size", Type::Number),
        ("socket", Type::String),
    ])
}

/// An instance with the given attributes; the others are null.
pub(crate) fn instance<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    let Type::Object(types) = ty() else { panic!("an object") };
    let value = |name: &str| attributes.iter().find(|it| it.0 == name).map(|it| it.1.clone());
    assert!(attributes.iter().all(|it| types.contains_key(it.0)), "{attributes:?}");
    Value::object(types.keys().map(|name| (name.clone(), value(name).unwrap_or_default())))
}

/// The configuration of an instance with a name only.
pub(crate) fn named(name: &str) -> Value {
    instance([("name", name.into())])
}

/// A value in bytes of the test.
pub(crate) fn packed(msgpack: impl Into<Bytes>) -> Option<DynamicValue> {
    Some(DynamicValue { msgpack: msgpack.into(), json: Bytes::new() })
}

pub(crate) fn encode(value: &Value) -> Option<DynamicValue> {
    packed(msgpack::encode(value, &ty()).expect("an instance"))
}

#[track_caller]
pub(crate) fn decode(wire: Option<DynamicValue>) -> Value {
    let wire = wire.expect("a value");
    assert!(wire.json.is_empty(), "answers are MessagePack");
    msgpack::decode(&wire.msgpack, &ty()).expect("an instance")
}

/// Diagnostics as text: severity, length of the path, summary, detail.
pub(crate) fn problems(diagnostics: &[wire::Diagnostic]) -> Vec<String> {
    let text = |it: &wire::Diagnostic| {
        let severity = match it.severity() {
            diagnostic::Severity::Error => "error",
            diagnostic::Severity::Warning => "warning",
            diagnostic::Severity::Invalid => "invalid",
        };
        let steps = it.attribute.as_ref().map_or(0, |path| path.steps.len());
        format!("{severity} ({steps} steps): {}: {}", it.summary, it.detail)
    };
    diagnostics.iter().map(text).collect()
}

/// # Panics
/// If there are diagnostics.
#[track_caller]
pub(crate) fn assert_silent(diagnostics: &[wire::Diagnostic]) {
    assert_eq!(problems(diagnostics), Vec::<String>::new());
}

/// The provider block with a token, or without one.
pub(crate) fn provider_block(token: Value) -> Option<DynamicValue> {
    let ty = Type::object([("token", Type::String)]);
    packed(msgpack::encode(&Value::object([("token", token)]), &ty).expect("a provider block"))
}

/// Configures the provider without a token.
pub(crate) async fn configure(client: &Client) {
    let request = configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: provider_block(Value::Null),
        client_capabilities: None,
    };
    let answer: configure_provider::Response = client.provider("ConfigureProvider", &request).await;
    assert_silent(&answer.diagnostics);
}

/// The sample provider, connected to and configured.
pub(crate) async fn configured() -> (Running, Client) {
    let sample = Running::start().await;
    let client = sample.connect().await;
    configure(&client).await;
    (sample, client)
}

/// Plans the change from `prior` to `config`. Computed values are proposed as
/// Terraform does: the prior ones, or null.
pub(crate) async fn plan(
    client: &Client,
    prior: &Value,
    config: &Value,
) -> plan_resource_change::Response {
    let request = plan_resource_change::Request {
        type_name: INSTANCE.to_owned(),
        prior_state: encode(prior),
        proposed_new_state: encode(&proposed(prior, config)),
        config: encode(config),
        ..Default::default()
    };
    client.provider("PlanResourceChange", &request).await
}

fn proposed(prior: &Value, config: &Value) -> Value {
    let (Value::Object(prior), Value::Object(config)) = (prior, config) else {
        return config.clone();
    };
    let mut proposed = config.clone();
    for name in ["id", "size"] {
        if config[name].is_null() {
            proposed.insert(name.to_owned(), prior[name].clone());
        }
    }
    Value::Object(proposed)
}

/// Applies a planned change.
pub(crate) async fn apply(
    client: &Client,
    prior: &Value,
    planned: &plan_resource_change::Response,
    config: &Value,
) -> apply_resource_change::Response {
    let request = apply_resource_change::Request {
        type_name: INSTANCE.to_owned(),
        prior_state: encode(prior),
        planned_state: planned.planned_state.clone(),
        config: encode(config),
        planned_private: planned.planned_private.clone(),
        ..Default::default()
    };
    client.provider("ApplyResourceChange", &request).await
}

/// Plans and applies a create.
pub(crate) async fn create(client: &Client, config: &Value) -> apply_resource_change::Response {
    let planned = plan(client, &Value::Null, config).await;
    assert_silent(&planned.diagnostics);
    apply(client, &Value::Null, &planned, config).await
}
