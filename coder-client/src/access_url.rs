//! The URL of a Coder deployment, and the addresses of its endpoints.

use std::fmt;

use url::Url;

use settings::authority::{self, Authority, Scheme, Subject, UrlError, UrlFault};

/// The setting, for its error messages.
const SUBJECT: Subject = Subject { name: "access URL", example: "https://coder.example.com" };

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
    /// The text is not of the form `http(s)://host[:port][/base]`.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let authority = authority::parse(text).map_err(|it| SUBJECT.error(it))?;
        if authority.rest.contains('#') {
            return Err(SUBJECT.error(UrlFault::Fragment));
        }
        if authority.rest.contains('?') {
            return Err(SUBJECT.error(UrlFault::Query));
        }
        let base = authority.rest.trim_end_matches('/');
        let written =
            format!("{}://{}{base}", authority.scheme.as_str(), authority.host_and_port());
        let Ok(url) = Url::parse(&written) else {
            return Err(SUBJECT.error(UrlFault::BadHost(authority.host)));
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

    /// Whether the deployment is reached over TLS.
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
