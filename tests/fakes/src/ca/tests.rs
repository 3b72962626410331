//! What the CAs sign is accepted by rustls exactly when it should be.

use std::sync::Arc;

use rustls::ServerConnection;
use rustls_pki_types::ServerName;

use super::{Leaf, TestCa};

/// Whether a client that trusts `root` completes a handshake with `leaf` under
/// `host`.
fn handshakes(root: &TestCa, leaf: &Leaf, host: &str) -> bool {
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut client = rustls::ClientConnection::new(crate::tls::client(root), name).unwrap();
    let mut server = ServerConnection::new(Arc::clone(&crate::tls::server(leaf))).unwrap();
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        if server.process_new_packets().is_err() {
            return false;
        }
        let mut wire = Vec::new();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        if client.process_new_packets().is_err() {
            return false;
        }
    }
    true
}

#[test]
fn leaf_verifies_under_its_ca_only() {
    let (ours, other) = (TestCa::new("ours"), TestCa::new("other"));
    assert!(handshakes(&ours, &ours.leaf("api.openai.com"), "api.openai.com"));
    assert!(handshakes(&ours, &ours.server_cert(&["localhost", "127.0.0.1"]), "127.0.0.1"));
    assert!(!handshakes(&ours, &ours.leaf("api.openai.com"), "api.anthropic.com"));
    assert!(!handshakes(&other, &ours.leaf("api.openai.com"), "api.openai.com"));
}

#[test]
fn leaf_below_an_intermediate_carries_its_chain() {
    let root = TestCa::new("root");
    let issuing = root.intermediate("middle").intermediate("issuing");
    let leaf = issuing.leaf("api.openai.com");
    assert_eq!(leaf.chain().len(), 3);
    assert!(handshakes(&root, &leaf, "api.openai.com"));
}

#[test]
fn ed25519_ca_signs_leaves() {
    let ca = TestCa::ed25519("ed");
    assert!(handshakes(&ca, &ca.leaf("api.openai.com"), "api.openai.com"));
}

#[test]
fn pem_is_one_block_in_coders_layout() {
    let pem = TestCa::new("layout").pem();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----\n") && !pem.contains('\r'));
    assert!(pem.ends_with("\n-----END CERTIFICATE-----\n"));
    assert!(pem.lines().all(|line| line.len() <= 64));
}
