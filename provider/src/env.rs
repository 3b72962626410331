//! Every environment variable that the provider reads, and the only place that
//! reads the environment.
//!
//! Outside a Coder build an empty variable counts as unset. Inside one, only
//! `ENV_CODER_AGENT_URL` and `ENV_CODER_OWNER_TOKEN` are read, and empty
//! means none: see `crate::config`.

/// Not empty inside a Coder build.
pub(crate) const ENV_CODER_BUILD_ID: &str = "CODER_WORKSPACE_BUILD_ID";

/// Access URL of the deployment.
pub(crate) const ENV_ACCESS_URL: &str = "AIBRIDGE_ACCESS_URL";
/// Access URL as Coder gives it to builds and agents.
pub(crate) const ENV_CODER_AGENT_URL: &str = "CODER_AGENT_URL";
/// Access URL of Coder's CLI.
pub(crate) const ENV_CODER_URL: &str = "CODER_URL";

/// Session token.
pub(crate) const ENV_SESSION_TOKEN: &str = "AIBRIDGE_SESSION_TOKEN";
/// Token of the workspace owner as Coder gives it to builds.
pub(crate) const ENV_CODER_OWNER_TOKEN: &str = "CODER_WORKSPACE_OWNER_SESSION_TOKEN";
/// Session token of Coder's CLI.
pub(crate) const ENV_CODER_SESSION_TOKEN: &str = "CODER_SESSION_TOKEN";

/// File of PEM certificates: extra roots for the access URL.
pub(crate) const ENV_CA_CERTIFICATES_FILE: &str = "AIBRIDGE_CA_CERTIFICATES_FILE";

/// Returns the value of a variable; none if it is unset.
pub type Lookup = fn(&str) -> Option<String>;

/// Reads a variable of this process. One that is not UTF-8 counts as unset.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
