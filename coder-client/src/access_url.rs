//! The URL of a Coder deployment, and the addresses of its endpoints.

use std::fmt;

use thiserror::Error;
use url::Url;

use settings::authority::{self, Authority, Fault, Scheme};

/// Why a text is no access URL. No variant holds anything that may be a
/// credential.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AccessUrlError {
    /// Nothing is written.
    #[error("the access URL is empty")]
    Empty,
    /// A space, line break or control character stands in it.
    #[error("the access URL contains a space or a control character")]
    Whitespace,
    /// Not of the form `scheme://…`.
    #[error("the access URL has no scheme")]
    NoScheme,
    /// A scheme other than the two of the web.
    #[error("the access URL has the scheme `{0}`")]
    OtherScheme(String),
    /// User name or password stand in it.
    #[error("the access URL contains user information")]
    UserInfo,
    /// The host is missing.
    #[error("the access URL has no host")]
    NoHost,
    /// The host is neither a name nor an address.
    #[error("`{0}` is not a host")]
    BadHost(String),
    /// The port is not a number from 1 to 65535.
    #[error("`{0}` is not a port")]
    BadPort(String),
    /// `?…` stands in it.
    #[error("the access URL has a query")]
    Query,
    /// `#…` stands in it.
    #[error("the access URL has a fragment")]
    Fragment,
}

impl AccessUrlError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            Self::BadPort(_) => {
                "write a port from 1 to 65535, or none for the scheme's own".to_owned()
            }
            Self::UserInfo => {
                "write the URL without `user:password@`; the token is a setting of its own"
                    .to_owned()
            }
            Self::BadHost(host) if host.contains(':') && !host.contains('[') => {
                format!("write an IPv6 address in brackets, `https://[{host}]`")
            }
            _ => "write the URL of the deployment, such as `https://coder.example.com`".to_owned(),
        }
    }
}

impl From<Fault> for AccessUrlError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Empty => Self::Empty,
            Fault::Whitespace => Self::Whitespace,
            Fault::NoScheme => Self::NoScheme,
            Fault::OtherScheme(scheme) => Self::OtherScheme(scheme),
            Fault::UserInfo => Self::UserInfo,
            Fault::NoHost => Self::NoHost,
            Fault::BadHost(host) => Self::BadHost(host),
            Fault::BadPort(port) => Self::BadPort(port),
        }
    }
}

/// Where a deployment is reached: `http` or `https`, a host, perhaps a port
/// and a base path. It never ends with a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessUrl {
    url: Url,
    /// `url` without the slash that the `url` crate puts behind a bare host.
    text: String,
    host: String,
    scheme: Scheme,
}

impl AccessUrl {
    /// Reads an access URL. Coder's own variables give it with and without a
    /// trailing slash, so trailing slashes are dropped; a base path is kept.
    ///
    /// # Errors
    ///
    /// Everything else that is not `http(s)://host[:port][/base]` is refused.
    pub fn parse(text: &str) -> Result<Self, AccessUrlError> {
        let authority = authority::parse(text)?;
        if authority.rest.contains('#') {
            return Err(AccessUrlError::Fragment);
        }
        if authority.rest.contains('?') {
            return Err(AccessUrlError::Query);
        }
        let base = authority.rest.trim_end_matches('/');
        let written =
            format!("{}://{}{base}", authority.scheme.as_str(), authority.host_and_port());
        let Ok(url) = Url::parse(&written) else {
            return Err(AccessUrlError::BadHost(authority.host));
        };
        let text = url.as_str().trim_end_matches('/').to_owned();
        let Authority { scheme, host, .. } = authority;
        Ok(Self { url, text, host, scheme })
    }

    /// The host alone, lower case; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port that a client connects to, written or not.
    pub fn port(&self) -> u16 {
        self.url.port().unwrap_or(self.scheme.default_port())
    }

    /// The URL of `path` (which starts with `/`) below the base path.
    pub fn endpoint(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        url
    }

    /// The base path without a trailing slash; empty if there is none.
    pub(crate) fn base_path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// The URL as text, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Says whether the deployment is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }
}

impl fmt::Display for AccessUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
