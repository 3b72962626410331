//! The roots that this machine trusts, as PEM text.
//!
//! `SSL_CERT_FILE` and its like are not looked at: under `exec` they name our
//! own bundle.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use coder_client::certificate::parse_certificates;
use rustls_pki_types::CertificateDer;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use super::{blocks, encode};

/// Where distributions keep all roots in one file, the most common first.
const FILES: [&str; 12] = [
    // Debian, Ubuntu, Alpine, Arch, Gentoo, NixOS
    "etc/ssl/certs/ca-certificates.crt",
    // Fedora, RHEL and their kin; older ones
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "etc/pki/tls/certs/ca-bundle.crt",
    // SUSE; newer ones keep the first as a link to the second
    "etc/ssl/ca-bundle.pem",
    "var/lib/ca-certificates/ca-bundle.pem",
    // NixOS
    "etc/ssl/certs/ca-bundle.crt",
    // Arch
    "etc/ca-certificates/extracted/tls-ca-bundle.pem",
    // Alpine, macOS, OpenBSD
    "etc/ssl/cert.pem",
    // old RHEL
    "etc/pki/tls/cacert.pem",
    // FreeBSD; two packages
    "usr/local/etc/ssl/cert.pem",
    "usr/local/share/certs/ca-root-nss.crt",
    // Solaris and its kin
    "etc/certs/ca-certificates.crt",
];

/// Where they keep one root a file, for images from which the one file was left out.
const FOLDERS: [&str; 6] = [
    // OpenSSL's own layout, hash links included
    "etc/ssl/certs",
    "etc/pki/tls/certs",
    // SUSE
    "var/lib/ca-certificates/openssl",
    // Debian and Alpine, before their update command has run
    "usr/share/ca-certificates/mozilla",
    // Android
    "apex/com.android.conscrypt/cacerts",
    "system/etc/security/cacerts",
];

/// More than any file in a folder of single roots has.
const ROOT_LIMIT: u64 = 1 << 20;

/// What the system below `root` (ordinarily `/`) trusts: the first file that
/// holds a certificate; else the first folder that does; else what the
/// platform's own store holds; and else Mozilla's roots, which are compiled in.
pub fn roots(root: &Path) -> Vec<u8> {
    let file = FILES
        .iter()
        .filter_map(|it| fs::read(root.join(it)).ok())
        .find(|it| blocks(it).next().is_some());
    file.or_else(|| FOLDERS.iter().find_map(|it| folder(&root.join(it))))
        .or_else(platform)
        .unwrap_or_else(mozilla)
}

/// The same as certificates; blocks that do not parse are left out.
pub fn certificates(root: &Path) -> Vec<CertificateDer<'static>> {
    blocks(&roots(root)).filter_map(|it| parse_certificates(it).ok()).flatten().collect()
}

/// Mozilla's roots as PEM.
pub fn mozilla() -> Vec<u8> {
    TLS_SERVER_ROOT_CERTS.iter().map(|it| encode(it)).collect::<String>().into_bytes()
}

/// Every certificate of a folder, in the order of the names; `None` if there is
/// none. The same root under two names is left for `compose` to drop.
fn folder(path: &Path) -> Option<Vec<u8>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(path).ok()?.filter_map(|it| Some(it.ok()?.path())).collect();
    files.sort_unstable();
    let mut text = Vec::new();
    for bytes in files.iter().filter_map(|it| small_file(it)) {
        for block in blocks(&bytes) {
            text.extend_from_slice(block);
            text.push(b'\n');
        }
    }
    (!text.is_empty()).then_some(text)
}

/// A regular file's bytes. Links are followed, as in OpenSSL; what is no file
/// is not opened, a FIFO would hold us up.
fn small_file(path: &Path) -> Option<Vec<u8>> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(ROOT_LIMIT).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The keychain, or the store of Windows.
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

#[cfg(test)]
mod tests;
