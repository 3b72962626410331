//! A provider of any schemas and models, whose operations are functions of the test.

mod others;
mod resource;

use std::sync::Mutex;

use tfplugin::data_source::DataSource;
use tfplugin::diag::Diagnostics;
use tfplugin::ephemeral::EphemeralResource;
use tfplugin::function::Function;
use tfplugin::model::{Content, Model, ModelError};
use tfplugin::path::AttributePath;
use tfplugin::provider::{Kinds, Provider};
use tfplugin::resource::Resource;
use tfplugin::schema::Schema;
use tfplugin::server::Server;
use tfplugin::testing::{Object, Planned, Session};
use tfplugin::ty::Type;
use tfplugin::value::Value;

pub(crate) use self::others::{ScriptedDataSource, ScriptedEphemeral, ScriptedFunction};
pub(crate) use self::resource::{Identity, Script};

/// The model of any schema: the object as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Whole(pub(crate) Value);

/// The provider. `C` is what its operations get as their client.
pub(crate) struct Scripted<C = ()> {
    pub(crate) client: C,
    pub(crate) schema: fn() -> Schema,
    pub(crate) validate: fn(&Value, &mut Diagnostics),
    /// What a configuration makes of the client.
    pub(crate) configure: fn(&Value, &C, &mut Diagnostics) -> Option<C>,
    pub(crate) kinds: Mutex<Kinds<C>>,
}

impl Content for Whole {
    fn from_known(value: Value, _path: &AttributePath) -> Result<Self, ModelError> {
        Ok(Self(value))
    }

    fn into_known(self) -> Value {
        self.0
    }

    fn check(_ty: &Type, _path: &AttributePath, _faults: &mut Vec<ModelError>) {}
}

impl Model for Whole {}

impl<C: Clone + Send + Sync + 'static> Scripted<C> {
    /// A provider without any kind and with nothing to configure.
    pub(crate) fn new(client: C) -> Self {
        Self {
            client,
            schema: || Schema::new(0),
            validate: |_, _| {},
            configure: |_, client, _| Some(client.clone()),
            kinds: Mutex::new(Kinds::new()),
        }
    }

    fn map(mut self, add: impl FnOnce(Kinds<C>) -> Kinds<C>) -> Self {
        let kinds = self.kinds.get_mut().unwrap();
        *kinds = add(std::mem::take(kinds));
        self
    }

    /// Registers a resource, with an identity if it has a script for that.
    pub(crate) fn script<M: Model + Clone>(self, script: Script<M, C>) -> Self {
        match script.identity {
            Some(_) => self.map(|it| it.identified_resource(script)),
            None => self.map(|it| it.resource(script)),
        }
    }

    pub(crate) fn resource(self, resource: impl Resource<Client = C>) -> Self {
        self.map(|it| it.resource(resource))
    }

    pub(crate) fn data_source(self, source: impl DataSource<Client = C>) -> Self {
        self.map(|it| it.data_source(source))
    }

    pub(crate) fn ephemeral(self, resource: impl EphemeralResource<Client = C>) -> Self {
        self.map(|it| it.ephemeral_resource(resource))
    }

    pub(crate) fn function(self, function: impl Function) -> Self {
        self.map(|it| it.function(function))
    }
}

impl<C: Clone + Send + Sync + 'static> Provider for Scripted<C> {
    type Config = Whole;
    type Client = C;

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    fn validate(&self, config: &Whole, diags: &mut Diagnostics) {
        (self.validate)(&config.0, diags);
    }

    async fn configure(&self, config: Whole, diags: &mut Diagnostics) -> Option<C> {
        (self.configure)(&config.0, &self.client, diags)
    }

    /// Called once, by the server that gets the provider.
    fn kinds(&self) -> Kinds<C> {
        std::mem::take(&mut *self.kinds.lock().unwrap())
    }
}

/// A provider of one resource, without a client.
pub(crate) fn only<M: Model + Clone>(script: Script<M>) -> Scripted {
    Scripted::new(()).script(script)
}

/// A configured server of a provider with nothing to configure.
pub(crate) async fn server<C: Clone + Send + Sync + 'static>(
    provider: Scripted<C>,
) -> Server<Scripted<C>> {
    let server = Server::new(provider);
    assert_eq!(server.configure(object([])).await, Diagnostics::new());
    server
}

/// The same as a session.
pub(crate) async fn session<C: Clone + Send + Sync + 'static>(
    provider: Scripted<C>,
) -> Session<Scripted<C>> {
    let session = Session::open(provider).await;
    assert_eq!(session.configure([]).await, Diagnostics::new());
    session
}

/// The type name of [`plan`]'s resource.
pub(crate) const ANY: &str = "scripted_any";

/// Plans `config` over `prior`, objects of that schema.
pub(crate) async fn plan(schema: fn() -> Schema, prior: &Value, config: &Value) -> Planned {
    let session = session(only(Script::<Whole>::new(ANY, schema))).await;
    let shaped = |value: &Value| value.clone().conform(session.ty(ANY)).expect("it fits");
    session.plan(ANY, &Object::of(shaped(prior)), &shaped(config)).await
}

/// The replacement paths of a plan, as text.
pub(crate) fn replaces(planned: &Planned) -> Vec<String> {
    planned.requires_replace.iter().map(ToString::to_string).collect()
}

/// An object of the given attributes.
pub(crate) fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    Value::object(attributes)
}

pub(crate) fn set(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(items.into_iter().collect())
}

/// The object with other values for the named attributes.
#[track_caller]
pub(crate) fn with(object: &Value, named: &[(&str, Value)]) -> Value {
    let Value::Object(mut attributes) = object.clone() else { panic!("an object") };
    for (name, value) in named {
        assert!(attributes.insert((*name).to_owned(), value.clone()).is_some(), "{name}");
    }
    Value::Object(attributes)
}

/// Summaries with paths, as `path: summary`, in order.
pub(crate) fn headlines(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics.iter().map(|it| format!("{}: {}", it.path, it.summary)).collect()
}

/// The one diagnostic's detail.
#[track_caller]
pub(crate) fn detail(diagnostics: &Diagnostics) -> &str {
    let all: Vec<_> = diagnostics.iter().collect();
    let [one] = all[..] else { panic!("{all:#?}") };
    &one.detail
}
