//! Names of the files beside the certificate.

use super::{DEFAULT_CERT_PATH, bundle_path, settings_path, status_path};

#[track_caller]
fn check(cert_path: &str, expected: &str) {
    assert_eq!(bundle_path(cert_path), expected);
}

#[test]
fn files_stand_beside_the_certificate() {
    check(DEFAULT_CERT_PATH, "/tmp/aibridge-proxy/ca-bundle.pem");
    check("/ca.pem", "/ca-bundle.pem");
    check("/a/b\\c", "/a/ca-bundle.pem");
    check(r"C:\aibridge\ca.pem", r"C:\aibridge\ca-bundle.pem");
    check("C:/aibridge/ca.pem", "C:/aibridge/ca-bundle.pem");
    check("ca.pem", "ca-bundle.pem");
    assert_eq!(status_path(DEFAULT_CERT_PATH), "/tmp/aibridge-proxy/status.json");
    assert_eq!(settings_path(DEFAULT_CERT_PATH), "/tmp/aibridge-proxy/settings.json");
}
