//! What a proxy's answer to CONNECT means, without I/O.
//!
//! For a host that it intercepts, AI Bridge Proxy answers with 407 and a realm
//! without credentials; to any other host it opens a tunnel. So a request
//! without credentials distinguishes the two without exposing the token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use settings::Secret;

#[cfg(test)]
mod tests;

/// More than any proxy's head is long.
pub(crate) const HEAD_LIMIT: usize = 16 << 10;

/// The listener's response to a request that is not for a proxy.
const NO_PROXY_REQUEST: &str = "This is a proxy server. Does not respond to non-proxy requests.";

/// The response of Go's servers to clear text on a TLS port.
const SENT_HTTP_TO_HTTPS: &str = "Client sent an HTTP request to an HTTPS server";

/// The product's two names in the realm of 407.
const REALMS: [&str; 2] = ["Coder AI Gateway Proxy", "Coder AI Bridge Proxy"];

/// The head of an answer, as far as it is of interest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Head {
    /// Three digits.
    pub(crate) status: u16,
    /// The realm of `Proxy-Authenticate: Basic`.
    pub(crate) realm: Option<String>,
}

/// What came back on the connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Reply {
    /// A whole head.
    Head(Head),
    /// The end, without a byte.
    Closed,
    /// A TLS record in place of a head.
    Tls,
    /// Bytes that are neither HTTP nor TLS.
    NotHttp,
}

/// What the proxy does with a host.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Handling {
    /// It requires credentials before it opens TLS.
    Intercepted {
        /// The realm, if it is not one of the product's.
        foreign_realm: Option<String>,
    },
    /// It passes the bytes through: a tool's token would go to the vendor.
    Tunnelled,
    /// It would pass them through, if it could reach the host.
    TunnelFailed(u16),
    /// It closes without a response.
    Closed,
    /// It answers with another status, or not in HTTP.
    Unexpected(Reply),
}

/// What is at the other end of the listener.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Liveness {
    /// AI Bridge Proxy, by the text of its response.
    Proxy,
    /// TLS, where clear text was expected.
    SpeaksTls,
    /// Another server, or a load balancer in front of the proxy.
    Other(Reply),
}

/// Reads a head that ends in an empty line, or all that came before the end.
pub(crate) fn reply(bytes: &[u8]) -> Reply {
    if bytes.is_empty() {
        return Reply::Closed;
    }
    // A TLS record: alert or handshake, major version 3.
    if matches!(bytes, [0x15 | 0x16, 3, ..]) {
        return Reply::Tls;
    }
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let status = lines.next().and_then(status);
    let Some(status) = status else { return Reply::NotHttp };
    let realm = lines.take_while(|it| !it.is_empty()).find_map(realm);
    Reply::Head(Head { status, realm })
}

/// Judges the answer to a CONNECT without credentials.
pub(crate) fn handling(reply: Reply) -> Handling {
    match reply {
        Reply::Head(Head { status: 407, realm }) => {
            let foreign_realm = match realm {
                Some(realm) if REALMS.contains(&realm.as_str()) => None,
                realm => Some(realm.unwrap_or_default()),
            };
            Handling::Intercepted { foreign_realm }
        }
        Reply::Head(Head { status: 200..=299, .. }) => Handling::Tunnelled,
        Reply::Head(Head { status: status @ (403 | 502), .. }) => Handling::TunnelFailed(status),
        Reply::Closed => Handling::Closed,
        reply => Handling::Unexpected(reply),
    }
}

/// Judges the answer to `GET /` on the listener; `bytes` are head and body.
pub(crate) fn liveness(bytes: &[u8]) -> Liveness {
    let text = String::from_utf8_lossy(bytes);
    match reply(bytes) {
        Reply::Head(Head { status: 500, .. }) if text.contains(NO_PROXY_REQUEST) => Liveness::Proxy,
        Reply::Head(Head { status: 400, .. }) if text.contains(SENT_HTTP_TO_HTTPS) => {
            Liveness::SpeaksTls
        }
        Reply::Tls => Liveness::SpeaksTls,
        reply => Liveness::Other(reply),
    }
}

/// The request for a tunnel; the credentials are in it only if they are given.
pub(crate) fn request(authority: &str, credentials: Option<(&str, &Secret)>) -> Secret {
    let credentials = credentials.map_or(String::new(), |(username, token)| {
        format!("Proxy-Authorization: Basic {}\r\n", basic(username, token).expose())
    });
    Secret::new(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{credentials}\r\n"))
}

/// The credentials of RFC 7617.
pub(crate) fn basic(username: &str, token: &Secret) -> Secret {
    Secret::new(STANDARD.encode(format!("{username}:{}", token.expose())))
}

/// `HTTP/1.0` is what this proxy answers a CONNECT with.
fn status(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    let digits = rest.get(..3)?;
    let is_status = version.starts_with("HTTP/1.") && digits.bytes().all(|it| it.is_ascii_digit());
    if is_status { digits.parse().ok() } else { None }
}

fn realm(line: &str) -> Option<String> {
    let (name, value) = line.split_once(':')?;
    if !name.trim().eq_ignore_ascii_case("proxy-authenticate") {
        return None;
    }
    let (scheme, parameters) = value.trim().split_once(' ')?;
    let (_, quoted) = parameters.split_once("realm=\"")?;
    scheme.eq_ignore_ascii_case("basic").then(|| quoted.split('"').next())?.map(str::to_owned)
}
