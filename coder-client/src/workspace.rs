//! What provider and helper both compute from the settings of a proxy: its
//! URL, the exclusion list, the variables, and the names of our files.
//!
//! Everything here is a pure function, so that the provider knows it at plan
//! and the helper comes to the same result in the workspace.

mod no_proxy;
mod url;
mod variables;

pub use self::no_proxy::{merge_no_proxy, no_proxy};
pub use self::url::{ProxyUrl, ProxyUrlError};
pub use self::variables::{proxy_variables, trust_variables, variables};
pub use settings::authority::Scheme;

/// The user name in the proxy URL. The proxy ignores it; this is the
/// convention.
pub const DEFAULT_USERNAME: &str = "coder";

/// Where the CA certificate is kept unless told otherwise.
pub const DEFAULT_CERT_PATH: &str = "/tmp/aibridge-proxy/ca-cert.pem";

/// The unit that other scripts wait for. It is hard-coded in modules that use
/// the proxy, so it cannot change.
pub const DEFAULT_SYNC_UNIT: &str = "aibridge-proxy-setup";

/// The bundle (system roots, CA, extra CAs) beside the certificate.
pub fn bundle_path(cert_path: &str) -> String {
    sibling(cert_path, "ca-bundle.pem")
}

/// What appending variables get if there are extra CAs: the CA with those, so
/// that a listener of the proxy with a certificate of its own is trusted too,
/// and an intermediate CA has its root. Otherwise the certificate file itself.
pub fn appended_path(cert_path: &str, has_extra_cas: bool) -> String {
    if has_extra_cas { sibling(cert_path, "ca-extra.pem") } else { cert_path.to_owned() }
}

/// The bundle in Java's form beside the certificate, made on demand.
pub fn truststore_path(cert_path: &str) -> String {
    sibling(cert_path, "ca-truststore.p12")
}

/// The outcome of the last run, beside the certificate.
pub fn status_path(cert_path: &str) -> String {
    sibling(cert_path, "status.json")
}

/// The settings that the last set-up ran with, beside the certificate.
pub fn settings_path(cert_path: &str) -> String {
    sibling(cert_path, "settings.json")
}

/// Replaces the last component. The path belongs to the workspace, whose
/// system may be another one than ours, so it is text and not a `Path`:
/// backslashes separate unless it starts with a slash.
fn sibling(path: &str, name: &str) -> String {
    let separators: &[char] = if path.starts_with('/') { &['/'] } else { &['/', '\\'] };
    let end = path.rfind(separators).map_or(0, |it| it + 1);
    format!("{}{name}", &path[..end])
}

#[cfg(test)]
mod tests;
