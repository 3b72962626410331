//! Ephemeral resources: `ValidateEphemeralResourceConfig`, `Open…`, `Renew…` and
//! `CloseEphemeralResource`.

use super::{Adapter, from_proto, to_proto};
use crate::diag::{Diagnostic, Diagnostics};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::{ConfigRequest, LeaseRequest};

impl<P: Provider> Adapter<P> {
    pub(super) async fn validate_ephemeral_resource(
        &self,
        request: wire::validate_ephemeral_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostic> {
        let ty = self.server.ephemeral_resource_schema(&request.type_name)?.ty();
        let config = from_proto::value(request.config, ty, "configuration")?;
        let request = ConfigRequest { type_name: request.type_name, config };
        Ok(self.server.validate_ephemeral_resource(request).await)
    }

    pub(super) async fn open(
        &self,
        request: wire::open_ephemeral_resource::Request,
    ) -> Result<wire::open_ephemeral_resource::Response, Diagnostic> {
        let ty = self.server.ephemeral_resource_schema(&request.type_name)?.ty();
        let config = from_proto::value(request.config, ty, "configuration")?;
        let request = ConfigRequest { type_name: request.type_name, config };
        let answer = self.server.open(request).await;
        let diagnostics = to_proto::diagnostics(answer.diagnostics);
        let Some(opened) = answer.opened else {
            return Ok(wire::open_ephemeral_resource::Response {
                diagnostics,
                ..Default::default()
            });
        };
        Ok(wire::open_ephemeral_resource::Response {
            diagnostics,
            result: Some(to_proto::value(&opened.result, ty)?),
            private: Some(opened.lease.private.into()),
            renew_at: opened.lease.renew_at.map(Into::into),
            deferred: None,
        })
    }

    pub(super) async fn renew(
        &self,
        request: wire::renew_ephemeral_resource::Request,
    ) -> Result<wire::renew_ephemeral_resource::Response, Diagnostic> {
        let private = from_proto::private(&request.private.unwrap_or_default());
        let request = LeaseRequest { type_name: request.type_name, private };
        let answer = self.server.renew(request).await;
        Ok(wire::renew_ephemeral_resource::Response {
            diagnostics: to_proto::diagnostics(answer.diagnostics),
            private: Some(answer.lease.private.into()),
            renew_at: answer.lease.renew_at.map(Into::into),
        })
    }

    pub(super) async fn close(
        &self,
        request: wire::close_ephemeral_resource::Request,
    ) -> Result<Diagnostics, Diagnostic> {
        let private = from_proto::private(&request.private.unwrap_or_default());
        let request = LeaseRequest { type_name: request.type_name, private };
        Ok(self.server.close(request).await)
    }
}
