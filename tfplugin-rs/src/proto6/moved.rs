//! Objects of other resource types: `MoveResourceState`.

use serde_json::Value as Json;

use super::{Adapter, Answer, from_proto, to_proto};
use crate::diag::Diagnostic;
use crate::generated::tfplugin6 as wire;
use crate::private::Private;
use crate::provider::Provider;
use crate::resource::MoveSource;
use crate::server::MoveRequest;

impl<P: Provider> Adapter<P> {
    /// `MoveResourceState`
    pub(super) async fn move_state(
        &self,
        request: wire::move_resource_state::Request,
    ) -> Answer<wire::move_resource_state::Response> {
        let type_name = request.target_type_name.clone();
        self.answer("MoveResourceState", &type_name, Default::default(), async {
            let type_name = request.target_type_name.clone();
            let ty = self.server.resource_schema(&type_name)?.ty();
            let schema = self.server.identity_schema(&type_name)?;
            let request = MoveRequest { source: source(request)?, type_name };
            let answer = self.server.move_state(request).await;
            Ok(wire::move_resource_state::Response {
                target_state: answer.state.map(|it| to_proto::value(&it, ty)).transpose()?,
                target_identity: to_proto::identity(answer.identity, schema)?,
                target_private: answer.private.into(),
                diagnostics: to_proto::diagnostics(answer.diagnostics),
            })
        })
        .await
    }
}

fn source(request: wire::move_resource_state::Request) -> Result<MoveSource, Diagnostic> {
    let read = |json: &[u8]| {
        serde_json::from_slice::<Json>(json).map_err(|err| {
            let detail = format!(
                "The stored state of the {} to move is not JSON: {err}. Restore the state from a \
                 backup.",
                request.source_type_name
            );
            Diagnostic::error("State cannot be read", detail)
        })
    };
    let identity = from_proto::raw_state(request.source_identity)?;
    let identity = if identity.is_empty() { None } else { Some(read(&identity)?) };
    Ok(MoveSource {
        state: read(&from_proto::raw_state(request.source_state)?)?,
        identity,
        private: Private::decode(from_proto::private(&request.source_private)),
        provider_address: request.source_provider_address.clone(),
        type_name: request.source_type_name.clone(),
        schema_version: request.source_schema_version,
        identity_version: request.source_identity_schema_version,
    })
}
