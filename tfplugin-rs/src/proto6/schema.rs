//! Names and schemas: `GetMetadata`, `GetProviderSchema`.

use tonic::Response;

use super::{Adapter, Answer, to_proto};
use crate::diag::{Diagnostic, Diagnostics};
use crate::generated::tfplugin6 as wire;
use crate::provider::Provider;

/// What this provider can do beyond the basics. Clients may skip the schema
/// call, because the core builds schemas when it first needs them.
const CAPABILITIES: wire::ServerCapabilities = wire::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: false,
};

impl<P: Provider> Adapter<P> {
    /// `GetMetadata`
    pub(super) async fn metadata(
        &self,
        _: wire::get_metadata::Request,
    ) -> Answer<wire::get_metadata::Response> {
        use wire::get_metadata::{
            DataSourceMetadata, EphemeralResourceMetadata, FunctionMetadata, ResourceMetadata,
        };

        let resources = self.server.resource_types().map(str::to_owned);
        let data_sources = self.server.data_source_types().map(str::to_owned);
        let ephemeral_resources = self.server.ephemeral_resource_types().map(str::to_owned);
        let functions = self.server.function_names().map(str::to_owned);
        let response = wire::get_metadata::Response {
            server_capabilities: Some(CAPABILITIES),
            resources: resources.map(|type_name| ResourceMetadata { type_name }).collect(),
            data_sources: data_sources.map(|type_name| DataSourceMetadata { type_name }).collect(),
            ephemeral_resources: ephemeral_resources
                .map(|type_name| EphemeralResourceMetadata { type_name })
                .collect(),
            functions: functions.map(|name| FunctionMetadata { name }).collect(),
            ..Default::default()
        };
        Ok(Response::new(response))
    }

    /// `GetProviderSchema`
    pub(super) async fn schemas(
        &self,
        _: wire::get_provider_schema::Request,
    ) -> Answer<wire::get_provider_schema::Response> {
        let refused = Default::default();
        self.answer("GetProviderSchema", "", refused, async { Ok(self.all_schemas()) }).await
    }

    fn all_schemas(&self) -> wire::get_provider_schema::Response {
        let server = &self.server;
        let mut faults = Diagnostics::new();
        let provider = server.provider_schema().map(to_proto::schema).unwrap_or_else(|fault| {
            faults.push(fault);
            wire::Schema::default()
        });
        let schema = to_proto::schema;
        wire::get_provider_schema::Response {
            provider: Some(provider),
            server_capabilities: Some(CAPABILITIES),
            resource_schemas: by_name(server.resource_types(), &mut faults, |name| {
                server.resource_schema(name).map(schema).map(Some)
            }),
            data_source_schemas: by_name(server.data_source_types(), &mut faults, |name| {
                server.data_source_schema(name).map(schema).map(Some)
            }),
            ephemeral_resource_schemas: by_name(
                server.ephemeral_resource_types(),
                &mut faults,
                |name| server.ephemeral_resource_schema(name).map(schema).map(Some),
            ),
            functions: self.all_functions(&mut faults),
            diagnostics: to_proto::diagnostics(faults),
            ..Default::default()
        }
    }
}

/// What `encode` finds of each name. A fault leaves the others as they are.
pub(super) fn by_name<T, M: FromIterator<(String, T)>>(
    names: impl Iterator<Item = &'static str>,
    faults: &mut Diagnostics,
    encode: impl Fn(&str) -> Result<Option<T>, Diagnostic>,
) -> M {
    let found = names.filter_map(|name| match encode(name) {
        Ok(found) => Some((name.to_owned(), found?)),
        Err(fault) => {
            faults.push(fault);
            None
        }
    });
    found.collect()
}
