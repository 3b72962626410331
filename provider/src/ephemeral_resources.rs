//! The ephemeral resources, one file each.

mod aibridge_proxy_auth;

pub(crate) use self::aibridge_proxy_auth::ProxyAuth;
