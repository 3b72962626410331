//! Which roots are consulted, and in which order.

use std::fs;
use std::path::PathBuf;

use fakes::ca::certificate_pem;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tempfile::TempDir;

use super::{FILE_SYSTEM, TrustedRoots, closeness, or_mozilla};
use crate::verifier::{ChainPolicy, Presented};

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

fn trusted(extra: &CertificateDer<'static>, file_system: impl Into<PathBuf>) -> TrustedRoots {
    TrustedRoots::in_file_system(vec![extra.clone()], file_system.into()).expect("a good root")
}

fn verify(
    roots: &TrustedRoots,
    leaf: &CertificateDer<'_>,
    host: &str,
) -> Result<(), rustls::Error> {
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    roots.check(&Presented {
        leaf,
        intermediates: &[],
        server_name: &name,
        ocsp_response: &[],
        now: UnixTime::now(),
    })
}

#[test]
fn chain_of_an_extra_root_is_accepted_without_reading_the_system_store() {
    let (root, leaf) = pki("ours");
    let trusted = trusted(&root, FILE_SYSTEM);
    verify(&trusted, &leaf, HOST).expect("a leaf of the extra root");
    assert!(trusted.system.get().is_none());
}

#[test]
fn chain_is_refused_only_after_every_root_was_consulted() {
    let ((root, leaf), (_, foreign)) = (pki("ours"), pki("theirs"));
    let trusted = trusted(&root, FILE_SYSTEM);
    let err = verify(&trusted, &foreign, HOST).expect_err("a leaf of an unknown root");
    assert_eq!(closeness(&err), 0, "{err:?}");
    assert!(trusted.system.get().is_some_and(|it| !it.is_empty()), "the system's or Mozilla's");
    let err = verify(&trusted, &leaf, "other.example.com").expect_err("another host");
    assert_eq!(closeness(&err), 2, "the fault of the root that issued it is reported: {err:?}");
}

#[cfg(not(any(target_os = "macos", windows)))]
#[test]
fn roots_of_the_system_file_are_trusted_besides_extra_roots() {
    let ((extra, _), (root, leaf)) = (pki("extra"), pki("ours"));
    let folder = file_system(&root);
    verify(&trusted(&extra, folder.path()), &leaf, HOST).expect("a leaf of the system's root");
    let other = file_system(&extra);
    let err =
        verify(&trusted(&extra, other.path()), &leaf, HOST).expect_err("a leaf of an unknown root");
    assert_eq!(closeness(&err), 0, "{err:?}");
}

#[cfg(not(any(target_os = "macos", windows)))]
#[test]
fn reported_fault_is_the_issuers_own_rather_than_that_of_a_root_with_its_name() {
    let ((root, leaf), (namesake, _)) = (pki("ours"), pki("ours"));
    let others = file_system(&pki("theirs").0);
    let err = verify(&trusted(&namesake, others.path()), &leaf, HOST).expect_err("a namesake");
    assert_eq!(closeness(&err), 1, "{err:?}");
    let folder = file_system(&root);
    let trusted = trusted(&namesake, folder.path());
    verify(&trusted, &leaf, HOST).expect("a leaf of the system's root");
    let err = verify(&trusted, &leaf, "other.example.com").expect_err("another host");
    assert_eq!(closeness(&err), 2, "{err:?}");
}

#[test]
fn extra_root_that_is_no_certificate_is_refused_with_its_number() {
    let (root, _) = pki("ours");
    let err = TrustedRoots::new(vec![root, CertificateDer::from(vec![1, 2, 3])])
        .expect_err("no certificate");
    assert_eq!(err.to_string(), "the extra CA certificate number 2 cannot be trusted");
}

#[test]
fn mozilla_roots_stand_in_where_the_system_has_no_store() {
    assert!(or_mozilla(Vec::new()).len() > 50);
    assert!(or_mozilla(vec![CertificateDer::from(vec![1])]).len() > 50);
    assert_eq!(or_mozilla(vec![pki("ours").0]).len(), 1);
}
