//! The front part of a URL, `scheme://host[:port]`, taken apart strictly.
//!
//! General URL parsers repair what they get: they trim, fold backslashes, read
//! `http:host` and turn the number `8888` into an address. A setting that was
//! repaired is a setting that means something else than what was written, so
//! the split is done here, and only names and addresses go through the `url`
//! crate. Nothing of a text that may hold credentials is ever kept in a fault.

use url::Host;

/// The longest name that DNS can carry.
const MAX_HOST: usize = 253;

/// The longest label of a name.
const MAX_LABEL: usize = 63;

/// The two schemes that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Clear text; port 80 where none is written.
    Http,
    /// TLS; port 443 where none is written.
    Https,
}

impl Scheme {
    /// The scheme as it stands in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that is meant where none is written.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// What stands in front of the path, checked and in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority<'a> {
    pub scheme: Scheme,
    /// Lower case, without brackets; international names in ASCII form.
    pub host: String,
    /// Whether `host` is an IPv6 address, which is written in brackets.
    pub is_v6: bool,
    /// Only if it is written.
    pub port: Option<u16>,
    /// Everything from the first `/`, `?` or `#` on.
    pub rest: &'a str,
}

/// The faults that every URL setting shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Empty,
    Whitespace,
    NoScheme,
    OtherScheme(String),
    UserInfo,
    NoHost,
    BadHost(String),
    BadPort(String),
}

impl Authority<'_> {
    /// `host[:port]` with brackets where they belong.
    pub fn host_and_port(&self) -> String {
        let mut text = if self.is_v6 { format!("[{}]", self.host) } else { self.host.clone() };
        if let Some(port) = self.port {
            text.push(':');
            text.push_str(&port.to_string());
        }
        text
    }
}

/// Takes `text` apart. Credentials anywhere in it are the first thing refused,
/// so that no later fault can quote them.
pub fn parse(text: &str) -> Result<Authority<'_>, Fault> {
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    let Some((scheme, tail)) = text.split_once("://") else {
        return Err(if has_blank(text) { Fault::Whitespace } else { Fault::NoScheme });
    };
    if tail.contains('@') {
        return Err(Fault::UserInfo);
    }
    if has_blank(text) {
        return Err(Fault::Whitespace);
    }
    let scheme = parse_scheme(scheme)?;
    let end = tail.find(['/', '?', '#', '\\']).unwrap_or(tail.len());
    let (authority, rest) = tail.split_at(end);
    if rest.starts_with('\\') {
        return Err(Fault::BadHost(tail.to_owned()));
    }
    let (host, port) = split_port(authority)?;
    let (host, is_v6) = parse_host(host)?;
    let port = port.map(parse_port).transpose()?;
    Ok(Authority { scheme, host, is_v6, port, rest })
}

fn has_blank(text: &str) -> bool {
    text.chars().any(|it| it.is_whitespace() || it.is_control())
}

fn parse_scheme(scheme: &str) -> Result<Scheme, Fault> {
    let is_name = scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it));
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Ok(Scheme::Http),
        "https" => Ok(Scheme::Https),
        other if is_name => Err(Fault::OtherScheme(other.to_owned())),
        _ => Err(Fault::NoScheme),
    }
}

/// Separates `host` (with its brackets) from the text after the port's colon.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), Fault> {
    if authority.starts_with('[') {
        let Some(end) = authority.find(']') else {
            return Err(Fault::BadHost(authority.to_owned()));
        };
        let (host, tail) = authority.split_at(end + 1);
        return match tail.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if tail.is_empty() => Ok((host, None)),
            None => Err(Fault::BadHost(authority.to_owned())),
        };
    }
    match authority.split_once(':') {
        None => Ok((authority, None)),
        Some((_, port)) if port.contains(':') => Err(Fault::BadHost(authority.to_owned())),
        Some((host, port)) => Ok((host, Some(port))),
    }
}

fn parse_port(text: &str) -> Result<u16, Fault> {
    let is_number = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if is_number && port > 0 => Ok(port),
        _ => Err(Fault::BadPort(text.to_owned())),
    }
}

/// Checks a name or address and gives its canonical form without brackets.
fn parse_host(text: &str) -> Result<(String, bool), Fault> {
    if text.is_empty() || text == "[]" {
        return Err(Fault::NoHost);
    }
    let bad = || Fault::BadHost(text.to_owned());
    if text.contains('%') {
        return Err(bad());
    }
    match Host::parse(text).map_err(|_| bad())? {
        Host::Ipv6(address) => Ok((address.to_string(), true)),
        // `8888` and `0x7f.1` are addresses to the URL standard, to nobody else.
        Host::Ipv4(address) if address.to_string() == text => Ok((address.to_string(), false)),
        Host::Ipv4(_) => Err(bad()),
        Host::Domain(name) if is_name(&name) => Ok((name, false)),
        Host::Domain(_) => Err(bad()),
    }
}

/// Letters, digits, hyphen and underscore in labels; one dot may end the name.
/// Narrower than the URL standard, which lets `$`, quotes and `;` through.
fn is_name(name: &str) -> bool {
    let labels = name.strip_suffix('.').unwrap_or(name);
    name.len() <= MAX_HOST
        && labels.split('.').all(|label| {
            (1..=MAX_LABEL).contains(&label.len())
                && label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
        })
}

#[cfg(test)]
mod tests;
