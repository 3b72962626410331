//! The URL of the proxy, as configured and with the token in it.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;

use settings::Secret;
use settings::authority::{self, Fault, Scheme};

/// Everything but the unreserved characters of RFC 3986 §2.3 is encoded in
/// user information: a superset of what §3.2.1 asks for, which every client
/// decodes.
const USER_INFO: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An example for hints.
const EXAMPLE: &str = "http://aibridge-proxy.example.com:8888";

/// Why a text is no proxy URL. No variant holds anything that may be a
/// credential.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ProxyUrlError {
    /// Nothing is written.
    #[error("the proxy URL is empty")]
    Empty,
    /// A space, line break or control character stands in it.
    #[error("the proxy URL contains a space or a control character")]
    Whitespace,
    /// Not of the form `scheme://…`.
    #[error("the proxy URL has no scheme")]
    NoScheme,
    /// A scheme other than the two that the proxy speaks.
    #[error("the proxy URL has the scheme `{0}`")]
    OtherScheme(String),
    /// User name or password stand in it.
    #[error("the proxy URL contains user information")]
    UserInfo,
    /// The host is missing.
    #[error("the proxy URL has no host")]
    NoHost,
    /// The host is neither a name nor an address.
    #[error("`{0}` is not a host")]
    BadHost(String),
    /// The port is not a number from 1 to 65535.
    #[error("`{0}` is not a port")]
    BadPort(String),
    /// A path stands behind the host. One trailing slash is none.
    #[error("the proxy URL has the path `{0}`")]
    Path(String),
    /// `?…` stands in it.
    #[error("the proxy URL has a query")]
    Query,
    /// `#…` stands in it.
    #[error("the proxy URL has a fragment")]
    Fragment,
}

impl ProxyUrlError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            Self::NoScheme => {
                format!("write the scheme too, such as `{EXAMPLE}`, or `https://…` with TLS")
            }
            Self::OtherScheme(_) => "write `http://`, or `https://` for a listener with TLS".to_owned(),
            Self::UserInfo => {
                "write the URL without `user:password@`; user name and token are settings of their own".to_owned()
            }
            Self::BadHost(host) if host.contains(':') && !host.contains('[') => {
                format!("write an IPv6 address in brackets, such as `http://[{host}]:8888`")
            }
            Self::BadPort(_) => "write a port from 1 to 65535, or none for the scheme's own".to_owned(),
            Self::Path(_) | Self::Query | Self::Fragment => {
                format!("write only scheme, host and port, such as `{EXAMPLE}`")
            }
            Self::Empty | Self::Whitespace | Self::NoHost | Self::BadHost(_) => {
                format!("write scheme, host and port without spaces, such as `{EXAMPLE}`")
            }
        }
    }
}

impl From<Fault> for ProxyUrlError {
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

/// Where the proxy listens: `http(s)://host[:port]` and nothing else.
///
/// `Display` is the canonical form: scheme and host in lower case, the port
/// only if it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyUrl {
    scheme: Scheme,
    host: String,
    /// `host[:port]` with brackets where they belong.
    host_and_port: String,
    port: Option<u16>,
}

impl ProxyUrl {
    /// Reads a proxy URL; exactly one trailing slash counts as no path.
    ///
    /// # Errors
    ///
    /// Everything else that is not `http(s)://host[:port]` is refused.
    pub fn parse(text: &str) -> Result<Self, ProxyUrlError> {
        let authority = authority::parse(text)?;
        let path_end = authority.rest.find(['?', '#']).unwrap_or(authority.rest.len());
        let (path, tail) = authority.rest.split_at(path_end);
        if !matches!(path, "" | "/") {
            return Err(ProxyUrlError::Path(path.to_owned()));
        }
        if tail.starts_with('?') {
            return Err(ProxyUrlError::Query);
        }
        if tail.starts_with('#') {
            return Err(ProxyUrlError::Fragment);
        }
        Ok(Self {
            scheme: authority.scheme,
            host_and_port: authority.host_and_port(),
            port: authority.port,
            host: authority.host,
        })
    }

    /// Whether the way to the proxy is clear text or TLS.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host alone, lower case; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port that a client connects to, written or not.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.scheme.default_port())
    }

    /// `scheme://user:token@host[:port]`, user and token percent-encoded.
    ///
    /// An empty token gives an empty password: the URL stays well-formed, and
    /// the proxy answers it with 407.
    pub fn authenticated(&self, username: &str, token: &Secret) -> Secret {
        Secret::new(format!(
            "{}://{}:{}@{}",
            self.scheme.as_str(),
            utf8_percent_encode(username, USER_INFO),
            utf8_percent_encode(token.expose(), USER_INFO),
            self.host_and_port,
        ))
    }
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host_and_port)
    }
}

#[cfg(test)]
mod tests;
