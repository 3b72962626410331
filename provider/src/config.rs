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

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use settings::{Fault, Lookup, Reader, Secret, Setting, Spec, Variable};
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

/// The access URL.
const ACCESS_URL: Spec = Spec {
    variables: &[
        Variable::new(ENV_ACCESS_URL),
        Variable::new(ENV_CODER_AGENT_URL),
        Variable::new(ENV_CODER_URL),
    ],
    ..Spec::NONE
};

/// The session token.
const SESSION_TOKEN: Spec = Spec {
    variables: &[
        Variable::new(ENV_SESSION_TOKEN),
        Variable::new(ENV_CODER_OWNER_TOKEN),
        Variable::new(ENV_CODER_SESSION_TOKEN),
    ],
    ..Spec::NONE
};

/// The file of extra roots.
const CA_CERTIFICATES_FILE: Spec =
    Spec { variables: &[Variable::new(ENV_CA_CERTIFICATES_FILE)], ..Spec::NONE };

/// The variables that are read inside a Coder build.
const CODER_BUILD_VARIABLES: [&str; 2] = [ENV_CODER_AGENT_URL, ENV_CODER_OWNER_TOKEN];

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

/// The environment variables that may be read.
struct Environment<F> {
    lookup: F,
    is_coder_build: bool,
}

/// Resolves the settings: the block, then the environment, then defaults.
///
/// # Errors
/// A variable that is read and cannot be used.
pub(crate) fn resolve(
    block: Block,
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Settings, Fault> {
    let environment = Environment::new(lookup);
    let reader = Reader::new(&environment, "");
    let access_url = match block.access_url.map(|it| AccessUrl::clone(&it)) {
        Attr::Null => value(
            reader
                .text(&ACCESS_URL, None, None)
                .parse(|text| AccessUrl::parse(&text), |err| Some(err.hint())),
        )?,
        configured => configured,
    };
    let session_token = match block.session_token.map(|it| it.secret().clone()) {
        Attr::Null => {
            let token = reader.text(&SESSION_TOKEN, None, None);
            value(token.map(|text| Secret::new(text.into_owned())))?
        }
        configured => configured,
    };
    let extra_roots = match block.ca_certificates {
        Attr::Unknown => ExtraRoots::Unknown,
        Attr::Known(certificates) => ExtraRoots::Block(Certificates::clone(&certificates)),
        Attr::Null => match value(reader.path(&CA_CERTIFICATES_FILE, None, None))? {
            Attr::Known(path) => ExtraRoots::File(path.into_owned()),
            Attr::Null | Attr::Unknown => ExtraRoots::None,
        },
    };
    let request_timeout = block.request_timeout.as_known().map(|it| **it);
    let max_retries = block.max_retries.into_known().and_then(|it| u32::try_from(it).ok());
    Ok(Settings {
        access_url,
        session_token,
        extra_roots,
        request_timeout: request_timeout.unwrap_or(DEFAULT_REQUEST_TIMEOUT),
        max_retries: max_retries.unwrap_or(DEFAULT_MAX_RETRIES),
        is_coder_build: environment.is_coder_build,
    })
}

/// The value of a variable, null if none is set.
fn value<T>(setting: Setting<T>) -> Result<Attr<T>, Fault> {
    match setting {
        Setting::Known { value, .. } => Ok(Attr::Known(value)),
        Setting::Missing => Ok(Attr::Null),
        Setting::Faulty { fault, .. } => Err(fault),
    }
}

impl<F: Fn(&str) -> Option<String>> Environment<F> {
    fn new(lookup: F) -> Self {
        let is_coder_build = lookup(ENV_CODER_BUILD_ID).is_some_and(|it| !it.is_empty());
        Self { lookup, is_coder_build }
    }
}

impl<F: Fn(&str) -> Option<String>> Lookup for Environment<F> {
    fn raw(&self, name: &str) -> Option<OsString> {
        let is_readable = !self.is_coder_build || CODER_BUILD_VARIABLES.contains(&name);
        (self.lookup)(name).filter(|_| is_readable).map(OsString::from)
    }
}
