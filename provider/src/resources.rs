//! The managed resources, one file each.

mod aibridge_proxy;

pub(crate) use self::aibridge_proxy::Proxy;
