//! Data sources: validated and read, never planned.

use std::sync::Arc;

use super::panic::{catch, catch_async};
use super::validate::{add, check_config};
use super::{ConfigRequest, Inner, Server, address, answer};
use crate::diag::{Diagnostic, Diagnostics};
use crate::provider::{Context, Provider};
use crate::schema::Schema;
use crate::value::Value;

/// Answer to `ReadDataSource`.
pub struct ReadDataSourceAnswer {
    /// What was read; `None` with an error.
    pub state: Option<Value>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

impl<P: Provider> Server<P> {
    /// The names of all data sources, sorted.
    pub fn data_source_types(&self) -> impl Iterator<Item = &'static str> {
        self.inner.registry.data_source_types()
    }

    /// The schema of a data source.
    ///
    /// # Errors
    /// An unknown name, or a schema as in [`Server::provider_schema`].
    pub fn data_source_schema(&self, type_name: &str) -> Result<&Schema, Diagnostic> {
        self.inner.registry.data_source(type_name).map(|(_, schema)| schema)
    }

    /// `ValidateDataResourceConfig`
    pub async fn validate_data_source(&self, request: ConfigRequest) -> Diagnostics {
        let inner = Arc::clone(&self.inner);
        self.run(async move { inner.validate_data_source(request) })
            .await
            .unwrap_or_else(Diagnostics::from)
    }

    /// `ReadDataSource`
    pub async fn read_data_source(&self, request: ConfigRequest) -> ReadDataSourceAnswer {
        let inner = Arc::clone(&self.inner);
        let result = self.run(async move { inner.read_data_source(request).await }).await;
        let (state, diagnostics) = result.unwrap_or_else(|fault| (None, fault.into()));
        ReadDataSourceAnswer { state, diagnostics }
    }
}

impl<P: Provider> Inner<P> {
    fn validate_data_source(&self, request: ConfigRequest) -> Diagnostics {
        let ConfigRequest { type_name, config } = request;
        let (source, schema) = match self.registry.data_source(&type_name) {
            Ok(found) => found,
            Err(fault) => return fault.into(),
        };
        let mut diags = Diagnostics::new();
        check_config(schema.body(), &config, &mut diags);
        let work = || {
            let mut diags = Diagnostics::new();
            source.validate(config, &mut diags);
            diags
        };
        match catch(&format!("the validation of the data source {type_name}"), work) {
            Ok(found) => add(found, &mut diags),
            Err(fault) => diags.push(fault),
        }
        address(schema, diags)
    }

    async fn read_data_source(&self, request: ConfigRequest) -> (Option<Value>, Diagnostics) {
        let ConfigRequest { type_name, config } = request;
        let found = self.registry.data_source(&type_name);
        let (source, schema, client) = match (found, self.configured()) {
            (Ok((source, schema)), Ok(client)) => (source, schema, client),
            (Err(fault), _) | (_, Err(fault)) => return (None, fault.into()),
        };
        let config = match answer::known(schema, config) {
            Ok(config) => config,
            Err(fault) => return (None, address(schema, fault.into())),
        };
        let cx = Context::new(&*client, self.stop(), config.clone(), Vec::new());
        let work = source.read(config, &cx);
        let read = catch_async(&format!("the read of the data source {type_name}"), work).await;
        let mut diagnostics = cx.into_report().diagnostics;
        let settled = read
            .and_then(|read| read)
            .map_err(Diagnostics::from)
            .and_then(|value| answer::whole(schema, value));
        let state = match settled {
            Ok(state) => (!diagnostics.has_errors()).then_some(state),
            Err(faults) => {
                diagnostics.extend(faults);
                None
            }
        };
        (state, address(schema, diagnostics))
    }
}
