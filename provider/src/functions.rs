//! The functions, one file each.

mod proxy_auth_url;
mod proxy_env;

pub(crate) use self::proxy_auth_url::ProxyAuthUrl;
pub(crate) use self::proxy_env::ProxyEnv;
