//! Deployment, proxy and token: what a tool's variables are made of.

use std::path::PathBuf;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{NoProxy, ProxyUrl};
use settings::Secret;

use super::resolve::{self, Resolver, Spec};
use super::stored::Stored;
use super::{SettingsError, kept};
use crate::cli::ProxyArgs;
use crate::env::{self, Lookup};

/// Where the session token comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TokenSource {
    /// A file, named by this source.
    File(PathBuf),
    /// A variable's value.
    Value(Secret),
}

/// What the variables of a tool need.
#[derive(Clone, Debug)]
pub struct Tool {
    /// The deployment, reached directly.
    pub access_url: Option<AccessUrl>,
    /// The proxy.
    pub proxy_url: ProxyUrl,
    /// The exclusion list, in order, without what the process inherits.
    pub no_proxy: NoProxy,
    /// Whether the set-up that stored its settings was given extra CAs.
    pub has_extra_cas: bool,
    /// The session token; `None` only if it was not asked for.
    pub token: Option<TokenSource>,
}

pub(super) const ACCESS_URL: Spec = Spec::new("--access-url", env::ENV_ACCESS_URL, "access_url");
pub(super) const PROXY_URL: Spec = Spec::new("--proxy-url", env::ENV_PROXY_URL, "proxy_url");
pub(super) const NO_PROXY: Spec = Spec::new("--no-proxy", env::ENV_NO_PROXY, "no_proxy");

/// Decides what a tool's variables are made of.
///
/// # Errors
///
/// Every fault at once; a missing token is one only if `with_token`.
pub fn tool(
    args: &ProxyArgs,
    env: &dyn Lookup,
    stored: &Stored,
    with_token: bool,
) -> Result<Tool, SettingsError> {
    let mut resolver = Resolver::new(env, stored);
    let access_url = access_url(&mut resolver, args).map(|(url, _)| url);
    let proxy_url = proxy_url(&mut resolver, args);
    let extra = resolver.list(NO_PROXY, &args.no_proxy, &stored.no_proxy);
    let token = if with_token { token(&mut resolver, args) } else { None };
    if proxy_url.is_none() && !resolver.has_fault_of(PROXY_URL) {
        resolver.missing(PROXY_URL, "no proxy URL");
    }
    if with_token && token.is_none() {
        missing_token(&mut resolver);
    }
    let Some(proxy_url) = proxy_url else {
        return Err(SettingsError { faults: resolver.into_faults() });
    };
    resolver.finish()?;
    let no_proxy = NoProxy::new(access_url.as_ref(), &extra);
    let has_extra_cas = !stored.extra_ca_files.is_empty();
    Ok(Tool { access_url, proxy_url, no_proxy, has_extra_cas, token })
}

pub(super) fn access_url(
    resolver: &mut Resolver<'_>,
    args: &ProxyArgs,
) -> Option<(AccessUrl, bool)> {
    let stored = resolver.stored.access_url.as_deref();
    let explicit = resolver.text(ACCESS_URL, args.access_url.as_deref(), stored);
    let is_explicit = explicit.is_some();
    let found = explicit.or_else(|| resolver.variable(env::ENV_CODER_AGENT_URL))?;
    let hint = "write the deployment's URL, such as https://coder.example.com";
    let parsed = AccessUrl::parse(&found.value);
    resolver.checked(&found, parsed, |_| Some(hint.to_owned())).map(|url| (url, is_explicit))
}

pub(super) fn proxy_url(resolver: &mut Resolver<'_>, args: &ProxyArgs) -> Option<ProxyUrl> {
    let stored = resolver.stored.proxy_url.as_deref();
    let found = resolver.text(PROXY_URL, args.proxy_url.as_deref(), stored)?;
    let parsed = ProxyUrl::parse(&found.value);
    resolver.checked(&found, parsed, |err| Some(err.hint()))
}

pub(super) fn token(resolver: &mut Resolver<'_>, args: &ProxyArgs) -> Option<TokenSource> {
    let flag = args.session_token_file.as_deref();
    if let Some(path) = flag.filter(|it| !it.as_os_str().is_empty()) {
        return Some(TokenSource::File(resolve::absolute(path)));
    }
    if let Some(found) = resolver.variable(env::ENV_SESSION_TOKEN) {
        return Some(TokenSource::Value(Secret::new(found.value)));
    }
    let file = resolver.env.non_empty(env::ENV_SESSION_TOKEN_FILE).map(PathBuf::from);
    let stored = kept(&resolver.stored.session_token_file).filter(|_| flag.is_none());
    if let Some(path) = file.or(stored) {
        return Some(TokenSource::File(resolve::absolute(&path)));
    }
    resolver
        .variable(env::ENV_CODER_SESSION_TOKEN)
        .map(|it| TokenSource::Value(Secret::new(it.value)))
}

pub(super) fn missing_token(resolver: &mut Resolver<'_>) {
    let source = format!("`{}`", env::ENV_SESSION_TOKEN);
    if resolver.has_fault_from(&source) {
        return;
    }
    let hint = "the module passes the owner's session token in this variable; it is empty in \
         template \
                imports and outside Coder";
    resolver.fault(source, "no session token".to_owned(), Some(hint.to_owned()));
}
