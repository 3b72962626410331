//! Verification of a server's certificate, for every TLS client of ours.
//!
//! What is done with the presented chain is a [`ChainPolicy`]; signatures of the
//! handshake are always checked by rustls, so that the peer does hold the leaf's
//! key whatever the policy accepts.

mod given;
mod recorded;
mod trusted;

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

pub use self::given::GivenRoots;
pub use self::recorded::RecordedChain;
pub use self::trusted::{RootError, TrustedRoots};

/// Decides whether the chain that a server presents is accepted.
pub trait ChainPolicy: fmt::Debug + Send + Sync + 'static {
    /// Accepts or refuses the chain, the leaf first.
    ///
    /// # Errors
    ///
    /// Why the chain is refused, as the TLS library reports it.
    fn check(&self, chain: &Presented<'_>) -> Result<(), Error>;
}

/// What a server presents, and for which name and at which time it is judged.
#[derive(Debug)]
pub struct Presented<'a> {
    /// The server's own certificate.
    pub leaf: &'a CertificateDer<'a>,
    /// The certificates that it sent with it.
    pub intermediates: &'a [CertificateDer<'a>],
    /// The name that the client connects to.
    pub server_name: &'a ServerName<'a>,
    /// A stapled OCSP response; empty if there is none.
    pub ocsp_response: &'a [u8],
    /// The time of the handshake.
    pub now: UnixTime,
}

/// The configuration of a TLS client that follows `policy`. No file is read and
/// no connection is made here.
pub fn client_config(policy: Arc<impl ChainPolicy>) -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier { policy, provider: Arc::clone(&provider) };
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth()
}

#[derive(Debug)]
struct Verifier<P> {
    policy: Arc<P>,
    provider: Arc<CryptoProvider>,
}

impl<P: ChainPolicy> ServerCertVerifier for Verifier<P> {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.policy
            .check(&Presented { leaf, intermediates, server_name, ocsp_response, now })
            .map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
