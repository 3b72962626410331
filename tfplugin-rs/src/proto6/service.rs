//! The calls of the protocol, each handed to the adapter.

use tonic::{Request, Response};

use super::{Adapter, Answer, CAPABILITIES, function, to_proto};
use crate::generated::tfplugin6 as wire;
use crate::generated::tfplugin6::provider_server;
use crate::provider::Provider;

#[tonic::async_trait]
impl<P: Provider> provider_server::Provider for Adapter<P> {
    async fn get_metadata(
        &self,
        _: Request<wire::get_metadata::Request>,
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

    async fn get_provider_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Answer<wire::get_provider_schema::Response> {
        self.answer("GetProviderSchema", "", async { Ok(self.schemas()) }, |diagnostics| {
            wire::get_provider_schema::Response { diagnostics, ..Default::default() }
        })
        .await
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Answer<wire::validate_provider_config::Response> {
        let respond = |diagnostics| wire::validate_provider_config::Response { diagnostics };
        let call = async {
            let diagnostics = self.validate_provider(request.into_inner().config).await?;
            Ok(respond(to_proto::diagnostics(diagnostics)))
        };
        self.answer("ValidateProviderConfig", "", call, respond).await
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Answer<wire::configure_provider::Response> {
        let request = request.into_inner();
        tracing::debug!(terraform_version = request.terraform_version, "configuring");
        let respond = |diagnostics| wire::configure_provider::Response { diagnostics };
        let call = async {
            let diagnostics = self.configure(request.config).await?;
            Ok(respond(to_proto::diagnostics(diagnostics)))
        };
        self.answer("ConfigureProvider", "", call, respond).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Answer<wire::validate_resource_config::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let respond = |diagnostics| wire::validate_resource_config::Response { diagnostics };
        let call = async {
            let diagnostics = self.validate(request).await?;
            Ok(respond(to_proto::diagnostics(diagnostics)))
        };
        self.answer("ValidateResourceConfig", &type_name, call, respond).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Answer<wire::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        self.answer("UpgradeResourceState", &type_name, self.upgrade(request), |diagnostics| {
            wire::upgrade_resource_state::Response { diagnostics, upgraded_state: None }
        })
        .await
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Answer<wire::read_resource::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let (new_state, private) = (request.current_state.clone(), request.private.clone());
        self.answer("ReadResource", &type_name, self.read(request), |diagnostics| {
            wire::read_resource::Response { new_state, private, diagnostics, ..Default::default() }
        })
        .await
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Answer<wire::plan_resource_change::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let (planned_state, planned_private) =
            (request.proposed_new_state.clone(), request.prior_private.clone());
        self.answer("PlanResourceChange", &type_name, self.plan(request), |diagnostics| {
            wire::plan_resource_change::Response {
                planned_state,
                planned_private,
                diagnostics,
                ..Default::default()
            }
        })
        .await
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Answer<wire::apply_resource_change::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let (new_state, private) = (request.prior_state.clone(), request.planned_private.clone());
        self.answer("ApplyResourceChange", &type_name, self.apply(request), |diagnostics| {
            wire::apply_resource_change::Response {
                new_state,
                private,
                diagnostics,
                ..Default::default()
            }
        })
        .await
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Answer<wire::import_resource_state::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        self.answer("ImportResourceState", &type_name, self.import(request), |diagnostics| {
            wire::import_resource_state::Response { diagnostics, ..Default::default() }
        })
        .await
    }

    async fn get_functions(
        &self,
        _: Request<wire::get_functions::Request>,
    ) -> Answer<wire::get_functions::Response> {
        self.answer("GetFunctions", "", async { Ok(self.functions()) }, |diagnostics| {
            wire::get_functions::Response { diagnostics, ..Default::default() }
        })
        .await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Answer<wire::get_resource_identity_schemas::Response> {
        let call = async { Ok(self.identity_schemas()) };
        self.answer("GetResourceIdentitySchemas", "", call, |diagnostics| {
            wire::get_resource_identity_schemas::Response { diagnostics, ..Default::default() }
        })
        .await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<wire::upgrade_resource_identity::Request>,
    ) -> Answer<wire::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let call = self.upgrade_identity(request);
        self.answer("UpgradeResourceIdentity", &type_name, call, |diagnostics| {
            wire::upgrade_resource_identity::Response { diagnostics, upgraded_identity: None }
        })
        .await
    }

    async fn move_resource_state(
        &self,
        request: Request<wire::move_resource_state::Request>,
    ) -> Answer<wire::move_resource_state::Response> {
        let request = request.into_inner();
        let type_name = request.target_type_name.clone();
        self.answer("MoveResourceState", &type_name, self.move_state(request), |diagnostics| {
            wire::move_resource_state::Response { diagnostics, ..Default::default() }
        })
        .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Answer<wire::validate_data_resource_config::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let respond = |diagnostics| wire::validate_data_resource_config::Response { diagnostics };
        let call = async {
            let diagnostics = self.validate_data_source(request).await?;
            Ok(respond(to_proto::diagnostics(diagnostics)))
        };
        self.answer("ValidateDataResourceConfig", &type_name, call, respond).await
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Answer<wire::read_data_source::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        self.answer("ReadDataSource", &type_name, self.read_data_source(request), |diagnostics| {
            wire::read_data_source::Response { diagnostics, ..Default::default() }
        })
        .await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<wire::validate_ephemeral_resource_config::Request>,
    ) -> Answer<wire::validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let respond =
            |diagnostics| wire::validate_ephemeral_resource_config::Response { diagnostics };
        let call = async {
            let diagnostics = self.validate_ephemeral_resource(request).await?;
            Ok(respond(to_proto::diagnostics(diagnostics)))
        };
        self.answer("ValidateEphemeralResourceConfig", &type_name, call, respond).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<wire::open_ephemeral_resource::Request>,
    ) -> Answer<wire::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        self.answer("OpenEphemeralResource", &type_name, self.open(request), |diagnostics| {
            wire::open_ephemeral_resource::Response { diagnostics, ..Default::default() }
        })
        .await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<wire::renew_ephemeral_resource::Request>,
    ) -> Answer<wire::renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        self.answer("RenewEphemeralResource", &type_name, self.renew(request), |diagnostics| {
            wire::renew_ephemeral_resource::Response { diagnostics, ..Default::default() }
        })
        .await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<wire::close_ephemeral_resource::Request>,
    ) -> Answer<wire::close_ephemeral_resource::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let respond = |diagnostics| wire::close_ephemeral_resource::Response { diagnostics };
        let call = async {
            let diagnostics = self.close(request).await?;
            Ok(respond(to_proto::diagnostics(diagnostics)))
        };
        self.answer("CloseEphemeralResource", &type_name, call, respond).await
    }

    async fn call_function(
        &self,
        request: Request<wire::call_function::Request>,
    ) -> Answer<wire::call_function::Response> {
        let request = request.into_inner();
        self.answer("CallFunction", "", self.call(request), function::in_words).await
    }

    async fn stop_provider(
        &self,
        _: Request<wire::stop_provider::Request>,
    ) -> Answer<wire::stop_provider::Response> {
        tracing::info!("asked to wrap up");
        self.server.stop();
        Ok(Response::new(wire::stop_provider::Response::default()))
    }
}
