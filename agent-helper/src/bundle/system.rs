//! The roots that this machine trusts, as PEM text.
//!
//! `SSL_CERT_FILE` and its like are not looked at: under `exec` they name our
//! own bundle.

use std::fs;
use std::path::Path;

use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use super::{blocks, encode};

/// Where distributions keep all roots in one file, the most common first.
pub const FILES: [&str; 7] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/cacert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];

/// The first of `files` that holds a certificate; if there is none, what the
/// platform's own store holds, and else Mozilla's roots, which are compiled in.
pub fn roots(files: &[impl AsRef<Path>]) -> Vec<u8> {
    files
        .iter()
        .filter_map(|it| fs::read(it).ok())
        .find(|it| blocks(it).next().is_some())
        .unwrap_or_else(|| platform().unwrap_or_else(mozilla))
}

/// Mozilla's roots as PEM.
pub fn mozilla() -> Vec<u8> {
    TLS_SERVER_ROOT_CERTS.iter().map(|it| encode(it)).collect::<String>().into_bytes()
}

#[cfg(any(target_os = "macos", windows))]
fn platform() -> Option<Vec<u8>> {
    let found = rustls_native_certs::load_native_certs().certs;
    let text = found.iter().map(|it| encode(it)).collect::<String>().into_bytes();
    (!text.is_empty()).then_some(text)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn platform() -> Option<Vec<u8>> {
    None
}
