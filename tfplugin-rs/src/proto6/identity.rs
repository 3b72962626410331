//! Identities: `GetResourceIdentitySchemas`, `UpgradeResourceIdentity`.

use super::schema::by_name;
use super::{Adapter, Answer, from_proto, to_proto};
use crate::diag::Diagnostics;
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::UpgradeIdentityRequest;

impl<P: Provider> Adapter<P> {
    /// `GetResourceIdentitySchemas`
    pub(super) async fn identity_schemas(
        &self,
        _: wire::get_resource_identity_schemas::Request,
    ) -> Answer<wire::get_resource_identity_schemas::Response> {
        self.answer("GetResourceIdentitySchemas", "", Default::default(), async {
            let mut faults = Diagnostics::new();
            let identity_schemas = by_name(self.server.resource_types(), &mut faults, |name| {
                Ok(self.server.identity_schema(name)?.map(to_proto::identity_schema))
            });
            let diagnostics = to_proto::diagnostics(faults);
            Ok(wire::get_resource_identity_schemas::Response { identity_schemas, diagnostics })
        })
        .await
    }

    /// `UpgradeResourceIdentity`
    pub(super) async fn upgrade_identity(
        &self,
        request: wire::upgrade_resource_identity::Request,
    ) -> Answer<wire::upgrade_resource_identity::Response> {
        let type_name = request.type_name.clone();
        self.answer("UpgradeResourceIdentity", &type_name, Default::default(), async {
            let wire::upgrade_resource_identity::Request { type_name, version, raw_identity } =
                request;
            let identity = from_proto::raw_state(raw_identity)?;
            let request =
                UpgradeIdentityRequest { type_name: type_name.clone(), version, identity };
            let answer = self.server.upgrade_identity(request).await;
            // The core has answered for a type that does not exist.
            let schema = self.server.identity_schema(&type_name).ok().flatten();
            Ok(wire::upgrade_resource_identity::Response {
                upgraded_identity: to_proto::identity(answer.identity, schema)?,
                diagnostics: to_proto::diagnostics(answer.diagnostics),
            })
        })
        .await
    }
}
