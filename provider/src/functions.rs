//! The one list of functions.

mod proxy_auth_url;
mod proxy_env;

use tfplugin::function::{Function, function};

/// All functions of the provider.
pub(crate) fn all() -> Vec<Box<dyn Function>> {
    vec![function(proxy_auth_url::ProxyAuthUrl), function(proxy_env::ProxyEnv)]
}
