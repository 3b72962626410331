//! Ephemeral resources: `ValidateEphemeralResourceConfig`, `Open…`, `Renew…` and
//! `CloseEphemeralResource`.

use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::{ConfigRequest, LeaseRequest};

impl<P: Provider> Adapter<P> {
    /// `ValidateEphemeralResourceConfig`
    pub(super) async fn validate_ephemeral_resource(
        &self,
        request: wire::validate_ephemeral_resource_config::Request,
    ) -> Answer<wire::validate_ephemeral_resource_config::Response> {
        let type_name = request.type_name.clone();
        self.answer("ValidateEphemeralResourceConfig", &type_name, Default::default(), async {
            let ty = self.server.ephemeral_resource_schema(&request.type_name)?.ty();
            let config = from_proto::value(request.config, ty, "configuration")?;
            let request = ConfigRequest { type_name: request.type_name, config };
            let answer = self.server.validate_ephemeral_resource(request).await;
            let diagnostics = to_proto::diagnostics(answer);
            Ok(wire::validate_ephemeral_resource_config::Response { diagnostics })
        })
        .await
    }

    /// `OpenEphemeralResource`
    pub(super) async fn open(
        &self,
        request: wire::open_ephemeral_resource::Request,
    ) -> Answer<wire::open_ephemeral_resource::Response> {
        let type_name = request.type_name.clone();
        self.answer("OpenEphemeralResource", &type_name, Default::default(), async {
            let ty = self.server.ephemeral_resource_schema(&request.type_name)?.ty();
            let config = from_proto::value(request.config, ty, "configuration")?;
            let request = ConfigRequest { type_name: request.type_name, config };
            let answer = self.server.open(request).await;
            let mut response = wire::open_ephemeral_resource::Response {
                diagnostics: to_proto::diagnostics(answer.diagnostics),
                ..Default::default()
            };
            if let Some(opened) = answer.opened {
                response.result = Some(to_proto::value(&opened.result, ty)?);
                response.private = Some(opened.lease.private.into());
                response.renew_at = opened.lease.renew_at.map(Into::into);
            }
            Ok(response)
        })
        .await
    }

    /// `RenewEphemeralResource`
    pub(super) async fn renew(
        &self,
        request: wire::renew_ephemeral_resource::Request,
    ) -> Answer<wire::renew_ephemeral_resource::Response> {
        let type_name = request.type_name.clone();
        self.answer("RenewEphemeralResource", &type_name, Default::default(), async {
            let private = from_proto::private(&request.private.unwrap_or_default());
            let request = LeaseRequest { type_name: request.type_name, private };
            let answer = self.server.renew(request).await;
            Ok(wire::renew_ephemeral_resource::Response {
                diagnostics: to_proto::diagnostics(answer.diagnostics),
                private: Some(answer.lease.private.into()),
                renew_at: answer.lease.renew_at.map(Into::into),
            })
        })
        .await
    }

    /// `CloseEphemeralResource`
    pub(super) async fn close(
        &self,
        request: wire::close_ephemeral_resource::Request,
    ) -> Answer<wire::close_ephemeral_resource::Response> {
        let type_name = request.type_name.clone();
        self.answer("CloseEphemeralResource", &type_name, Default::default(), async {
            let private = from_proto::private(&request.private.unwrap_or_default());
            let request = LeaseRequest { type_name: request.type_name, private };
            let diagnostics = to_proto::diagnostics(self.server.close(request).await);
            Ok(wire::close_ephemeral_resource::Response { diagnostics })
        })
        .await
    }
}
