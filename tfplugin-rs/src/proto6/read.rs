//! One resource as it is now: `ReadResource`.

use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::ReadRequest;

impl<P: Provider> Adapter<P> {
    /// `ReadResource`
    pub(super) async fn read(
        &self,
        request: wire::read_resource::Request,
    ) -> Answer<wire::read_resource::Response> {
        let type_name = request.type_name.clone();
        let refused = wire::read_resource::Response {
            new_state: request.current_state.clone(),
            private: request.private.clone(),
            ..Default::default()
        };
        self.answer("ReadResource", &type_name, refused, async {
            let ty = self.server.resource_schema(&request.type_name)?.ty();
            let identity = self.server.identity_schema(&request.type_name)?;
            let request = ReadRequest {
                identity: from_proto::identity(request.current_identity, identity)?,
                state: from_proto::value(request.current_state, ty, "stored object")?,
                private: from_proto::private(&request.private),
                type_name: request.type_name,
            };
            let answer = self.server.read(request).await;
            Ok(wire::read_resource::Response {
                new_state: Some(to_proto::value(&answer.state, ty)?),
                new_identity: to_proto::identity(answer.identity, identity)?,
                private: answer.private.into(),
                diagnostics: to_proto::diagnostics(answer.diagnostics),
                deferred: None,
            })
        })
        .await
    }
}
