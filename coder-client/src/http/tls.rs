//! TLS to the deployment: whose certificates are believed.
//!
//! Reading the system's whole store takes longer than everything else that a
//! set-up does (13 ms for 145 files, 1 ms for the one bundle file), and a
//! deployment with a company's root needs none of it. So roots are read when a
//! certificate asks for them: the extra ones, then the bundle file, then all.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::ClientError;

/// Builds the configuration; nothing is read yet.
pub(super) fn config(extra: Vec<CertificateDer<'static>>) -> Result<ClientConfig, ClientError> {
    let verifier = Verifier::new(extra)?;
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
    bundle: OnceLock<Stage>,
    store: OnceLock<Stage>,
}

impl Verifier {
    fn new(extra: Vec<CertificateDer<'static>>) -> Result<Self, ClientError> {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        for (index, certificate) in extra.into_iter().enumerate() {
            roots
                .add(certificate)
                .map_err(|source| ClientError::BadRoot { number: index + 1, source })?;
        }
        let extra = stage(roots, &provider);
        Ok(Self { provider, extra, bundle: OnceLock::new(), store: OnceLock::new() })
    }

    fn bundle(&self) -> &Stage {
        self.bundle.get_or_init(|| stage(bundle_roots(), &self.provider))
    }

    fn store(&self) -> &Stage {
        self.store.get_or_init(|| stage(store_roots(), &self.provider))
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
        let stages: [&dyn Fn() -> Stage; 3] =
            [&|| self.extra.clone(), &|| self.bundle().clone(), &|| self.store().clone()];
        for stage in stages {
            let Some(verifier) = stage() else {
                continue;
            };
            match verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ) {
                Ok(verified) => return Ok(verified),
                // A root was found, and something else is wrong: that is the
                // report, unless further roots make the certificate good.
                Err(err) if is_unknown_issuer(&fault) => fault = err,
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

fn is_unknown_issuer(err: &Error) -> bool {
    matches!(err, Error::InvalidCertificate(CertificateError::UnknownIssuer))
}

fn stage(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> Stage {
    if roots.is_empty() {
        return None;
    }
    let built =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    built.inspect_err(|err| tracing::debug!(error = %err, "a set of roots cannot be used")).ok()
}

/// The one file in which a Unix system keeps all its roots. Where OpenSSL's
/// variables name other places, only those count, and they are small.
#[cfg(all(unix, not(target_os = "macos")))]
fn bundle_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    if openssl_probe::has_ssl_cert_env_vars() {
        return roots;
    }
    if let Some(file) = openssl_probe::probe().cert_file {
        let found = rustls_native_certs::load_certs_from_paths(Some(&file), None);
        roots.add_parsable_certificates(found.certs);
    }
    roots
}

/// Other systems have no such file.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn bundle_roots() -> RootCertStore {
    RootCertStore::empty()
}

/// Everything that the system trusts.
fn store_roots() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    for err in &found.errors {
        tracing::debug!(error = %err, "a part of the system's certificate store cannot be read");
    }
    or_mozilla(found.certs)
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
