//! The roots that this machine trusts, from the places where its system keeps
//! them and from nowhere else.
//!
//! `SSL_CERT_FILE` and similar variables are not read: whatever sets them for a
//! tool would decide to whom the session token is sent, and under `exec` they name
//! the helper's own bundle.

mod platform;

// They lay out a Linux system's places and make a FIFO among them.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use rustls_pki_types::CertificateDer;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

use crate::certificate::{blocks, ders, encode, parsable};

/// Where distributions keep all roots in one file, the most common first.
const FILES: [&str; 12] = [
    // Debian, Ubuntu, Alpine, Arch, Gentoo, NixOS
    "etc/ssl/certs/ca-certificates.crt",
    // Fedora, RHEL and derivatives; older ones
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
    // Solaris and derivatives
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

/// Whether the platform has a store that is no file. A file beside it does not know what an
/// administrator has added or taken back.
const HAS_STORE: bool = cfg!(any(target_os = "macos", windows));

/// What the system below `root` (ordinarily `/`) trusts, as PEM text: what the platform's
/// own store holds, where it has one; else the first file that holds a certificate; else
/// the first folder that does; and else Mozilla's roots, which are compiled in.
pub fn pem(root: &Path) -> Vec<u8> {
    let stored = if HAS_STORE { platform_pem() } else { None };
    stored.or_else(|| file_or_folder(root)).unwrap_or_else(mozilla)
}

/// The same as certificates; blocks that do not parse are left out.
pub fn certificates(root: &Path) -> Vec<CertificateDer<'static>> {
    parsable(&pem(root))
}

/// The roots that decide whether a server is trusted; decoded, but not parsed.
/// Where the platform has a store of its own, that one alone. Empty without a store.
pub(crate) fn anchors(root: &Path) -> Vec<CertificateDer<'static>> {
    if HAS_STORE {
        return platform::certificates();
    }
    ders(&file_or_folder(root).unwrap_or_default())
}

/// Mozilla's roots as PEM.
pub fn mozilla() -> Vec<u8> {
    TLS_SERVER_ROOT_CERTS.iter().map(|it| encode(it)).collect::<String>().into_bytes()
}

/// A folder of single files is read only where the one file is missing: 145 of
/// them take 13 ms, the one file 1 ms.
fn file_or_folder(root: &Path) -> Option<Vec<u8>> {
    FILES
        .iter()
        .filter_map(|it| fs::read(root.join(it)).ok())
        .find(|it| blocks(it).next().is_some())
        .or_else(|| FOLDERS.iter().find_map(|it| folder(&root.join(it))))
}

fn platform_pem() -> Option<Vec<u8>> {
    let found = platform::certificates();
    let text = found.iter().map(|it| encode(it)).collect::<String>().into_bytes();
    (!text.is_empty()).then_some(text)
}

/// Every certificate of a folder, in the order of the names; `None` if there is
/// none. The same root under two names is left for the reader to drop.
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
