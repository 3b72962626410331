//! Every variable that the helper reads, and the only place that reads the
//! environment. What each setting means stands in `config::specs`.
//!
//! Only the reserved prefix `AIBRIDGE_` and the few fallbacks named here count:
//! a workspace is full of variables with generic names, and a helper that
//! obeyed `ACCESS_URL` would send the session token wherever that one points.
//! An empty variable counts as unset everywhere.

use std::ffi::OsString;

use settings::Lookup;

// Variables of settings.
pub(crate) const ENV_ACCESS_URL: &str = "AIBRIDGE_ACCESS_URL";
pub(crate) const ENV_CODER_AGENT_URL: &str = "CODER_AGENT_URL";
pub(crate) const ENV_SESSION_TOKEN: &str = "AIBRIDGE_SESSION_TOKEN";
pub(crate) const ENV_SESSION_TOKEN_FILE: &str = "AIBRIDGE_SESSION_TOKEN_FILE";
pub(crate) const ENV_CODER_SESSION_TOKEN: &str = "CODER_SESSION_TOKEN";
pub(crate) const ENV_PROXY_URL: &str = "AIBRIDGE_PROXY_URL";
pub(crate) const ENV_CERT_PATH: &str = "AIBRIDGE_CERT_PATH";
pub(crate) const ENV_CA_PIN_SHA256: &str = "AIBRIDGE_CA_PIN_SHA256";
pub(crate) const ENV_CA_SEED: &str = "AIBRIDGE_CA_SEED";
pub(crate) const ENV_EXTRA_CA_FILE: &str = "AIBRIDGE_EXTRA_CA_FILE";
pub(crate) const ENV_NO_PROXY: &str = "AIBRIDGE_NO_PROXY";
pub(crate) const ENV_TIMEOUT: &str = "AIBRIDGE_TIMEOUT";
pub(crate) const ENV_SYNC: &str = "AIBRIDGE_SYNC";
pub(crate) const ENV_SYNC_UNIT: &str = "AIBRIDGE_SYNC_UNIT";
pub(crate) const ENV_SOCKET_PATH: &str = "CODER_AGENT_SOCKET_PATH";
pub(crate) const ENV_LOG_FORMAT: &str = "AIBRIDGE_LOG_FORMAT";
pub(crate) const ENV_LOG_LEVEL: &str = "AIBRIDGE_LOG_LEVEL";

/// Exclusion list that the calling process already has; ours is merged into it.
pub(crate) const ENV_INHERITED_NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Variables of proxies for all traffic, which AI Bridge Proxy must not be in.
pub(crate) const ENV_PLAIN_PROXIES: [&str; 4] =
    ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Variables by which a tool that runs already is sent to the proxy.
pub(crate) const ENV_TOOL_PROXIES: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];

/// Variables that npm prefers to them.
pub(crate) const ENV_NPM_PROXIES: [&str; 4] =
    ["npm_config_proxy", "npm_config_https_proxy", "NPM_CONFIG_PROXY", "NPM_CONFIG_HTTPS_PROXY"];

/// Options that every Node takes.
pub(crate) const ENV_NODE_OPTIONS: &str = "NODE_OPTIONS";

/// `0` makes Node verify nothing.
pub(crate) const ENV_NODE_TLS_REJECT_UNAUTHORIZED: &str = "NODE_TLS_REJECT_UNAUTHORIZED";

/// `0` makes some builds of Python verify nothing.
pub(crate) const ENV_PYTHONHTTPSVERIFY: &str = "PYTHONHTTPSVERIFY";

/// Any value makes git verify nothing.
pub(crate) const ENV_GIT_SSL_NO_VERIFY: &str = "GIT_SSL_NO_VERIFY";

/// Folders of roots that take the place of the system's.
pub(crate) const ENV_SSL_CERT_DIR: &str = "SSL_CERT_DIR";

/// Folders of programs.
pub(crate) const ENV_PATH: &str = "PATH";

/// Home folder, named in hints about a certificate path that cannot be used.
pub(crate) const ENV_HOME: &str = "HOME";

/// The user who has called `sudo`: root may read that user's files.
pub(crate) const ENV_SUDO_UID: &str = "SUDO_UID";

/// The environment that this process was started with.
#[derive(Clone, Copy, Debug)]
pub struct ProcessEnv;

impl Lookup for ProcessEnv {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    fn raw(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }
}
