//! The variables that bring a tool's traffic to the proxy and make it trust
//! what the proxy shows.
//!
//! Which variable adds to a runtime's own roots and which replaces them was
//! looked up for each; a replacing one that got the CA alone would break every
//! other TLS connection of that tool.

use std::collections::BTreeMap;

use settings::Secret;

/// These add to the roots that the runtime brings: they get the CA, and with it
/// the extra CAs if there are any.
const APPENDING: [&str; 2] = ["DENO_CERT", "NODE_EXTRA_CA_CERTS"];

/// These replace the roots: they get the bundle. Codex adds every certificate
/// of its file, and takes the bundle too, so that extra CAs reach it.
const REPLACING: [&str; 13] = [
    "AWS_CA_BUNDLE",
    "CARGO_HTTP_CAINFO",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
    "CODEX_CA_CERTIFICATE",
    "CURL_CA_BUNDLE",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_SSL_CAINFO",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "NIX_SSL_CERT_FILE",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "npm_config_cafile",
];

/// Both letter cases: tools disagree on which they read.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// `HTTP_PROXY` and `ALL_PROXY` never: the proxy answers plain HTTP with 407.
const HTTPS_PROXY: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];

/// Makes Node's own HTTP client read the proxy variables (22.21, 24.5 and
/// later); older ones ignore it.
const NODE_USE_ENV_PROXY: &str = "NODE_USE_ENV_PROXY";

/// The variables without the proxy URL. `no_proxy` is the joined exclusion list.
pub(super) fn trust(
    appended_path: &str,
    bundle_path: &str,
    no_proxy: &str,
) -> BTreeMap<&'static str, String> {
    let appending = APPENDING.map(|it| (it, appended_path.to_owned()));
    let replacing = REPLACING.map(|it| (it, bundle_path.to_owned()));
    let excluding = NO_PROXY.map(|it| (it, no_proxy.to_owned()));
    let switching = [(NODE_USE_ENV_PROXY, "1".to_owned())];
    appending.into_iter().chain(replacing).chain(excluding).chain(switching).collect()
}

/// The two variables that name the proxy, with the token in their value.
pub(super) fn proxy(auth_url: &Secret) -> BTreeMap<&'static str, Secret> {
    HTTPS_PROXY.into_iter().map(|it| (it, auth_url.clone())).collect()
}

#[cfg(test)]
mod tests;
