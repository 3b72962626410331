//! The provider's settings, resolved from its block and the environment; pure.
//!
//! The block takes precedence. Its values may be unknown while Terraform plans, and stay
//! unknown here until an operation needs them.
//!
//! Inside a Coder build only the two variables that Coder sets for that build are read,
//! even if they are empty: Coder strips its own variables from the environment of the host
//! that runs Terraform, but not those of this provider, and a token left there must not be
//! used for every workspace owner.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use settings::Secret;
use settings::authority::UrlError;
use tfplugin::model::Attr;

use crate::env::{
    ENV_ACCESS_URL, ENV_CA_CERTIFICATES_FILE, ENV_CODER_AGENT_URL, ENV_CODER_BUILD_ID,
    ENV_CODER_OWNER_TOKEN, ENV_CODER_SESSION_TOKEN, ENV_CODER_URL, ENV_SESSION_TOKEN,
};
use crate::parsed::{Certificates, Parsed, Token};

/// Timeout of one request if none is configured.
pub(crate) const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Retries of a request if nothing is configured.
pub(crate) const DEFAULT_MAX_RETRIES: u32 = 3;

/// The variables of the access URL outside a Coder build, in order.
const ACCESS_URL_VARIABLES: [&str; 3] = [ENV_ACCESS_URL, ENV_CODER_AGENT_URL, ENV_CODER_URL];

/// The variables of the token outside a Coder build, in order.
const SESSION_TOKEN_VARIABLES: [&str; 3] =
    [ENV_SESSION_TOKEN, ENV_CODER_OWNER_TOKEN, ENV_CODER_SESSION_TOKEN];

tfplugin::model! {
    /// The provider block.
    pub struct Block {
        /// Access URL of the deployment.
        pub(crate) access_url: Attr<Parsed<AccessUrl>>,
        /// Session token.
        pub(crate) session_token: Attr<Token>,
        /// Extra roots for the access URL.
        pub(crate) ca_certificates: Attr<Parsed<Certificates>>,
        /// Timeout of one request.
        pub(crate) request_timeout: Attr<Parsed<Duration>>,
        /// Retries of a request.
        pub(crate) max_retries: Attr<i64>,
    }
}

/// The settings that apply where a resource does not override them.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) access_url: Attr<AccessUrl>,
    /// Null and empty both mean that there is none.
    pub(crate) session_token: Attr<Secret>,
    pub(crate) extra_roots: ExtraRoots,
    pub(crate) request_timeout: Duration,
    pub(crate) max_retries: u32,
    /// This is a Coder build: a token in the state is one of an earlier build.
    pub(crate) is_coder_build: bool,
}

/// Where extra roots for the access URL come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExtraRoots {
    /// There are none.
    None,
    /// The block is not known yet.
    Unknown,
    /// The block contains them.
    Block(Certificates),
    /// The environment names a file.
    File(PathBuf),
}

/// An environment variable whose value is no access URL.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the environment variable `{variable}` is no access URL")]
pub(crate) struct ConfigError {
    pub(crate) variable: &'static str,
    #[source]
    pub(crate) source: UrlError,
}

/// Resolves the settings: the block, then the environment, then defaults.
///
/// # Errors
/// A variable that is read and cannot be used.
pub(crate) fn resolve(
    block: Block,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Settings, ConfigError> {
    let environment = Environment::read(lookup);
    let access_url = match block.access_url.map(|it| AccessUrl::clone(&it)) {
        Attr::Null => environment.access_url()?.into(),
        configured => configured,
    };
    let session_token = block.session_token.map(|it| it.secret().clone());
    let extra_roots = match block.ca_certificates {
        Attr::Unknown => ExtraRoots::Unknown,
        Attr::Known(certificates) => ExtraRoots::Block(Certificates::clone(&certificates)),
        Attr::Null => environment
            .ca_certificates_file
            .map_or(ExtraRoots::None, |path| ExtraRoots::File(path.into())),
    };
    let request_timeout = block.request_timeout.as_known().map(|it| **it);
    let max_retries = block.max_retries.into_known().and_then(|it| u32::try_from(it).ok());
    Ok(Settings {
        access_url,
        session_token: session_token.or(environment.session_token.into()),
        extra_roots,
        request_timeout: request_timeout.unwrap_or(DEFAULT_REQUEST_TIMEOUT),
        max_retries: max_retries.unwrap_or(DEFAULT_MAX_RETRIES),
        is_coder_build: environment.is_coder_build,
    })
}

/// The values of the environment variables that may be read.
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
        AccessUrl::parse(value).map(Some).map_err(|source| ConfigError { variable, source })
    }
}
