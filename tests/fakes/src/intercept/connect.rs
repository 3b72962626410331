//! The head of a proxy request, its target and credentials, and the blocked
//! addresses, without I/O.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::contract::connect::{Author, BLOCKED_RANGES};

/// User name and token.
pub(super) type Credentials = (String, String);

/// The first request on a connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ProxyRequest {
    /// CONNECT, with its target as written, and with the credentials if they
    /// can be used.
    Connect { target: String, credentials: Option<Credentials> },
    /// An absolute-form request, which the daemon never serves.
    Absolute(String),
    /// An origin-form request, as a probe sends.
    Origin(String),
}

/// Reads a head that ends in an empty line; none if it is no HTTP.
pub(super) fn parse(head: &str) -> Option<ProxyRequest> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?.to_owned());
    if !words.next()?.starts_with("HTTP/1.") {
        return None;
    }
    if method != "CONNECT" {
        let origin = target.starts_with('/') || target == "*";
        return Some(if origin {
            ProxyRequest::Origin(target)
        } else {
            ProxyRequest::Absolute(target)
        });
    }
    let value = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("proxy-authorization").then_some(value)
    });
    Some(ProxyRequest::Connect { target, credentials: value.and_then(credentials) })
}

/// User name and token; only Basic works, and an empty password counts as
/// missing.
fn credentials(value: &str) -> Option<Credentials> {
    let fields: Vec<&str> = value.split_whitespace().collect();
    let [scheme, encoded] = fields.as_slice() else { return None };
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (username, token) = decoded.split_once(':')?;
    (!token.is_empty()).then(|| (username.to_owned(), token.to_owned()))
}

/// Host (lower case, without brackets) and port of a target; none if either is
/// missing.
pub(super) fn authority(target: &str) -> Option<(String, u16)> {
    let (host, port) = target.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_port = port.bytes().all(|it| it.is_ascii_digit());
    (is_port && !host.is_empty()).then_some((host.to_lowercase(), port.parse().ok()?))
}

/// Whether Coder's daemon refuses tunnels to `address`.
pub(super) fn is_blocked(address: IpAddr) -> bool {
    let address = address.to_canonical();
    let mut ranges = BLOCKED_RANGES.iter().filter(|it| it.author == Author::Coder);
    ranges.any(|range| {
        let first: IpAddr = range.first.parse().expect("a range begins with an address");
        contains(first, range.prefix, address)
    })
}

fn contains(first: IpAddr, prefix: u8, address: IpAddr) -> bool {
    let is_within = |shared_bits: u32| shared_bits >= u32::from(prefix);
    match (first, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) => is_within((a.to_bits() ^ b.to_bits()).leading_zeros()),
        (IpAddr::V6(a), IpAddr::V6(b)) => is_within((a.to_bits() ^ b.to_bits()).leading_zeros()),
        _ => false,
    }
}
