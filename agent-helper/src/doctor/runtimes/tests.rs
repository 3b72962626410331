//! Files that are good for a runtime, and files that are not.

use std::collections::BTreeSet;

use coder_client::workspace::{Files, NoProxy, Trust};
use fakes::ca::TestCa;

use super::*;

fn named(variable: &str) -> Runtime {
    *RUNTIMES.iter().find(|it| it.variable == variable).unwrap()
}

fn evidence(ca: &TestCa) -> Evidence {
    let now = OffsetDateTime::now_utc();
    let chain = ca.leaf("api.openai.com").followed_by(ca).chain().to_vec();
    Evidence {
        ca: chain::authorities(ca.pem().as_bytes(), now).pop(),
        leaf: Some(("api.openai.com".to_owned(), chain)),
        listener: None,
        system: vec![TLS_SERVER_ROOT_CERTS[0].clone()],
    }
}

#[track_caller]
fn judged(variable: &str, pem: &str, evidence: &Evidence) -> Result<(), TrustFault> {
    let now = OffsetDateTime::now_utc();
    Store::new(pem.as_bytes(), now).judge(&named(variable), evidence, now)
}

fn with_system(pem: &str) -> String {
    format!("{pem}{}", pki::certificate::encode(&TLS_SERVER_ROOT_CERTS[0]))
}

#[test]
fn every_trust_variable_belongs_to_a_runtime() {
    let not_trust = ["NO_PROXY", "no_proxy", "NODE_USE_ENV_PROXY"];
    let files = Files::beside("/d/ca-cert.pem");
    let set = Trust { files, has_extra_cas: false, no_proxy: NoProxy::default() }.variables();
    let set: BTreeSet<&str> = set.into_keys().filter(|it| !not_trust.contains(it)).collect();
    let known: BTreeSet<&str> = RUNTIMES.iter().map(|it| it.variable).collect();
    assert_eq!(set, known);
}

#[test]
fn ca_alone_is_enough_for_runtimes_that_add_roots_only() {
    let ca = TestCa::new("AI Bridge CA");
    let evidence = evidence(&ca);
    assert_eq!(judged("NODE_EXTRA_CA_CERTS", &ca.pem(), &evidence), Ok(()));
    assert_eq!(judged("SSL_CERT_FILE", &ca.pem(), &evidence), Err(TrustFault::NoSystemRoots));
    assert_eq!(judged("SSL_CERT_FILE", &with_system(&ca.pem()), &evidence), Ok(()));
}

#[test]
fn trust_file_without_the_ca_is_a_fault_for_each_runtime() {
    let (ca, other) = (TestCa::new("AI Bridge CA"), TestCa::new("other"));
    let mut evidence = evidence(&ca);
    let unknown = Err(TrustFault::Leaf(ChainFault::UnknownIssuer));
    assert_eq!(judged("CURL_CA_BUNDLE", &with_system(&other.pem()), &evidence), unknown);
    assert_eq!(judged("CURL_CA_BUNDLE", "", &evidence), Err(TrustFault::Empty));
    evidence.leaf = None;
    assert_eq!(
        judged("CURL_CA_BUNDLE", &with_system(&other.pem()), &evidence),
        Err(TrustFault::NoCa)
    );
    assert_eq!(judged("CURL_CA_BUNDLE", &with_system(&ca.pem()), &evidence), Ok(()));
}

#[test]
fn trust_file_without_the_listeners_ca_is_a_fault() {
    let (ca, listener) = (TestCa::new("AI Bridge CA"), TestCa::new("listener"));
    let mut evidence = evidence(&ca);
    evidence.listener =
        Some(("proxy.example".to_owned(), listener.leaf("proxy.example").chain().to_vec()));
    let unknown = Err(TrustFault::Listener(ChainFault::UnknownIssuer));
    assert_eq!(judged("NODE_EXTRA_CA_CERTS", &ca.pem(), &evidence), unknown);
    let both = with_system(&format!("{}{}", ca.pem(), listener.pem()));
    assert_eq!(judged("GIT_SSL_CAINFO", &both, &evidence), Ok(()));
}

#[test]
fn an_intermediate_is_enough_for_go_and_not_for_node() {
    let root = TestCa::new("company root");
    let ca = root.intermediate("AI Bridge CA");
    let evidence = evidence(&ca);
    let missing = Err(TrustFault::NoRoot("CN=company root".to_owned()));
    assert_eq!(judged("NODE_EXTRA_CA_CERTS", &ca.pem(), &evidence), missing);
    assert_eq!(judged("CURL_CA_BUNDLE", &with_system(&ca.pem()), &evidence), Ok(()));
    let whole = format!("{}{}", ca.pem(), root.pem());
    assert_eq!(judged("NODE_EXTRA_CA_CERTS", &whole, &evidence), Ok(()));
}
