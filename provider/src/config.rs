//! Provider block and environment become settings; pure.
//!
//! Configuration beats environment. Values of the block may be unknown while
//! Terraform plans, and stay so here until something needs them.
//!
//! Inside a Coder build only the two variables that Coder sets for that build
//! are read, even if they are empty: Coder strips its own variables from the
//! environment of the host that runs Terraform, but not ours, and a token left
//! there must not become every user's.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use settings::Secret;
use settings::authority::UrlError;
use settings::duration;
use tfplugin::model::{Attr, Sensitive};

use crate::env::{
    ENV_ACCESS_URL, ENV_CA_CERTIFICATES_FILE, ENV_CODER_AGENT_URL, ENV_CODER_BUILD_ID,
    ENV_CODER_OWNER_TOKEN, ENV_CODER_SESSION_TOKEN, ENV_CODER_URL, ENV_SESSION_TOKEN,
};

/// Deadline of one request if none is configured.
pub(crate) const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Retries of a request if nothing is configured.
pub(crate) const DEFAULT_MAX_RETRIES: u32 = 3;

/// Where the access URL is looked for outside a Coder build.
const ACCESS_URL_VARIABLES: [&str; 3] = [ENV_ACCESS_URL, ENV_CODER_AGENT_URL, ENV_CODER_URL];

/// Where the token is looked for outside a Coder build.
const SESSION_TOKEN_VARIABLES: [&str; 3] =
    [ENV_SESSION_TOKEN, ENV_CODER_OWNER_TOKEN, ENV_CODER_SESSION_TOKEN];

tfplugin::model! {
    /// The provider block.
    pub struct Block {
        /// Access URL of the deployment.
        pub access_url: Attr<String>,
        /// Session token.
        pub session_token: Attr<Sensitive>,
        /// PEM of extra roots for the access URL.
        pub ca_certificates: Attr<String>,
        /// Deadline of one request.
        pub request_timeout: Attr<String>,
        /// Retries of a request.
        pub max_retries: Attr<i64>,
    }
}

/// What the provider works with where a resource does not say otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) access_url: Attr<AccessUrl>,
    /// Null and empty both mean that there is none.
    pub(crate) session_token: Attr<Secret>,
    pub(crate) ca_certificates: CaCertificates,
    pub(crate) request_timeout: Duration,
    pub(crate) max_retries: u32,
    /// Coder builds a workspace: whatever a state holds of tokens is of an earlier build.
    pub(crate) is_coder_build: bool,
}

/// Where extra roots for the access URL come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CaCertificates {
    None,
    Unknown,
    Pem(String),
    File(PathBuf),
}

/// A variable whose value is no access URL.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the variable `{variable}` holds no access URL")]
pub(crate) struct ConfigError {
    pub(crate) variable: &'static str,
    #[source]
    pub(crate) fault: UrlError,
}

/// Settles what is used: the block, which its schema has validated, then the
/// environment, then defaults.
///
/// # Errors
/// A variable that is read and unusable.
pub(crate) fn settle(
    block: Block,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Settings, ConfigError> {
    let environment = Environment::read(lookup);
    let access_url = match block.access_url {
        Attr::Unknown => Attr::Unknown,
        // An invalid one was refused when the block was validated.
        Attr::Known(text) => AccessUrl::parse(&text).map_or(Attr::Unknown, Attr::Known),
        Attr::Null => environment.access_url()?.into(),
    };
    let session_token = match block.session_token {
        Attr::Unknown => Attr::Unknown,
        Attr::Known(token) => Attr::Known(Secret::new(token.expose())),
        Attr::Null => environment.session_token.into(),
    };
    let ca_certificates = match block.ca_certificates {
        Attr::Unknown => CaCertificates::Unknown,
        Attr::Known(pem) => CaCertificates::Pem(pem),
        Attr::Null => environment
            .ca_certificates_file
            .map_or(CaCertificates::None, |path| CaCertificates::File(path.into())),
    };
    let request_timeout = block.request_timeout.as_str().and_then(|it| duration::parse(it).ok());
    let max_retries = block.max_retries.into_known().and_then(|it| u32::try_from(it).ok());
    Ok(Settings {
        access_url,
        session_token,
        ca_certificates,
        request_timeout: request_timeout.unwrap_or(DEFAULT_REQUEST_TIMEOUT),
        max_retries: max_retries.unwrap_or(DEFAULT_MAX_RETRIES),
        is_coder_build: environment.is_coder_build,
    })
}

/// What the environment says, whichever variables may speak.
struct Environment {
    /// The variable and its value.
    access_url: Option<(&'static str, String)>,
    session_token: Option<Secret>,
    ca_certificates_file: Option<String>,
    is_coder_build: bool,
}

impl Environment {
    fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let non_empty = |name| lookup(name).filter(|value| !value.is_empty());
        if non_empty(ENV_CODER_BUILD_ID).is_some() {
            return Self {
                access_url: non_empty(ENV_CODER_AGENT_URL)
                    .map(|value| (ENV_CODER_AGENT_URL, value)),
                session_token: non_empty(ENV_CODER_OWNER_TOKEN).map(Secret::new),
                ca_certificates_file: None,
                is_coder_build: true,
            };
        }
        let first = |names: [&'static str; 3]| {
            names.into_iter().find_map(|name| non_empty(name).map(|value| (name, value)))
        };
        Self {
            access_url: first(ACCESS_URL_VARIABLES),
            session_token: first(SESSION_TOKEN_VARIABLES).map(|(_, value)| Secret::new(value)),
            ca_certificates_file: non_empty(ENV_CA_CERTIFICATES_FILE),
            is_coder_build: false,
        }
    }

    fn access_url(&self) -> Result<Option<AccessUrl>, ConfigError> {
        let Some((variable, value)) = &self.access_url else { return Ok(None) };
        AccessUrl::parse(value).map(Some).map_err(|fault| ConfigError { variable, fault })
    }
}
