//! A provider with one resource of any schema, over loose values; its operations do
//! nothing but fill in what is unknown.

use tfplugin::diag::Diagnostics;
use tfplugin::model::{Content, Model, ModelError};
use tfplugin::path::AttributePath;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::resource::{Context, Created, Deleted, Read, Resource, Updated};
use tfplugin::schema::{Attribute, Body, Nesting, Schema};
use tfplugin::server::{PlanAnswer, PlanRequest, Server};
use tfplugin::ty::Type;
use tfplugin::value::Value;

pub(crate) const LOOSE: &str = "sample_loose";

/// A whole object as it is.
#[derive(Clone, Debug)]
pub(crate) struct Loose(pub(crate) Value);

/// What the object is found to be at each operation.
pub(crate) type Answer = fn(Value) -> Value;

/// The provider.
#[derive(Clone, Copy)]
pub(crate) struct Anything {
    pub(crate) schema: fn() -> Schema,
    pub(crate) answer: Answer,
}

impl Content for Loose {
    fn from_known(value: Value, _path: &AttributePath) -> Result<Self, ModelError> {
        Ok(Self(value))
    }

    fn into_known(self) -> Value {
        self.0
    }

    fn check(_ty: &Type, _path: &AttributePath, _faults: &mut Vec<ModelError>) {}
}

impl Model for Loose {}

impl Provider for Anything {
    type Config = Loose;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0)
    }

    async fn configure(&self, _config: Loose, _diags: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new().resource(*self)
    }
}

impl Resource for Anything {
    type Client = ();
    type Model = Loose;

    fn type_name(&self) -> &'static str {
        LOOSE
    }

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    async fn create(&self, planned: Loose, _cx: &Context<'_, ()>) -> Created<Loose> {
        Created::Created(Loose((self.answer)(planned.0)))
    }

    async fn read(&self, state: Loose, _cx: &Context<'_, ()>) -> Read<Loose> {
        Read::Present(Loose((self.answer)(state.0)))
    }

    async fn update(&self, _prior: Loose, planned: Loose, _cx: &Context<'_, ()>) -> Updated<Loose> {
        Updated::Updated(Loose((self.answer)(planned.0)))
    }

    async fn delete(&self, _state: Loose, _cx: &Context<'_, ()>) -> Deleted {
        Deleted::Deleted
    }
}

/// A configured server.
pub(crate) async fn server(anything: Anything) -> Server<Anything> {
    let server = Server::new(anything);
    let none: [(&str, Value); 0] = [];
    assert_eq!(server.configure(Value::object(none)).await, Diagnostics::new());
    server
}

/// Plans `config` over `prior` for a resource of that schema.
pub(crate) async fn plan(schema: fn() -> Schema, prior: &Value, config: &Value) -> PlanAnswer {
    let built = schema();
    let shape = |value: &Value| value.clone().conform(built.ty()).expect("it fits the schema");
    let (prior, config) = (shape(prior), shape(config));
    let request = PlanRequest {
        type_name: LOOSE.to_owned(),
        proposed: proposed(built.body(), &prior, &config),
        prior,
        config,
        identity: None,
        private: Vec::new(),
    };
    server(Anything { schema, answer: |value| value }).await.plan(request).await
}

/// The replacement paths of a plan, as text.
pub(crate) fn replaces(answer: &PlanAnswer) -> Vec<String> {
    answer.requires_replace.iter().map(ToString::to_string).collect()
}

/// An object of the given attributes.
pub(crate) fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    Value::object(attributes)
}

/// Terraform's merge of stored and configured object: what the configuration leaves out
/// and the provider may set keeps its stored value. Elements of sets belong together if
/// they agree in all that is configured.
fn proposed(body: &Body, prior: &Value, config: &Value) -> Value {
    let Value::Object(configured) = config else { return config.clone() };
    let merged = configured.iter().map(|(name, config)| {
        let stored = prior.get(name).unwrap_or(&Value::Null);
        let value = match body.attributes().get(name) {
            Some(attribute) => merged(attribute, stored, config),
            None => config.clone(),
        };
        (name.clone(), value)
    });
    Value::Object(merged.collect())
}

fn merged(attribute: &Attribute, stored: &Value, config: &Value) -> Value {
    if config.is_null() {
        return if attribute.is_computed() { stored.clone() } else { Value::Null };
    }
    let Some(nested) = attribute.nested() else { return config.clone() };
    let body = nested.body();
    match (nested.nesting(), config) {
        (Nesting::List, Value::List(items)) => {
            let stored = stored.as_elements().unwrap_or_default();
            let merged = items.iter().enumerate();
            let merged = merged
                .map(|(at, item)| proposed(body, stored.get(at).unwrap_or(&Value::Null), item));
            Value::List(merged.collect())
        }
        (Nesting::Map, Value::Map(entries)) => Value::map(entries.iter().map(|(key, entry)| {
            let stored = match stored {
                Value::Map(stored) => stored.get(key),
                _ => None,
            };
            (key.clone(), proposed(body, stored.unwrap_or(&Value::Null), entry))
        })),
        (Nesting::Set, Value::Set(items)) => {
            let stored = stored.as_elements().unwrap_or_default();
            let merged = items.iter().map(|item| {
                let like = stored.iter().find(|it| agrees(it, item)).unwrap_or(&Value::Null);
                proposed(body, like, item)
            });
            Value::Set(merged.collect())
        }
        (Nesting::Single, config) => proposed(body, stored, config),
        (_, config) => config.clone(),
    }
}

fn agrees(stored: &Value, config: &Value) -> bool {
    let configured = config.as_object().into_iter().flatten();
    configured
        .filter(|(_, value)| !value.is_null())
        .all(|(name, value)| stored.get(name) == Some(value))
}
