//! The base URLs of AI Bridge, for tools that take one and so need no proxy.
//!
//! The product's documentation gives them with its new name from 2.35 on.
//! Before that, and where the version cannot be read, the old name is right:
//! every version answers to it.

use std::fmt;

use crate::access_url::AccessUrl;

/// The first version that answers to the new name.
const RENAMED: Version = Version { major: 2, minor: 35 };

/// A version of Coder, as far as behaviour depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The number before the first dot.
    pub major: u32,
    /// The number behind it.
    pub minor: u32,
}

impl Version {
    /// The first version that has AI Bridge Proxy.
    pub const FIRST_WITH_PROXY: Self = Self { major: 2, minor: 30 };

    /// Reads `v2.35.0+abcdef`, with or without the `v` and whatever follows the
    /// second number. `None` if there are no two numbers.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next()?;
        let digits = minor.bytes().take_while(u8::is_ascii_digit).count();
        Some(Self { major, minor: minor[..digits].parse().ok()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The base URL for tools that speak OpenAI's API.
pub fn openai(access_url: &AccessUrl, version: Option<Version>) -> String {
    below(access_url, version, "openai/v1")
}

/// The base URL for tools that speak Anthropic's API.
pub fn anthropic(access_url: &AccessUrl, version: Option<Version>) -> String {
    below(access_url, version, "anthropic")
}

fn below(access_url: &AccessUrl, version: Option<Version>, provider: &str) -> String {
    let product = if version >= Some(RENAMED) { "ai-gateway" } else { "aibridge" };
    access_url.endpoint(&format!("/api/v2/{product}/{provider}")).to_string()
}

#[cfg(test)]
mod tests;
