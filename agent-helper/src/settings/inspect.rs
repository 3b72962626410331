//! The settings as far as they go, for a look at what is wrong with them.

use std::path::PathBuf;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{NoProxy, ProxyUrl};
use pki::certificate::Pin;

use super::proxy::{ACCESS_URL, NO_PROXY, PROXY_URL, access_url, missing_token, proxy_url, token};
use super::resolve::Resolver;
use super::setup::EXTRA_CA;
use super::stored::Stored;
use super::{Fault, TokenSource};
use crate::cli::ProxyArgs;
use crate::env::Lookup;

/// Every setting that could be decided, and every fault of the others.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The deployment.
    pub access_url: Option<AccessUrl>,
    /// The proxy.
    pub proxy_url: Option<ProxyUrl>,
    /// The session token.
    pub token: Option<TokenSource>,
    /// The only certificate to accept.
    pub pin: Option<Pin>,
    /// Further CAs for the bundle.
    pub extra_ca_files: Vec<PathBuf>,
    /// The exclusion list, without what the process inherits.
    pub no_proxy: NoProxy,
    /// What is wrong or missing.
    pub faults: Vec<Fault>,
}

/// Decides what can be decided.
pub fn inspect(args: &ProxyArgs, env: &dyn Lookup, stored: &Stored) -> Inspected {
    let mut resolver = Resolver::new(env, stored);
    let access_url = access_url(&mut resolver, args).map(|(url, _)| url);
    let proxy_url = proxy_url(&mut resolver, args);
    let extra = resolver.list(NO_PROXY, &args.no_proxy, &stored.no_proxy);
    let token = token(&mut resolver, args);
    let pin = super::setup::found_pin(&mut resolver, None);
    let extra_ca_files = resolver.paths(EXTRA_CA, &[], &stored.extra_ca_files);
    if access_url.is_none() && !resolver.has_fault_of(ACCESS_URL) {
        resolver.missing(ACCESS_URL, "no access URL");
    }
    if proxy_url.is_none() && !resolver.has_fault_of(PROXY_URL) {
        resolver.missing(PROXY_URL, "no proxy URL");
    }
    if token.is_none() {
        missing_token(&mut resolver);
    }
    let no_proxy = NoProxy::new(access_url.as_ref(), &extra);
    let faults = resolver.into_faults();
    Inspected { access_url, proxy_url, token, pin, extra_ca_files, no_proxy, faults }
}
