//! The provider's configuration and its end: `ConfigureProvider`, `StopProvider`.

use tonic::Response;

use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;

impl<P: Provider> Adapter<P> {
    /// `ConfigureProvider`
    pub(super) async fn configure(
        &self,
        request: wire::configure_provider::Request,
    ) -> Answer<wire::configure_provider::Response> {
        tracing::debug!(terraform_version = request.terraform_version, "configuring");
        self.answer("ConfigureProvider", "", Default::default(), async {
            let ty = self.server.provider_schema()?.ty();
            let config = from_proto::value(request.config, ty, "provider configuration")?;
            let diagnostics = to_proto::diagnostics(self.server.configure(config).await);
            Ok(wire::configure_provider::Response { diagnostics })
        })
        .await
    }

    /// `StopProvider`
    pub(super) async fn stop(
        &self,
        _: wire::stop_provider::Request,
    ) -> Answer<wire::stop_provider::Response> {
        tracing::info!("stop requested by Terraform");
        self.server.stop();
        Ok(Response::new(wire::stop_provider::Response::default()))
    }
}
