//! Every variable that the helper reads, as documented constants, and the
//! lookup through which all code reads them.
//!
//! Only the reserved prefix `AIBRIDGE_` and the few fallbacks named here count:
//! a workspace is full of variables with generic names, and a helper that
//! obeyed `ACCESS_URL` would send the session token wherever that one points.
//! An empty variable counts as unset everywhere.

use std::ffi::OsString;

use crate::exit::exit_codes;

/// Declares the constants and, from the same text, the tables in `--help`.
macro_rules! variables {
    ($($konst:ident = $name:literal, $doc:literal;)*) => {
        $(#[doc = $doc] pub const $konst: &str = $name;)*

        /// The tables that `aibridge-agent --help` ends with: variables and exit codes.
        pub const TABLES: &str = concat!(
            "Environment (a flag wins; empty counts as unset):\n",
            $("  ", $name, "\n      ", $doc, "\n",)*
            "\n",
            exit_codes!(),
        );
    };
}

variables! {
    ENV_ACCESS_URL = "AIBRIDGE_ACCESS_URL", "Access URL of the deployment.";
    ENV_CODER_AGENT_URL = "CODER_AGENT_URL", "Access URL if nothing else names one.";
    ENV_SESSION_TOKEN = "AIBRIDGE_SESSION_TOKEN", "Session token of the workspace's owner.";
    ENV_SESSION_TOKEN_FILE = "AIBRIDGE_SESSION_TOKEN_FILE", "File that holds the session token.";
    ENV_CODER_SESSION_TOKEN = "CODER_SESSION_TOKEN", "Session token if nothing else gives one.";
    ENV_PROXY_URL = "AIBRIDGE_PROXY_URL", "AI Bridge Proxy, `http(s)://host[:port]`.";
    ENV_CERT_PATH = "AIBRIDGE_CERT_PATH", "Where the CA certificate is kept, an absolute path.";
    ENV_CA_PIN_SHA256 = "AIBRIDGE_CA_PIN_SHA256", "SHA-256 of the only CA certificate to accept.";
    ENV_CA_SEED = "AIBRIDGE_CA_SEED", "CA certificate (PEM) to use if the network fails.";
    ENV_EXTRA_CA_FILE = "AIBRIDGE_EXTRA_CA_FILE", "PEM file of further CAs for the bundle.";
    ENV_NO_PROXY = "AIBRIDGE_NO_PROXY", "Hosts to reach directly, separated by commas.";
    ENV_TIMEOUT = "AIBRIDGE_TIMEOUT", "Deadline of a set-up, such as `60s`.";
    ENV_SYNC = "AIBRIDGE_SYNC", "Coordination over the agent socket: auto, required or off.";
    ENV_SYNC_UNIT = "AIBRIDGE_SYNC_UNIT", "Name of the set-up's unit.";
    ENV_SOCKET_PATH = "CODER_AGENT_SOCKET_PATH", "Socket of the workspace agent.";
    ENV_LOG_FORMAT = "AIBRIDGE_LOG_FORMAT", "Form of the diagnosis on stderr: text or json.";
    ENV_LOG_LEVEL = "AIBRIDGE_LOG_LEVEL", "error, warn, info, debug or trace.";
}

/// Exclusion list that the calling process already has; ours is merged into it.
pub const ENV_INHERITED_NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Variables of proxies for all traffic, which AI Bridge Proxy must not be in.
pub const ENV_PLAIN_PROXIES: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Variables by which a tool that runs already is sent to the proxy.
pub const ENV_TOOL_PROXIES: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];

/// Variables that npm prefers to them.
pub const ENV_NPM_PROXIES: [&str; 4] =
    ["npm_config_proxy", "npm_config_https_proxy", "NPM_CONFIG_PROXY", "NPM_CONFIG_HTTPS_PROXY"];

/// Options that every Node takes.
pub const ENV_NODE_OPTIONS: &str = "NODE_OPTIONS";

/// `0` makes Node verify nothing.
pub const ENV_NODE_TLS_REJECT_UNAUTHORIZED: &str = "NODE_TLS_REJECT_UNAUTHORIZED";

/// `0` makes some builds of Python verify nothing.
pub const ENV_PYTHONHTTPSVERIFY: &str = "PYTHONHTTPSVERIFY";

/// Any value makes git verify nothing.
pub const ENV_GIT_SSL_NO_VERIFY: &str = "GIT_SSL_NO_VERIFY";

/// Folders of roots that take the place of the system's.
pub const ENV_SSL_CERT_DIR: &str = "SSL_CERT_DIR";

/// Where programs are looked for.
pub const ENV_PATH: &str = "PATH";

/// Home folder, named in hints about a certificate path that cannot be used.
pub const ENV_HOME: &str = "HOME";

/// Who called `sudo`: root reads that user's files where it was asked to.
pub const ENV_SUDO_UID: &str = "SUDO_UID";

/// Where values come from: the process, or a table in tests.
pub trait Lookup {
    /// Returns the raw value, which may be empty or not UTF-8.
    fn raw(&self, name: &str) -> Option<OsString>;

    /// Returns the value, with an empty one counted as unset.
    fn non_empty(&self, name: &str) -> Option<OsString> {
        self.raw(name).filter(|it| !it.is_empty())
    }
}

/// The environment that this process was started with.
#[derive(Clone, Copy, Debug)]
pub struct ProcessEnv;

impl Lookup for ProcessEnv {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    fn raw(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }
}
