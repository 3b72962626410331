//! The one list of ephemeral resources.

mod aibridge_proxy_auth;

use tfplugin::ephemeral::{ErasedEphemeralResource, ephemeral_resource};

use crate::client::Client;

/// All ephemeral resources of the provider.
pub(crate) fn all() -> Vec<Box<dyn ErasedEphemeralResource<Client>>> {
    vec![ephemeral_resource(aibridge_proxy_auth::ProxyAuth)]
}
