//! What a workspace gets, so that its tools reach their providers through the
//! proxy: the proxy's URL with the token, the exclusion list, the variables, and
//! the files beside the certificate.
//!
//! Each is the result of a pure function, so that the provider knows it at plan and
//! the helper comes to the same result in the workspace. The two halves are apart
//! because either may be known without the other: [`Proxy`] holds the token,
//! [`Trust`] nothing secret.

mod files;
mod no_proxy;
mod url;
mod variables;

use std::collections::BTreeMap;

use settings::Secret;

pub use self::files::{DEFAULT_CERT_PATH, Files, LOCK_NAME};
pub use self::no_proxy::NoProxy;
pub use self::url::ProxyUrl;

/// The user name in the proxy URL. The proxy ignores it; this is the
/// convention.
pub const DEFAULT_USERNAME: &str = "coder";

/// The unit that other scripts wait for. It is hard-coded in modules that use
/// the proxy, so it cannot change.
pub const DEFAULT_SYNC_UNIT: &str = "aibridge-proxy-setup";

/// The settings of one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Where tools send their requests, and as whom.
    pub proxy: Proxy,
    /// What they trust, and what they reach directly.
    pub trust: Trust,
}

/// The proxy, and who a workspace is to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Where the proxy listens.
    pub url: ProxyUrl,
    /// The user part of the URL, [`DEFAULT_USERNAME`] unless configured.
    pub username: String,
    /// The session token. An empty one gives a URL with an empty password, which
    /// the proxy answers with 407.
    pub token: Secret,
}

/// What tools trust, and which hosts they reach without the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The certificate and the files beside it.
    pub files: Files,
    /// Whether the workspace has extra CAs besides the proxy's.
    pub has_extra_cas: bool,
    /// The exclusion list.
    pub no_proxy: NoProxy,
}

impl Workspace {
    /// All variables of one process tree behind the proxy, sorted by name.
    pub fn variables(&self) -> BTreeMap<&'static str, Secret> {
        let trust = self.trust.variables().into_iter();
        let trust = trust.map(|(name, value)| (name, Secret::new(value)));
        trust.chain(self.proxy.variables()).collect()
    }
}

impl Proxy {
    /// `scheme://user:token@host[:port]`, user and token percent-encoded.
    pub fn auth_url(&self) -> Secret {
        self.url.authenticated(&self.username, &self.token)
    }

    /// The variables that name the proxy, with the token in their value.
    pub fn variables(&self) -> BTreeMap<&'static str, Secret> {
        variables::proxy(&self.auth_url())
    }
}

impl Trust {
    /// The variables without the proxy URL, sorted by name: nothing in them is
    /// secret.
    pub fn variables(&self) -> BTreeMap<&'static str, String> {
        variables::trust(
            self.files.appended_path(self.has_extra_cas),
            &self.files.bundle_path,
            &self.no_proxy.to_string(),
        )
    }
}
