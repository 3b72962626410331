//! One change planned: `PlanResourceChange`.

use super::size::Sizes;
use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::PlanRequest;

impl<P: Provider> Adapter<P> {
    /// `PlanResourceChange`
    pub(super) async fn plan(
        &self,
        request: wire::plan_resource_change::Request,
    ) -> Answer<wire::plan_resource_change::Response> {
        let type_name = request.type_name.clone();
        let refused = wire::plan_resource_change::Response {
            planned_state: request.proposed_new_state.clone(),
            planned_private: request.prior_private.clone(),
            ..Default::default()
        };
        self.answer("PlanResourceChange", &type_name, refused, async {
            let ty = self.server.resource_schema(&request.type_name)?.ty();
            let identity = self.server.identity_schema(&request.type_name)?;
            let sizes = Sizes::of(request.prior_state.as_ref(), request.config.as_ref());
            let request = PlanRequest {
                identity: from_proto::identity(request.prior_identity, identity)?,
                prior: from_proto::value(request.prior_state, ty, "stored object")?,
                proposed: from_proto::value(request.proposed_new_state, ty, "proposed object")?,
                config: from_proto::value(request.config, ty, "configuration")?,
                private: from_proto::private(&request.prior_private),
                type_name: request.type_name,
            };
            let answer = self.server.plan(request).await;
            let planned = to_proto::value(&answer.planned, ty)?;
            let private = answer.private.into();
            sizes.check_planned(&planned.msgpack, &private)?;
            Ok(wire::plan_resource_change::Response {
                planned_state: Some(planned),
                requires_replace: answer.requires_replace.iter().map(to_proto::path).collect(),
                planned_identity: to_proto::identity(answer.identity, identity)?,
                planned_private: private,
                diagnostics: to_proto::diagnostics(answer.diagnostics),
                deferred: None,
            })
        })
        .await
    }
}
