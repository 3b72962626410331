//! The URL of the proxy, as configured and with the token in it.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use settings::Secret;
use settings::authority::{self, Scheme, Subject, UrlError, UrlFault};

/// All characters but the unreserved ones of RFC 3986 §2.3 are encoded in
/// user information: a superset of what §3.2.1 requires, which every client
/// decodes.
const USER_INFO: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The setting, for its error messages.
const SUBJECT: Subject =
    Subject { name: "proxy URL", example: "http://aibridge-proxy.example.com:8888" };

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
    /// The text is not of the form `http(s)://host[:port]`.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let authority = authority::parse(text).map_err(|it| SUBJECT.error(it))?;
        let path_end = authority.rest.find(['?', '#']).unwrap_or(authority.rest.len());
        let (path, tail) = authority.rest.split_at(path_end);
        if !matches!(path, "" | "/") {
            return Err(SUBJECT.error(UrlFault::Path(path.to_owned())));
        }
        if tail.starts_with('?') {
            return Err(SUBJECT.error(UrlFault::Query));
        }
        if tail.starts_with('#') {
            return Err(SUBJECT.error(UrlFault::Fragment));
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
    pub(super) fn authenticated(&self, username: &str, token: &Secret) -> Secret {
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
