//! An object that exists already: `ImportResourceState`.

use super::{Adapter, Answer, from_proto, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;
use crate::server::{ImportRequest, ImportTarget};
use crate::value::Value;

impl<P: Provider> Adapter<P> {
    /// `ImportResourceState`
    pub(super) async fn import(
        &self,
        request: wire::import_resource_state::Request,
    ) -> Answer<wire::import_resource_state::Response> {
        let type_name = request.type_name.clone();
        let refused = Default::default();
        self.answer("ImportResourceState", &type_name, refused, async {
            let ty = self.server.resource_schema(&request.type_name)?.ty();
            let identity = self.server.identity_schema(&request.type_name)?;
            let target = match request.identity {
                None => ImportTarget::Id(request.id),
                // The type has no identity: the core reports what to do instead.
                Some(_) if identity.is_none() => ImportTarget::Identity(Value::Null),
                wanted => match from_proto::identity(wanted, identity)? {
                    Some(wanted) => ImportTarget::Identity(wanted),
                    None => ImportTarget::Id(request.id),
                },
            };
            let type_name = request.type_name.clone();
            let answer = self.server.import(ImportRequest { type_name, target }).await;
            let imported = match answer.state {
                None => None,
                Some(state) => Some(wire::import_resource_state::ImportedResource {
                    type_name: request.type_name,
                    state: Some(to_proto::value(&state, ty)?),
                    private: answer.private.into(),
                    identity: to_proto::identity(answer.identity, identity)?,
                }),
            };
            Ok(wire::import_resource_state::Response {
                imported_resources: imported.into_iter().collect(),
                diagnostics: to_proto::diagnostics(answer.diagnostics),
                deferred: None,
            })
        })
        .await
    }
}
