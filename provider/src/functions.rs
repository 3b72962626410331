//! Provider functions, one file each; `parameters` is what they share.

mod parameters;
mod proxy_auth_url;
mod proxy_env;

pub(crate) use self::proxy_auth_url::ProxyAuthUrl;
pub(crate) use self::proxy_env::ProxyEnv;
