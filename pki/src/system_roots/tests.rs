//! The layout of each distribution, in a folder that stands for `/`.

use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

fn block(body: &str) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
}

/// The bodies of the certificates, in order and each once.
fn bodies(root: &Path) -> Vec<String> {
    let mut bodies = Vec::new();
    for block in blocks(&pem(root)) {
        let body = str::from_utf8(block).unwrap().lines().nth(1).unwrap().to_owned();
        if !bodies.contains(&body) {
            bodies.push(body);
        }
    }
    bodies
}

/// A system of these files.
fn system(files: &[(&str, &str)]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

#[test]
fn roots_file_of_each_distribution_is_found() {
    for (distribution, path) in [
        ("Debian, Ubuntu", "etc/ssl/certs/ca-certificates.crt"),
        ("Fedora, RHEL 7 and later", "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
        ("RHEL 6", "etc/pki/tls/certs/ca-bundle.crt"),
        ("openSUSE, SLES 12", "etc/ssl/ca-bundle.pem"),
        ("SLES 15", "var/lib/ca-certificates/ca-bundle.pem"),
        ("NixOS", "etc/ssl/certs/ca-bundle.crt"),
        ("Arch", "etc/ca-certificates/extracted/tls-ca-bundle.pem"),
        ("Alpine, macOS", "etc/ssl/cert.pem"),
        ("FreeBSD", "usr/local/share/certs/ca-root-nss.crt"),
        ("FreeBSD, by package", "usr/local/etc/ssl/cert.pem"),
        ("illumos", "etc/certs/ca-certificates.crt"),
    ] {
        let root = system(&[(path, &format!("# roots\n{}{}", block("AAAA"), block("BBBB")))]);
        assert_eq!(bodies(root.path()), ["AAAA", "BBBB"], "{distribution}");
    }
}

#[test]
fn roots_file_without_a_certificate_is_skipped() {
    let root = system(&[
        ("etc/ssl/certs/ca-certificates.crt", ""),
        ("etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "-----BEGIN CERTIFICATE-----\ncut"),
        ("etc/ssl/ca-bundle.pem", &block("SUSE")),
        ("etc/ssl/cert.pem", &block("LATE")),
    ]);
    assert_eq!(bodies(root.path()), ["SUSE"]);
}

#[test]
fn folder_of_single_roots_is_joined_without_its_hash_links() {
    for (name, folder) in [
        ("OpenSSL's hash folder", "etc/ssl/certs"),
        ("RHEL's", "etc/pki/tls/certs"),
        ("SUSE's", "var/lib/ca-certificates/openssl"),
        ("Debian's sources", "usr/share/ca-certificates/mozilla"),
        ("Android's", "system/etc/security/cacerts"),
    ] {
        let root = system(&[]);
        let folder = root.path().join(folder);
        fs::create_dir_all(folder.join("java")).unwrap();
        fs::write(folder.join("b.crt"), block("BBBB")).unwrap();
        fs::write(folder.join("a.pem"), format!("subject\r\n{}", block("AAAA"))).unwrap();
        fs::write(folder.join("README"), "no certificate").unwrap();
        symlink("a.pem", folder.join("0a1b2c3d.0")).unwrap();
        symlink("gone.pem", folder.join("ffffffff.0")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            folder.join("fifo"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        assert_eq!(bodies(root.path()), ["AAAA", "BBBB"], "{name}");
    }
}

#[test]
fn roots_file_is_preferred_to_a_folder() {
    let root = system(&[
        ("etc/ssl/certs/one.pem", &block("FOLDER")),
        ("etc/pki/tls/cacert.pem", &block("FILE")),
    ]);
    assert_eq!(bodies(root.path()), ["FILE"]);
}

#[test]
fn mozilla_roots_are_used_without_a_store() {
    let root = system(&[("etc/ssl/certs/README", "empty image")]);
    assert_eq!(pem(root.path()), mozilla());
    assert!(anchors(root.path()).is_empty());
    let all = certificates(root.path());
    assert_eq!(all.len(), TLS_SERVER_ROOT_CERTS.len());
}

#[test]
fn malformed_root_is_left_out() {
    let ca = fakes::ca::TestCa::new("root");
    let root = system(&[("etc/ssl/cert.pem", &format!("{}{}", block("AAAA"), ca.pem()))]);
    assert_eq!(certificates(root.path()), [ca.der().clone()]);
}
