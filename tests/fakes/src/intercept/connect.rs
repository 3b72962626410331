//! The head of a proxy request and what it asks for, without I/O.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What the first request on a connection is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// CONNECT, with its target as written and the credentials if they are
    /// usable.
    Connect { target: String, credentials: Option<(String, String)> },
    /// An absolute-form request, which the daemon never serves.
    Absolute(String),
    /// An origin-form request, as a probe sends.
    Origin(String),
}

/// Reads a head that ends in an empty line; nothing if it is no HTTP.
pub(super) fn parse(head: &str) -> Option<Ask> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?.to_owned());
    if !words.next()?.starts_with("HTTP/1.") {
        return None;
    }
    if method != "CONNECT" {
        let origin = target.starts_with('/') || target == "*";
        return Some(if origin { Ask::Origin(target) } else { Ask::Absolute(target) });
    }
    let value = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("proxy-authorization").then_some(value)
    });
    Some(Ask::Connect { target, credentials: value.and_then(credentials) })
}

/// User name and token; only Basic works, and an empty password counts as
/// missing.
fn credentials(value: &str) -> Option<(String, String)> {
    let fields: Vec<&str> = value.split_whitespace().collect();
    let [scheme, encoded] = fields.as_slice() else { return None };
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (username, token) = decoded.split_once(':')?;
    (!token.is_empty()).then(|| (username.to_owned(), token.to_owned()))
}

/// Host (lower case, without brackets) and port of a target; nothing without a
/// usable port.
pub(super) fn authority(target: &str) -> Option<(String, u16)> {
    let (host, port) = target.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Some((host.to_lowercase(), port.parse().ok()?))
}

/// The ranges that tunnels are refused for; the ones that a test can meet.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
