//! A policy that accepts chains of the roots that the caller gives, and of no others.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::{CertificateError, Error, RootCertStore};

use super::{ChainPolicy, Presented};

/// The roots that the caller gives. It only holds them; every check is the TLS library's.
#[derive(Debug)]
pub struct GivenRoots {
    /// `None` if there are no roots.
    verifier: Option<Arc<WebPkiServerVerifier>>,
}

impl GivenRoots {
    /// Trusts `roots`. Without any, each chain has an unknown issuer.
    pub fn new(roots: RootCertStore) -> Self {
        if roots.is_empty() {
            return Self { verifier: None };
        }
        let provider = Arc::new(ring::default_provider());
        let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let verifier = built
            .inspect_err(|err| tracing::debug!(error = %err, "a set of roots cannot be used"))
            .ok();
        Self { verifier }
    }

    /// Whether it trusts no root.
    pub fn is_empty(&self) -> bool {
        self.verifier.is_none()
    }
}

impl ChainPolicy for GivenRoots {
    fn check(&self, chain: &Presented<'_>) -> Result<(), Error> {
        let Some(verifier) = &self.verifier else {
            return Err(Error::InvalidCertificate(CertificateError::UnknownIssuer));
        };
        let Presented { leaf, intermediates, server_name, ocsp_response, now } = *chain;
        verifier
            .verify_server_cert(leaf, intermediates, server_name, ocsp_response, now)
            .map(|_| ())
    }
}

#[cfg(test)]
mod tests;
