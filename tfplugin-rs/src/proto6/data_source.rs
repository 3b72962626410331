//! Data sources: `ValidateDataResourceConfig`, `ReadDataSource`.

use super::{Adapter, from_proto, to_proto};
use crate::diag::{Diagnostic, Diagnostics};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::ConfigRequest;

impl<P: Provider> Adapter<P> {
    pub(super) async fn validate_data_source(
        &self,
        request: wire::validate_data_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostic> {
        let ty = self.server.data_source_schema(&request.type_name)?.ty();
        let config = from_proto::value(request.config, ty, "configuration")?;
        let request = ConfigRequest { type_name: request.type_name, config };
        Ok(self.server.validate_data_source(request).await)
    }

    pub(super) async fn read_data_source(
        &self,
        request: wire::read_data_source::Request,
    ) -> Result<wire::read_data_source::Response, Diagnostic> {
        let ty = self.server.data_source_schema(&request.type_name)?.ty();
        let config = from_proto::value(request.config, ty, "configuration")?;
        let request = ConfigRequest { type_name: request.type_name, config };
        let answer = self.server.read_data_source(request).await;
        Ok(wire::read_data_source::Response {
            state: answer.state.map(|state| to_proto::value(&state, ty)).transpose()?,
            diagnostics: to_proto::diagnostics(answer.diagnostics),
            deferred: None,
        })
    }
}
