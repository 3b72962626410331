//! Which roots are asked, and in which order.

use std::fs;
use std::path::PathBuf;

use fakes::ca::certificate_pem;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::client::danger::ServerCertVerifier;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tempfile::TempDir;

use super::{FILE_SYSTEM, Verifier, closeness, or_mozilla};

const HOST: &str = "coder.example.com";

/// A root of that name and a leaf of it for `HOST`.
fn pki(name: &str) -> (CertificateDer<'static>, CertificateDer<'static>) {
    let root_key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = params.self_signed(&root_key).expect("a root").der().clone();
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new([HOST.to_owned()]).expect("a name");
    let leaf = leaf.signed_by(&key, &Issuer::new(params, root_key)).expect("a leaf").der().clone();
    (root, leaf)
}

/// A file system whose one file of roots holds `root`.
fn file_system(root: &CertificateDer<'_>) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let certs = folder.path().join("etc/ssl/certs");
    fs::create_dir_all(&certs).expect("a folder in it");
    fs::write(certs.join("ca-certificates.crt"), certificate_pem(root)).expect("a file");
    folder
}

fn verifier(extra: &CertificateDer<'static>, file_system: impl Into<PathBuf>) -> Verifier {
    Verifier::new(vec![extra.clone()], file_system.into()).expect("a good root")
}

fn verify(verifier: &Verifier, leaf: &CertificateDer<'_>, host: &str) -> Result<(), rustls::Error> {
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    verifier.verify_server_cert(leaf, &[], &name, &[], UnixTime::now()).map(|_| ())
}

#[test]
fn extra_roots_spare_the_systems_store() {
    let (root, leaf) = pki("ours");
    let verifier = verifier(&root, FILE_SYSTEM);
    verify(&verifier, &leaf, HOST).expect("a leaf of the extra root");
    assert!(verifier.system.get().is_none());
}

#[test]
fn every_root_is_asked_before_a_certificate_is_refused() {
    let ((root, leaf), (_, stranger)) = (pki("ours"), pki("theirs"));
    let verifier = verifier(&root, FILE_SYSTEM);
    let err = verify(&verifier, &stranger, HOST).expect_err("nobody's leaf");
    assert_eq!(closeness(&err), 0, "{err:?}");
    assert!(verifier.system.get().is_some_and(|it| it.is_some()), "the system's or Mozilla's");
    let err = verify(&verifier, &leaf, "other.example.com").expect_err("another host");
    assert_eq!(closeness(&err), 2, "the fault with the root that fits is told: {err:?}");
}

#[cfg(not(any(target_os = "macos", windows)))]
#[test]
fn the_systems_file_is_believed_besides_the_extra_roots() {
    let ((extra, _), (root, leaf)) = (pki("extra"), pki("ours"));
    let folder = file_system(&root);
    verify(&verifier(&extra, folder.path()), &leaf, HOST).expect("a leaf of the system's root");
    let other = file_system(&extra);
    let err = verify(&verifier(&extra, other.path()), &leaf, HOST).expect_err("nobody's leaf");
    assert_eq!(closeness(&err), 0, "{err:?}");
}

#[cfg(not(any(target_os = "macos", windows)))]
#[test]
fn what_the_issuer_itself_finds_wrong_is_told_before_what_its_namesake_does() {
    let ((root, leaf), (namesake, _)) = (pki("ours"), pki("ours"));
    let nobody = file_system(&pki("theirs").0);
    let err = verify(&verifier(&namesake, nobody.path()), &leaf, HOST).expect_err("a namesake");
    assert_eq!(closeness(&err), 1, "{err:?}");
    let folder = file_system(&root);
    let verifier = verifier(&namesake, folder.path());
    verify(&verifier, &leaf, HOST).expect("a leaf of the system's root");
    let err = verify(&verifier, &leaf, "other.example.com").expect_err("another host");
    assert_eq!(closeness(&err), 2, "{err:?}");
}

#[test]
fn extra_roots_must_be_certificates() {
    let (root, _) = pki("ours");
    let err = Verifier::new(vec![root, CertificateDer::from(vec![1, 2, 3])], FILE_SYSTEM.into())
        .expect_err("no certificate");
    assert_eq!(err.to_string(), "the extra CA certificate number 2 cannot be trusted");
}

#[test]
fn mozillas_roots_stand_in_for_a_missing_store() {
    assert!(or_mozilla(Vec::new()).len() > 50);
    assert!(or_mozilla(vec![CertificateDer::from(vec![1])]).len() > 50);
    assert_eq!(or_mozilla(vec![pki("ours").0]).len(), 1);
}
