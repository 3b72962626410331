//! Configurations to be checked: `ValidateProviderConfig`, `ValidateResourceConfig`.

use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::ValidateRequest;

impl<P: Provider> Adapter<P> {
    /// `ValidateProviderConfig`
    pub(super) async fn validate_provider(
        &self,
        request: wire::validate_provider_config::Request,
    ) -> Answer<wire::validate_provider_config::Response> {
        self.answer("ValidateProviderConfig", "", Default::default(), async {
            let ty = self.server.provider_schema()?.ty();
            let config = from_proto::value(request.config, ty, "provider configuration")?;
            let diagnostics = to_proto::diagnostics(self.server.validate_provider(config).await);
            Ok(wire::validate_provider_config::Response { diagnostics })
        })
        .await
    }

    /// `ValidateResourceConfig`
    pub(super) async fn validate_resource(
        &self,
        request: wire::validate_resource_config::Request,
    ) -> Answer<wire::validate_resource_config::Response> {
        let type_name = request.type_name.clone();
        self.answer("ValidateResourceConfig", &type_name, Default::default(), async {
            let ty = self.server.resource_schema(&request.type_name)?.ty();
            let request = ValidateRequest {
                config: from_proto::value(request.config, ty, "configuration")?,
                write_only_allowed: request
                    .client_capabilities
                    .is_some_and(|client| client.write_only_attributes_allowed),
                type_name: request.type_name,
            };
            let diagnostics = to_proto::diagnostics(self.server.validate_resource(request).await);
            Ok(wire::validate_resource_config::Response { diagnostics })
        })
        .await
    }
}
