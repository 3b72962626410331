//! Variables of this process that a tool would inherit, and that undo what
//! `exec` does for it; pure.

use coder_client::workspace::ProxyUrl;
use settings::Lookup;

use super::verdict::{Check, Leg};
use crate::env::{
    ENV_GIT_SSL_NO_VERIFY, ENV_NODE_OPTIONS, ENV_NODE_TLS_REJECT_UNAUTHORIZED, ENV_NPM_PROXIES,
    ENV_PLAIN_PROXIES, ENV_PYTHONHTTPSVERIFY, ENV_SSL_CERT_DIR, ENV_TOOL_PROXIES,
};

#[cfg(test)]
mod tests;

/// Options of Node that change what it trusts or how it connects.
const NODE_OPTIONS: [(&str, &str); 5] = [
    ("--use-openssl-ca", "Node takes the roots of `SSL_CERT_FILE` instead of its own"),
    ("--no-use-env-proxy", "Node ignores the proxy variables"),
    ("--require", "a script that Node loads first may set up a proxy of its own"),
    ("-r", "a script that Node loads first may set up a proxy of its own"),
    ("--import", "a module that Node loads first may set up a proxy of its own"),
];

/// Every harmful variable; one check that passed if there is none.
pub(crate) fn check(env: &dyn Lookup, proxy: Option<&ProxyUrl>) -> Vec<Check> {
    let mut found = Vec::new();
    let mut warn = |name: &str, summary: String, hint: &str| {
        found.push(Check::warn(Leg::Environment, name, summary).hint(hint));
    };
    let value = |name: &str| env.non_empty(name).map(|it| it.to_string_lossy().into_owned());
    for name in ENV_PLAIN_PROXIES {
        if proxy.is_some() && value(name).and_then(|it| proxy_of(&it)).as_ref() == proxy {
            let summary =
                format!("`{name}` names the AI Bridge Proxy, which answers plain HTTP with 407");
            warn(name, summary, "unset it; the proxy is for HTTPS only");
        }
    }
    for name in ENV_NPM_PROXIES {
        if value(name).is_some() {
            let summary = format!("`{name}` is set, and npm prefers it to `HTTPS_PROXY`");
            warn(name, summary, "unset it for tools that npm starts");
        }
    }
    if let Some(options) = value(ENV_NODE_OPTIONS) {
        let words: Vec<&str> = options.split([' ', '=']).collect();
        for (option, effect) in NODE_OPTIONS {
            if words.contains(&option) {
                let summary = format!("`{ENV_NODE_OPTIONS}` has `{option}`: {effect}");
                warn(ENV_NODE_OPTIONS, summary, "remove it if a Node tool cannot connect");
            }
        }
    }
    let switches = [
        (ENV_NODE_TLS_REJECT_UNAUTHORIZED, "0", "Node"),
        (ENV_PYTHONHTTPSVERIFY, "0", "Python"),
        (ENV_GIT_SSL_NO_VERIFY, "", "git"),
    ];
    for (name, off, runtime) in switches {
        if value(name).is_some_and(|it| off.is_empty() || it == off) {
            let summary = format!("`{name}` makes {runtime} accept every certificate");
            warn(name, summary, "unset it: any system on the path could read the token");
        }
    }
    if value(ENV_SSL_CERT_DIR).is_some() {
        let summary = format!("`{ENV_SSL_CERT_DIR}` is set: it replaces the system's folders");
        warn(ENV_SSL_CERT_DIR, summary, "leave it unset; the bundle holds the system's roots");
    }
    if found.is_empty() {
        let summary = "no variable of this process undoes what `exec` sets";
        found.push(Check::pass(Leg::Environment, "variables", summary));
    }
    found
}

/// Whether this process already sends its traffic to the proxy: it runs under
/// `exec`, or the user has exported the variables by hand.
pub(crate) fn is_behind(env: &dyn Lookup, proxy: &ProxyUrl) -> bool {
    ENV_TOOL_PROXIES.iter().any(|it| {
        let value = env.non_empty(it).map(|it| it.to_string_lossy().into_owned());
        value.and_then(|it| proxy_of(&it)).as_ref() == Some(proxy)
    })
}

/// The entry of an exclusion list that excludes a host, as most tools read
/// it: `*`, the host, or a domain above it, with or without a dot in front.
pub(crate) fn excluded_by<'l>(list: &'l str, host: &str) -> Option<&'l str> {
    list.split(|it: char| it == ',' || it.is_whitespace()).filter(|it| !it.is_empty()).find(|it| {
        let entry = it.to_ascii_lowercase();
        let entry = entry.strip_suffix(":443").unwrap_or(&entry);
        let domain = entry.trim_start_matches('*').trim_start_matches('.');
        let above = host.strip_suffix(domain);
        entry == "*"
            || !domain.is_empty() && above.is_some_and(|it| it.is_empty() || it.ends_with('.'))
    })
}

/// The proxy in a variable's value, without the credentials.
fn proxy_of(value: &str) -> Option<ProxyUrl> {
    let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    ProxyUrl::parse(&format!("{scheme}://{rest}")).ok()
}
