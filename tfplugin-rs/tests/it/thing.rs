//! Requests about the sample provider's one resource.

use bytes::Bytes;
use tfplugin::ty::Type;
use tfplugin::value::{Value, msgpack};

use crate::client::Client;
use crate::generated::tfplugin6::{
    self as wire, DynamicValue, apply_resource_change, configure_provider, diagnostic,
    plan_resource_change,
};

pub(crate) const TYPE_NAME: &str = "sample_thing";

/// The type of its objects, written out: a second opinion on the schema.
pub(crate) fn ty() -> Type {
    let part = Type::object([("title", Type::String), ("weight", Type::Number)]);
    Type::object([
        ("hook", Type::String),
        ("id", Type::String),
        ("labels", Type::map(Type::String)),
        ("name", Type::String),
        ("parts", Type::list(part)),
        ("secret", Type::String),
        ("size", Type::Number),
        ("trouble", Type::String),
    ])
}

/// An object with the given attributes; the others are null.
pub(crate) fn object(attributes: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let Type::Object(types) = ty() else { panic!("an object") };
    let mut object = types
        .into_keys()
        .map(|name| (name, Value::Null))
        .collect::<std::collections::BTreeMap<_, _>>();
    for (name, value) in attributes {
        let former = object.insert(name.to_owned(), value);
        assert!(former.is_some(), "`{name}` is an attribute");
    }
    Value::Object(object)
}

/// The configuration of a thing with a name only.
pub(crate) fn named(name: &str) -> Value {
    object([("name", Value::from(name))])
}

pub(crate) fn encode(value: &Value) -> Option<DynamicValue> {
    let bytes = msgpack::encode(value, &ty()).expect("a thing");
    Some(DynamicValue { msgpack: bytes.into(), json: Bytes::new() })
}

#[track_caller]
pub(crate) fn decode(wire: Option<DynamicValue>) -> Value {
    let wire = wire.expect("a value");
    assert!(wire.json.is_empty(), "answers are MessagePack");
    msgpack::decode(&wire.msgpack, &ty()).expect("a thing")
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

/// Fails if there are diagnostics.
#[track_caller]
pub(crate) fn none(diagnostics: &[wire::Diagnostic]) {
    assert_eq!(problems(diagnostics), Vec::<String>::new());
}

/// The provider block with a token, or without one.
pub(crate) fn provider_block(token: Value) -> Option<DynamicValue> {
    let ty = Type::object([("token", Type::String)]);
    let block = msgpack::encode(&Value::object([("token", token)]), &ty).expect("a provider block");
    Some(DynamicValue { msgpack: block.into(), json: Bytes::new() })
}

/// Configures the provider with nothing.
pub(crate) async fn configure(client: &Client) {
    let request = configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: provider_block(Value::Null),
        client_capabilities: None,
    };
    let answer: configure_provider::Response =
        client.call("tfplugin6.Provider/ConfigureProvider", &request).await.expect("an answer");
    none(&answer.diagnostics);
}

/// Plans the change from `prior` to `config`. Computed values are proposed as
/// Terraform does: the prior ones, or null.
pub(crate) async fn plan(
    client: &Client,
    prior: &Value,
    config: &Value,
) -> plan_resource_change::Response {
    let request = plan_resource_change::Request {
        type_name: TYPE_NAME.to_owned(),
        prior_state: encode(prior),
        proposed_new_state: encode(&proposed(prior, config)),
        config: encode(config),
        ..Default::default()
    };
    client.call("tfplugin6.Provider/PlanResourceChange", &request).await.expect("an answer")
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
        type_name: TYPE_NAME.to_owned(),
        prior_state: encode(prior),
        planned_state: planned.planned_state.clone(),
        config: encode(config),
        planned_private: planned.planned_private.clone(),
        ..Default::default()
    };
    client.call("tfplugin6.Provider/ApplyResourceChange", &request).await.expect("an answer")
}

/// Plans and applies a create.
pub(crate) async fn create(client: &Client, config: &Value) -> apply_resource_change::Response {
    let planned = plan(client, &Value::Null, config).await;
    none(&planned.diagnostics);
    apply(client, &Value::Null, &planned, config).await
}
