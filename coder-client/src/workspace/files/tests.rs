//! Names of the files beside the certificate.

use super::{DEFAULT_CERT_PATH, Files};

#[test]
fn files_stand_in_the_folder_of_the_certificate() {
    for (cert_path, folder) in [
        (DEFAULT_CERT_PATH, "/tmp/aibridge-proxy/"),
        ("/ca.pem", "/"),
        ("/a/b\\c", "/a/"),
        (r"C:\aibridge\ca.pem", r"C:\aibridge\"),
        ("C:/aibridge/ca.pem", "C:/aibridge/"),
        ("ca.pem", ""),
    ] {
        let files = Files::beside(cert_path);
        assert_eq!(files.cert_path, cert_path);
        assert_eq!(files.bundle_path, format!("{folder}ca-bundle.pem"));
        assert_eq!(files.extra_path, format!("{folder}ca-extra.pem"));
        assert_eq!(files.truststore_path, format!("{folder}ca-truststore.p12"));
        assert_eq!(files.status_path, format!("{folder}status.json"));
        assert_eq!(files.settings_path, format!("{folder}settings.json"));
        assert_eq!(files.appended_path(false), cert_path);
        assert_eq!(files.appended_path(true), files.extra_path);
    }
}

#[test]
fn names_of_the_helpers_files_are_reserved() {
    let reserved = [
        "ca-bundle.pem",
        "ca-extra.pem",
        "ca-truststore.p12",
        "status.json",
        "settings.json",
        "AIBRIDGE",
    ];
    for name in reserved {
        assert!(Files::is_reserved(&format!("/a/{name}")), "{name}");
    }
    assert!(!Files::is_reserved(DEFAULT_CERT_PATH));
}
