//! Identities on the wire: their schemas, and old ones into the current shape.

use super::{Adapter, from_proto, to_proto};
use crate::diag::{Diagnostic, Diagnostics};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::UpgradeIdentityRequest;

impl<P: Provider> Adapter<P> {
    pub(super) fn identity_schemas(&self) -> wire::get_resource_identity_schemas::Response {
        let mut response = wire::get_resource_identity_schemas::Response::default();
        let mut diagnostics = Diagnostics::new();
        for name in self.server.resource_types() {
            match self.server.identity_schema(name) {
                Ok(None) => {}
                Ok(Some(schema)) => {
                    let schema = to_proto::identity_schema(schema);
                    response.identity_schemas.insert(name.to_owned(), schema);
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
        response.diagnostics = to_proto::diagnostics(diagnostics);
        response
    }

    pub(super) async fn upgrade_identity(
        &self,
        request: wire::upgrade_resource_identity::Request,
    ) -> Result<wire::upgrade_resource_identity::Response, Diagnostic> {
        let identity = from_proto::raw_state(request.raw_identity)?;
        let type_name = request.type_name.clone();
        let request = UpgradeIdentityRequest { type_name, version: request.version, identity };
        let type_name = request.type_name.clone();
        let answer = self.server.upgrade_identity(request).await;
        // The core has answered for a type that does not exist.
        let schema = self.server.identity_schema(&type_name).ok().flatten();
        Ok(wire::upgrade_resource_identity::Response {
            upgraded_identity: to_proto::identity(answer.identity, schema)?,
            diagnostics: to_proto::diagnostics(answer.diagnostics),
        })
    }
}
