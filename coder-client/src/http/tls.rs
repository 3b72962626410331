//! TLS to the deployment: whose certificates are believed.
//!
//! Those that the options name and those of the system's own places, whatever
//! variables say. A deployment with a company's root needs none of the system's,
//! so these are read when a certificate asks for them.

use std::iter;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::ClientError;
use super::transport::is_namesake;
use crate::system_roots;

/// Where the system's places are looked for.
const FILE_SYSTEM: &str = "/";

/// Builds the configuration; nothing is read yet.
pub(super) fn config(extra: Vec<CertificateDer<'static>>) -> Result<ClientConfig, ClientError> {
    let verifier = Verifier::new(extra, FILE_SYSTEM.into())?;
    let provider = Arc::clone(&verifier.provider);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|err| ClientError::Setup(err.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// The verifier of one set of roots; nothing if the set is empty.
type Stage = Option<Arc<WebPkiServerVerifier>>;

/// Asks the library's own verifier, with one set of roots after the other.
/// It only chooses roots; every check is the library's.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    extra: Stage,
    system: OnceLock<Stage>,
    file_system: PathBuf,
}

impl Verifier {
    fn new(extra: Vec<CertificateDer<'static>>, file_system: PathBuf) -> Result<Self, ClientError> {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        for (index, certificate) in extra.into_iter().enumerate() {
            roots
                .add(certificate)
                .map_err(|source| ClientError::BadRoot { number: index + 1, source })?;
        }
        let extra = stage(roots, &provider);
        Ok(Self { provider, extra, system: OnceLock::new(), file_system })
    }

    fn system(&self) -> &Stage {
        self.system.get_or_init(|| {
            stage(or_mozilla(system_roots::anchors(&self.file_system)), &self.provider)
        })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut fault = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let system = iter::once_with(|| self.system());
        for verifier in iter::once(&self.extra).chain(system).flatten() {
            match verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ) {
                Ok(verified) => return Ok(verified),
                // The roots that come closest to the issuer tell what is wrong,
                // unless further ones make the certificate good.
                Err(err) if closeness(&err) > closeness(&fault) => fault = err,
                Err(_) => {}
            }
        }
        Err(fault)
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

/// How close roots come to the issuer that find this wrong: nobody of its name,
/// another one of its name, itself.
fn closeness(err: &Error) -> u8 {
    match err {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => 0,
        Error::InvalidCertificate(err) if is_namesake(err) => 1,
        _ => 2,
    }
}

fn stage(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> Stage {
    if roots.is_empty() {
        return None;
    }
    let built =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    built.inspect_err(|err| tracing::debug!(error = %err, "a set of roots cannot be used")).ok()
}

/// Slim images have no store at all: then Mozilla's roots stand in.
fn or_mozilla(system: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(system);
    if taken == 0 {
        tracing::debug!("the system has no certificate store, using Mozilla's");
        roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    }
    roots
}

#[cfg(test)]
mod tests;
