//! The front part of a URL, `scheme://host[:port]`, split strictly.
//!
//! General URL parsers repair their input: they trim, fold backslashes, read
//! `http:host` and turn the number `8888` into an address. A repaired setting
//! differs from the written one, so the split is done here, and only names and
//! addresses go through the `url` crate. A fault keeps nothing of a text that may
//! hold credentials.

use std::fmt;

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
    /// The text from the first `/`, `?` or `#` on.
    pub rest: &'a str,
}

/// Which setting a URL is the value of, for its error messages.
#[derive(Debug, PartialEq, Eq)]
pub struct Subject {
    /// The setting's name in a sentence, such as `proxy URL`.
    pub name: &'static str,
    /// A value that is right, for hints.
    pub example: &'static str,
}

/// Why a text is not the URL that a setting takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlError {
    /// The setting.
    pub subject: &'static Subject,
    /// What is wrong. No variant holds anything that may be a credential.
    pub fault: UrlFault,
}

/// What is wrong with a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlFault {
    /// The text is empty.
    Empty,
    /// A space, line break or control character stands in it.
    Whitespace,
    /// It is not of the form `scheme://…`.
    NoScheme,
    /// The scheme is neither `http` nor `https`.
    OtherScheme(String),
    /// User name or password stand in it.
    UserInfo,
    /// The host is missing.
    NoHost,
    /// The host is neither a name nor an address.
    BadHost(String),
    /// The port is not a number from 1 to 65535.
    BadPort(String),
    /// A path follows where none is allowed.
    Path(String),
    /// `?…` stands in it.
    Query,
    /// `#…` stands in it.
    Fragment,
}

impl UrlError {
    /// What to write instead.
    pub fn hint(&self) -> String {
        let example = self.subject.example;
        match &self.fault {
            UrlFault::NoScheme => {
                format!("write the scheme too, such as `{example}`; `https://` means TLS")
            }
            UrlFault::OtherScheme(_) => "write `http://`, or `https://` for TLS".to_owned(),
            UrlFault::UserInfo => {
                "write the URL without `user:password@`; user name and token are settings of \
                 their own"
                    .to_owned()
            }
            UrlFault::BadHost(host) if host.contains(':') && !host.contains('[') => {
                format!("write an IPv6 address in brackets, such as `http://[{host}]:8888`")
            }
            UrlFault::BadPort(_) => {
                "write a port from 1 to 65535, or none for the scheme's own".to_owned()
            }
            UrlFault::Path(_) | UrlFault::Query | UrlFault::Fragment => {
                format!("write only scheme, host and port, such as `{example}`")
            }
            UrlFault::Empty | UrlFault::Whitespace | UrlFault::NoHost | UrlFault::BadHost(_) => {
                format!("write scheme and host without spaces, such as `{example}`")
            }
        }
    }
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.subject.name;
        match &self.fault {
            UrlFault::Empty => write!(f, "the {name} is empty"),
            UrlFault::Whitespace => write!(f, "the {name} contains a space or a control character"),
            UrlFault::NoScheme => write!(f, "the {name} has no scheme"),
            UrlFault::OtherScheme(scheme) => write!(f, "the {name} has the scheme `{scheme}`"),
            UrlFault::UserInfo => write!(f, "the {name} contains user information"),
            UrlFault::NoHost => write!(f, "the {name} has no host"),
            UrlFault::BadHost(host) => write!(f, "`{host}` is not a host"),
            UrlFault::BadPort(port) => write!(f, "`{port}` is not a port"),
            UrlFault::Path(path) => write!(f, "the {name} has the path `{path}`"),
            UrlFault::Query => write!(f, "the {name} has a query"),
            UrlFault::Fragment => write!(f, "the {name} has a fragment"),
        }
    }
}

impl std::error::Error for UrlError {}

impl Subject {
    /// The error of a URL of this setting.
    pub fn error(&'static self, fault: UrlFault) -> UrlError {
        UrlError { subject: self, fault }
    }
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

/// Splits `text`. Credentials anywhere in it are refused first, so that no later
/// fault can quote them.
///
/// # Errors
///
/// The first fault of scheme, host and port; never one of what follows them.
pub fn parse(text: &str) -> Result<Authority<'_>, UrlFault> {
    if text.is_empty() {
        return Err(UrlFault::Empty);
    }
    let Some((scheme, tail)) = text.split_once("://") else {
        return Err(if has_blank(text) { UrlFault::Whitespace } else { UrlFault::NoScheme });
    };
    if tail.contains('@') {
        return Err(UrlFault::UserInfo);
    }
    if has_blank(text) {
        return Err(UrlFault::Whitespace);
    }
    let scheme = parse_scheme(scheme)?;
    let end = tail.find(['/', '?', '#', '\\']).unwrap_or(tail.len());
    let (authority, rest) = tail.split_at(end);
    if rest.starts_with('\\') {
        return Err(UrlFault::BadHost(tail.to_owned()));
    }
    let (host, port) = split_port(authority)?;
    let (host, is_v6) = parse_host(host)?;
    let port = port.map(parse_port).transpose()?;
    Ok(Authority { scheme, host, is_v6, port, rest })
}

fn has_blank(text: &str) -> bool {
    text.chars().any(|it| it.is_whitespace() || it.is_control())
}

fn parse_scheme(scheme: &str) -> Result<Scheme, UrlFault> {
    let is_name = scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it));
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Ok(Scheme::Http),
        "https" => Ok(Scheme::Https),
        other if is_name => Err(UrlFault::OtherScheme(other.to_owned())),
        _ => Err(UrlFault::NoScheme),
    }
}

/// Separates `host` (with its brackets) from the text after the port's colon.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), UrlFault> {
    if authority.starts_with('[') {
        let Some(end) = authority.find(']') else {
            return Err(UrlFault::BadHost(authority.to_owned()));
        };
        let (host, tail) = authority.split_at(end + 1);
        return match tail.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if tail.is_empty() => Ok((host, None)),
            None => Err(UrlFault::BadHost(authority.to_owned())),
        };
    }
    match authority.split_once(':') {
        None => Ok((authority, None)),
        Some((_, port)) if port.contains(':') => Err(UrlFault::BadHost(authority.to_owned())),
        Some((host, port)) => Ok((host, Some(port))),
    }
}

fn parse_port(text: &str) -> Result<u16, UrlFault> {
    let is_number = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if is_number && port > 0 => Ok(port),
        _ => Err(UrlFault::BadPort(text.to_owned())),
    }
}

/// Checks a name or address and gives its canonical form without brackets.
fn parse_host(text: &str) -> Result<(String, bool), UrlFault> {
    if text.is_empty() || text == "[]" {
        return Err(UrlFault::NoHost);
    }
    let bad = || UrlFault::BadHost(text.to_owned());
    if text.contains('%') {
        return Err(bad());
    }
    match Host::parse(text).map_err(|_| bad())? {
        Host::Ipv6(address) => Ok((address.to_string(), true)),
        // `8888` and `0x7f.1` are addresses in the URL standard only.
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
