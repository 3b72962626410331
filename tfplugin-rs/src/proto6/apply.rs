//! One change made: `ApplyResourceChange`.

use super::size::Sizes;
use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::ApplyRequest;

impl<P: Provider> Adapter<P> {
    /// `ApplyResourceChange`
    pub(super) async fn apply(
        &self,
        request: wire::apply_resource_change::Request,
    ) -> Answer<wire::apply_resource_change::Response> {
        let type_name = request.type_name.clone();
        let refused = wire::apply_resource_change::Response {
            new_state: request.prior_state.clone(),
            private: request.planned_private.clone(),
            ..Default::default()
        };
        self.answer("ApplyResourceChange", &type_name, refused, async {
            let ty = self.server.resource_schema(&request.type_name)?.ty();
            let identity = self.server.identity_schema(&request.type_name)?;
            let sizes = Sizes::of(request.prior_state.as_ref(), request.config.as_ref());
            let request = ApplyRequest {
                identity: from_proto::identity(request.planned_identity, identity)?,
                prior: from_proto::value(request.prior_state, ty, "stored object")?,
                planned: from_proto::value(request.planned_state, ty, "planned object")?,
                config: from_proto::value(request.config, ty, "configuration")?,
                private: from_proto::private(&request.planned_private),
                type_name: request.type_name,
            };
            let answer = self.server.apply(request).await;
            let state = to_proto::value(&answer.state, ty)?;
            let private = answer.private.into();
            let mut diagnostics = answer.diagnostics;
            diagnostics.extend(sizes.check_made(&state.msgpack, &private));
            Ok(wire::apply_resource_change::Response {
                new_state: Some(state),
                new_identity: to_proto::identity(answer.identity, identity)?,
                private,
                diagnostics: to_proto::diagnostics(diagnostics),
            })
        })
        .await
    }
}
