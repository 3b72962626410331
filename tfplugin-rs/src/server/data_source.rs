//! Data sources: validated and read, never planned.

use super::operate::{Subject, answers, observe};
use super::validate::{check_by_author, check_config};
use super::{Inner, Server, answer};
use crate::diag::Diagnostics;
use crate::provider::{Context, Provider};
use crate::value::Value;

/// `ValidateDataResourceConfig`, `ReadDataSource`, `ValidateEphemeralResourceConfig`,
/// `OpenEphemeralResource`
pub struct ConfigRequest {
    /// The data source or ephemeral resource.
    pub type_name: String,
    /// The configuration; for a validation anything may be unknown.
    pub config: Value,
}

/// Answer to `ReadDataSource`.
pub struct ReadDataSourceAnswer {
    /// What was read; `None` with an error.
    pub state: Option<Value>,
    /// Messages.
    pub diagnostics: Diagnostics,
}

answers!(ReadDataSourceAnswer);

impl<P: Provider> Server<P> {
    /// `ValidateDataResourceConfig`
    pub async fn validate_data_source(&self, request: ConfigRequest) -> Diagnostics {
        let subject = Subject::DataSource(request.type_name.clone());
        self.operate(subject, Diagnostics::new(), |inner| async move {
            inner.validate_data_source(request)
        })
        .await
    }

    /// `ReadDataSource`
    pub async fn read_data_source(&self, request: ConfigRequest) -> ReadDataSourceAnswer {
        let subject = Subject::DataSource(request.type_name.clone());
        let refused = ReadDataSourceAnswer { state: None, diagnostics: Diagnostics::new() };
        self.operate(subject, refused, |inner| async move { inner.read_data_source(request).await })
            .await
    }
}

impl<P: Provider> Inner<P> {
    fn validate_data_source(&self, request: ConfigRequest) -> Result<Diagnostics, Diagnostics> {
        let ConfigRequest { type_name, config } = request;
        let (source, schema) = self.registry.data_source(&type_name)?;
        let mut diags = check_config(schema.body(), &config);
        check_by_author(&format!("the data source {type_name}"), &mut diags, |diags| {
            source.validate(config, diags);
        });
        Ok(diags)
    }

    async fn read_data_source(
        &self,
        request: ConfigRequest,
    ) -> Result<ReadDataSourceAnswer, Diagnostics> {
        let ConfigRequest { type_name, config } = request;
        let (source, schema) = self.registry.data_source(&type_name)?;
        let client = self.configured()?;
        let config = answer::known(schema, config)?;
        let cx = Context::new(&*client, self.stop(), config.clone(), Vec::new());
        let what = format!("the read of the data source {type_name}");
        let (read, report) = observe(&what, &cx, source.read(config, &cx)).await;
        match read.map_err(Diagnostics::from).and_then(|value| answer::whole(schema, value)) {
            Ok(state) => {
                let diagnostics = report.diagnostics;
                let state = (!diagnostics.has_errors()).then_some(state);
                Ok(ReadDataSourceAnswer { state, diagnostics })
            }
            Err(faults) => Err(report.failed(faults)),
        }
    }
}
