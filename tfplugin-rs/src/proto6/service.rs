//! The calls of the protocol, each handed to the method of its family.

use tonic::Request;

use super::{Adapter, Answer};
use crate::generated::tfplugin6 as wire;
use crate::generated::tfplugin6::provider_server;
use crate::provider::Provider;

/// Implements the generated trait, which takes one block for all of its methods.
macro_rules! service {
    ($($call:ident => $method:ident;)+) => {
        #[tonic::async_trait]
        impl<P: Provider> provider_server::Provider for Adapter<P> {
            $(
                async fn $call(
                    &self,
                    request: Request<wire::$call::Request>,
                ) -> Answer<wire::$call::Response> {
                    self.$method(request.into_inner()).await
                }
            )+
        }
    };
}

service! {
    apply_resource_change => apply;
    call_function => call;
    close_ephemeral_resource => close;
    configure_provider => configure;
    get_functions => functions;
    get_metadata => metadata;
    get_provider_schema => schemas;
    get_resource_identity_schemas => identity_schemas;
    import_resource_state => import;
    move_resource_state => move_state;
    open_ephemeral_resource => open;
    plan_resource_change => plan;
    read_data_source => read_data_source;
    read_resource => read;
    renew_ephemeral_resource => renew;
    stop_provider => stop;
    upgrade_resource_identity => upgrade_identity;
    upgrade_resource_state => upgrade;
    validate_data_resource_config => validate_data_source;
    validate_ephemeral_resource_config => validate_ephemeral_resource;
    validate_provider_config => validate_provider;
    validate_resource_config => validate_resource;
}
