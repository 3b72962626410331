//! Data sources: `ValidateDataResourceConfig`, `ReadDataSource`.

use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::ConfigRequest;

impl<P: Provider> Adapter<P> {
    /// `ValidateDataResourceConfig`
    pub(super) async fn validate_data_source(
        &self,
        request: wire::validate_data_resource_config::Request,
    ) -> Answer<wire::validate_data_resource_config::Response> {
        let type_name = request.type_name.clone();
        self.answer("ValidateDataResourceConfig", &type_name, Default::default(), async {
            let ty = self.server.data_source_schema(&request.type_name)?.ty();
            let config = from_proto::value(request.config, ty, "configuration")?;
            let request = ConfigRequest { type_name: request.type_name, config };
            let answer = self.server.validate_data_source(request).await;
            let diagnostics = to_proto::diagnostics(answer);
            Ok(wire::validate_data_resource_config::Response { diagnostics })
        })
        .await
    }

    /// `ReadDataSource`
    pub(super) async fn read_data_source(
        &self,
        request: wire::read_data_source::Request,
    ) -> Answer<wire::read_data_source::Response> {
        let type_name = request.type_name.clone();
        self.answer("ReadDataSource", &type_name, Default::default(), async {
            let ty = self.server.data_source_schema(&request.type_name)?.ty();
            let config = from_proto::value(request.config, ty, "configuration")?;
            let request = ConfigRequest { type_name: request.type_name, config };
            let answer = self.server.read_data_source(request).await;
            Ok(wire::read_data_source::Response {
                state: answer.state.map(|state| to_proto::value(&state, ty)).transpose()?,
                diagnostics: to_proto::diagnostics(answer.diagnostics),
                deferred: None,
            })
        })
        .await
    }
}
