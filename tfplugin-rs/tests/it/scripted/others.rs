//! Data sources, ephemeral resources and functions of any schema and signature.

use futures_util::future::BoxFuture;
use tfplugin::data_source::DataSource;
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::ephemeral::{Closed, EphemeralResource, Opened, Renewed};
use tfplugin::function::{Arguments, Function, FunctionError, Signature};
use tfplugin::provider::Context;
use tfplugin::schema::Schema;
use tfplugin::value::Value;

use super::Whole;

pub(crate) struct ScriptedDataSource<C = ()> {
    pub(crate) type_name: &'static str,
    pub(crate) schema: fn() -> Schema,
    pub(crate) validate: fn(&Value, &mut Diagnostics),
    pub(crate) read: fn(Value, &C) -> Result<Value, Diagnostic>,
}

pub(crate) struct ScriptedEphemeral<C = ()> {
    pub(crate) type_name: &'static str,
    pub(crate) schema: fn() -> Schema,
    pub(crate) validate: fn(&Value, &mut Diagnostics),
    /// What an open waits for before it does the rest.
    pub(crate) wait: for<'a> fn(&'a Context<'a, C>) -> BoxFuture<'a, ()>,
    pub(crate) open: fn(Value, &Context<'_, C>) -> Opened<Whole, String>,
    pub(crate) renew: fn(String, &Context<'_, C>) -> Renewed<String>,
    pub(crate) close: fn(String, &Context<'_, C>) -> Closed,
}

pub(crate) struct ScriptedFunction {
    pub(crate) name: &'static str,
    pub(crate) signature: fn() -> Signature,
    pub(crate) call: fn(Arguments) -> Result<Value, FunctionError>,
}

impl<C: Send + Sync + 'static> DataSource for ScriptedDataSource<C> {
    type Client = C;
    type Model = Whole;

    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    fn validate(&self, config: &Whole, diags: &mut Diagnostics) {
        (self.validate)(&config.0, diags);
    }

    async fn read(&self, config: Whole, cx: &Context<'_, C>) -> Result<Whole, Diagnostic> {
        (self.read)(config.0, cx.client()).map(Whole)
    }
}

impl<C: Send + Sync + 'static> EphemeralResource for ScriptedEphemeral<C> {
    type Client = C;
    type Model = Whole;
    type Private = String;

    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Schema {
        (self.schema)()
    }

    fn validate(&self, config: &Whole, diags: &mut Diagnostics) {
        (self.validate)(&config.0, diags);
    }

    async fn open(&self, config: Whole, cx: &Context<'_, C>) -> Opened<Whole, String> {
        (self.wait)(cx).await;
        (self.open)(config.0, cx)
    }

    async fn renew(&self, private: String, cx: &Context<'_, C>) -> Renewed<String> {
        (self.renew)(private, cx)
    }

    async fn close(&self, private: String, cx: &Context<'_, C>) -> Closed {
        (self.close)(private, cx)
    }
}

impl Function for ScriptedFunction {
    fn name(&self) -> &'static str {
        self.name
    }

    fn signature(&self) -> Signature {
        (self.signature)()
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        (self.call)(arguments)
    }
}
