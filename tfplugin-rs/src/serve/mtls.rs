//! Mutual TLS with exactly one client.
//!
//! The client's certificate is a self-signed CA certificate that serves as an
//! end entity too, so path checking would refuse it: it is pinned instead.
//! A client that shows exactly that certificate and signs with its key is the
//! process that started us. Its key is on the curve P-521, which ring cannot
//! verify; RustCrypto does that one signature.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use p521::ecdsa::signature::Verifier as _;
use p521::ecdsa::{Signature, VerifyingKey};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName as CaHint, ServerConfig,
    SignatureScheme,
};
use rustls_pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, PrivateKeyDer, PrivatePkcs8KeyDer,
    SignatureVerificationAlgorithm, UnixTime, alg_id,
};
use time::{Duration, OffsetDateTime};

/// Name under which the client checks our certificate.
const SERVER_NAME: &str = "localhost";
/// How far our certificate reaches into the past, for clocks being set.
const BACKDATED: Duration = Duration::seconds(30);
/// The client connects within a minute; a day leaves room for clocks.
const VALID: Duration = Duration::days(1);

/// Our side of the handshake.
pub(crate) struct Identity {
    pub(crate) config: Arc<ServerConfig>,
    /// What the handshake line shows the client.
    pub(crate) certificate: CertificateDer<'static>,
}

impl Identity {
    /// Makes a fresh key and certificate that only `client` may talk to.
    ///
    /// # Errors
    ///
    /// The system gives no random numbers, or our own certificate is refused.
    pub(crate) fn for_client(
        client: CertificateDer<'static>,
        now: OffsetDateTime,
    ) -> Result<Self, IdentityError> {
        let key = KeyPair::generate()?;
        let certificate = server_params(now)?.self_signed(&key)?.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));

        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = server_config(provider, PinnedClient(client), certificate.clone(), key)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        // One client, one connection: nothing is ever resumed.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self { config: Arc::new(config), certificate })
    }
}

fn server_config(
    provider: Arc<CryptoProvider>,
    client: PinnedClient,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(Arc::new(client))
        .with_single_cert(vec![certificate], key)
}

fn server_params(now: OffsetDateTime) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(vec![SERVER_NAME.to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, SERVER_NAME);
    params.not_before = now - BACKDATED;
    params.not_after = now + VALID;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    Ok(params)
}

/// TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    #[error("cannot make the plugin's certificate")]
    Certificate(#[from] rcgen::Error),
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
}

/// Accepts this certificate and no other.
#[derive(Debug)]
struct PinnedClient(CertificateDer<'static>);

impl ClientCertVerifier for PinnedClient {
    /// Go clients pick their certificate by this list and would find none.
    fn root_hint_subjects(&self) -> &[CaHint] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.0 {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &SIGNATURES)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &SIGNATURES)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        SIGNATURES.supported_schemes()
    }
}

static SIGNATURES: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&EcdsaP521Sha512],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&EcdsaP521Sha512])],
};

/// ECDSA on P-521 over SHA-512, in RustCrypto.
#[derive(Debug)]
struct EcdsaP521Sha512;

impl SignatureVerificationAlgorithm for EcdsaP521Sha512 {
    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }

    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key =
            VerifyingKey::from_sec1_bytes(public_key).map_err(|_no_point| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_no_signature| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_mismatch| InvalidSignature)
    }
}
