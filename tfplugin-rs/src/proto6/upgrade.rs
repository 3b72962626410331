//! Stored state into the current shape: `UpgradeResourceState`.

use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::UpgradeRequest;

impl<P: Provider> Adapter<P> {
    /// `UpgradeResourceState`
    pub(super) async fn upgrade(
        &self,
        request: wire::upgrade_resource_state::Request,
    ) -> Answer<wire::upgrade_resource_state::Response> {
        let type_name = request.type_name.clone();
        self.answer("UpgradeResourceState", &type_name, Default::default(), async {
            let ty = self.server.resource_schema(&request.type_name)?.ty();
            let state = from_proto::raw_state(request.raw_state)?;
            let request =
                UpgradeRequest { type_name: request.type_name, version: request.version, state };
            let answer = self.server.upgrade(request).await;
            Ok(wire::upgrade_resource_state::Response {
                upgraded_state: Some(to_proto::value(&answer.state, ty)?),
                diagnostics: to_proto::diagnostics(answer.diagnostics),
            })
        })
        .await
    }
}
