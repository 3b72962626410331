//! The exclusion list: hosts that are reached without the proxy.

use std::fmt;

use crate::access_url::AccessUrl;

/// What always goes direct: the workspace itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Hosts that tools reach directly, each once. `Display` joins them with commas
/// and no spaces: other forms are not portable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoProxy(Vec<String>);

impl NoProxy {
    /// Loopback, the deployment's own host, then `extra`, in this order.
    ///
    /// An entry of `extra` may itself be a comma-separated list; blanks around
    /// entries and empty ones are dropped. Repetitions are found without regard to
    /// case, the first spelling stays.
    pub fn new(access_url: Option<&AccessUrl>, extra: &[String]) -> Self {
        let access_host = access_url.map(AccessUrl::host);
        let entries =
            LOOPBACK.into_iter().chain(access_host).chain(extra.iter().flat_map(|it| split(it)));
        Self(distinct(entries))
    }

    /// This list behind one that a process has inherited.
    #[must_use]
    pub fn after(&self, inherited: &str) -> Self {
        Self(distinct(split(inherited).chain(self.0.iter().map(String::as_str))))
    }

    /// The hosts, in their order.
    pub fn into_hosts(self) -> Vec<String> {
        self.0
    }
}

impl fmt::Display for NoProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// Tools accept commas and, some of them, blanks between entries.
fn split(list: &str) -> impl Iterator<Item = &str> {
    list.split(|it: char| it == ',' || it.is_whitespace()).filter(|it| !it.is_empty())
}

fn distinct<'a>(entries: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for entry in entries {
        if !list.iter().any(|it| it.eq_ignore_ascii_case(entry)) {
            list.push(entry.to_owned());
        }
    }
    list
}

#[cfg(test)]
mod tests;
