//! The one list of managed resources.

mod aibridge_proxy;

use tfplugin::resource::{ErasedResource, resource};

use crate::client::Client;

/// All managed resources of the provider.
pub(crate) fn all() -> Vec<Box<dyn ErasedResource<Client>>> {
    vec![resource(aibridge_proxy::Proxy)]
}
