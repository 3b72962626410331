//! The exclusion list: hosts that are reached without the proxy.

use crate::access_url::AccessUrl;

/// What always goes direct: the workspace itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Loopback, the deployment's own host, then `extra`, each once and in this
/// order.
///
/// An entry of `extra` may itself be a comma-separated list; blanks around
/// entries and empty ones are dropped. Repetitions are found without regard to
/// case, the first spelling stays.
pub fn no_proxy(access_url: Option<&AccessUrl>, extra: &[String]) -> Vec<String> {
    let access_host = access_url.map(AccessUrl::host);
    let entries =
        LOOPBACK.into_iter().chain(access_host).chain(extra.iter().flat_map(|it| split(it)));
    distinct(entries)
}

/// Joins an inherited list with ours: comma-separated without spaces (other
/// forms are not portable), the inherited entries first, each once.
pub fn merge_no_proxy(inherited: &str, ours: &[String]) -> String {
    distinct(split(inherited).chain(ours.iter().flat_map(|it| split(it)))).join(",")
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
