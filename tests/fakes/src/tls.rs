//! TLS settings of the fakes: one provider (ring), HTTP/1.1 only, as the real
//! listeners behave.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;

use crate::ca::Leaf;

/// A server that shows `leaf` and requests no client certificate.
pub(crate) fn server(leaf: &Leaf) -> Arc<ServerConfig> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports the default versions")
        .with_no_client_auth()
        .with_single_cert(leaf.chain().to_vec(), leaf.private_key())
        .expect("a leaf's key belongs to its certificate");
    Arc::new(config)
}

#[cfg(test)]
pub(crate) fn client(root: &crate::ca::TestCa) -> Arc<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(root.der().clone()).unwrap();
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}
