//! TLS to the deployment: whose certificates are believed.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;

use super::ClientError;

/// Builds the configuration: the system's roots, or those of Mozilla where the
/// system has none, and `extra` besides. Without TLS nothing is loaded.
pub(super) fn config(
    is_https: bool,
    extra: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, ClientError> {
    let roots = if is_https { roots(extra)? } else { RootCertStore::empty() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|err| ClientError::Setup(err.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn roots(extra: Vec<CertificateDer<'static>>) -> Result<RootCertStore, ClientError> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    for err in &system.errors {
        tracing::debug!(error = %err, "a part of the system's certificate store cannot be read");
    }
    let (taken, _) = roots.add_parsable_certificates(system.certs);
    if taken == 0 {
        tracing::debug!("the system has no certificate store, using Mozilla's");
        roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    }
    for (index, certificate) in extra.into_iter().enumerate() {
        roots
            .add(certificate)
            .map_err(|source| ClientError::BadRoot { number: index + 1, source })?;
    }
    Ok(roots)
}
