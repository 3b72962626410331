//! Which certificates are warned of, and how.

use std::fs;

use fakes::ca::TestCa;
use tempfile::TempDir;

use super::*;

/// The warnings about `ca` with these extra CAs, on a system that trusts `system`.
fn warnings_of(ca: &TestCa, extra: &[&TestCa], system: &[&TestCa]) -> Vec<String> {
    let root = TempDir::new().unwrap();
    let store = root.path().join("etc/ssl/cert.pem");
    fs::create_dir_all(store.parent().unwrap()).unwrap();
    // A store of one's own: without any certificate Mozilla's roots would count.
    let public = TestCa::new("public");
    let all = [&[&public], system].concat();
    fs::write(store, all.iter().map(|it| it.pem()).collect::<String>()).unwrap();
    let now = OffsetDateTime::now_utc();
    let certificate = CaCertificate::from_pem(ca.pem().as_bytes(), now, None).unwrap();
    let extra: Vec<_> = extra.iter().map(|it| it.der().clone()).collect();
    warnings(&certificate, &extra, root.path(), now)
}

#[test]
fn setup_warns_about_no_self_signed_ca() {
    assert_eq!(warnings_of(&TestCa::new("root"), &[], &[]), [""; 0]);
}

#[test]
fn intermediate_with_its_root_among_the_extra_cas_needs_no_warning() {
    let root = TestCa::new("Company Root");
    let ca = root.intermediate("Proxy CA");
    assert_eq!(warnings_of(&ca, &[&root], &[]), [""; 0]);
    assert_eq!(warnings_of(&ca, &[&root], &[&root]), [""; 0]);
    let policy = root.intermediate("Policy CA");
    assert_eq!(warnings_of(&policy.intermediate("Proxy CA"), &[&root, &policy], &[]), [""; 0]);
}

#[test]
fn intermediate_with_a_root_of_the_system_is_warned_about_for_node() {
    let root = TestCa::new("Company Root");
    let found = warnings_of(&root.intermediate("Proxy CA"), &[], &[&root]);
    let [warning] = &found[..] else { panic!("{found:?}") };
    assert!(warning.contains("`CN=Company Root`, which this system trusts; Node"), "{warning}");
}

#[test]
fn intermediate_with_an_unknown_root_is_warned_about() {
    let root = TestCa::new("Company Root");
    let found = warnings_of(&root.intermediate("Proxy CA"), &[&TestCa::new("listener")], &[]);
    let [warning] = &found[..] else { panic!("{found:?}") };
    assert!(warning.contains("Node and OpenSSL trust it only if that root"), "{warning}");
}

#[test]
fn setup_warns_about_a_ca_near_its_expiry() {
    let found = warnings_of(&TestCa::near_expiry("root", 3), &[], &[]);
    let [warning] = &found[..] else { panic!("{found:?}") };
    assert!(warning.contains("expires at"), "{warning}");
}
