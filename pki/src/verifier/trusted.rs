//! A policy that accepts chains of trusted roots: extra ones that the caller
//! names, then those of the system, whatever environment variables name.
//!
//! A server with a company's root needs none of the system's, so these are read
//! when a certificate needs them.

use std::iter;
use std::path::PathBuf;
use std::sync::OnceLock;

use rustls::{CertificateError, Error, RootCertStore};
use rustls_pki_types::CertificateDer;

use super::{ChainPolicy, GivenRoots, Presented};
use crate::chain::is_namesake;
use crate::system_roots;

/// The root of the file system in which the system's store is found.
const FILE_SYSTEM: &str = "/";

/// An extra root that cannot be an anchor.
#[derive(Debug, thiserror::Error)]
#[error("the extra CA certificate number {number} cannot be trusted")]
pub struct RootError {
    /// Its place in the list, from 1 on.
    pub number: usize,
    /// The TLS library's reason.
    #[source]
    pub source: Error,
}

/// Extra roots and the system's. It only chooses the roots; every check is the
/// TLS library's.
#[derive(Debug)]
pub struct TrustedRoots {
    extra: GivenRoots,
    system: OnceLock<GivenRoots>,
    file_system: PathBuf,
}

impl TrustedRoots {
    /// Trusts `extra` besides the system's roots. No file is read yet.
    ///
    /// # Errors
    ///
    /// The first certificate that cannot be an anchor.
    pub fn new(extra: Vec<CertificateDer<'static>>) -> Result<Self, RootError> {
        Self::in_file_system(extra, FILE_SYSTEM.into())
    }

    fn in_file_system(
        extra: Vec<CertificateDer<'static>>,
        file_system: PathBuf,
    ) -> Result<Self, RootError> {
        let mut roots = RootCertStore::empty();
        for (index, certificate) in extra.into_iter().enumerate() {
            roots.add(certificate).map_err(|source| RootError { number: index + 1, source })?;
        }
        Ok(Self { extra: GivenRoots::new(roots), system: OnceLock::new(), file_system })
    }

    fn system(&self) -> &GivenRoots {
        self.system
            .get_or_init(|| GivenRoots::new(or_mozilla(system_roots::anchors(&self.file_system))))
    }
}

impl ChainPolicy for TrustedRoots {
    fn check(&self, chain: &Presented<'_>) -> Result<(), Error> {
        let mut fault = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let system = iter::once_with(|| self.system());
        for roots in iter::once(&self.extra).chain(system) {
            match roots.check(chain) {
                Ok(()) => return Ok(()),
                // The roots that come closest to the issuer give the reason,
                // unless further ones make the certificate good.
                Err(err) if closeness(&err) > closeness(&fault) => fault = err,
                Err(_) => {}
            }
        }
        Err(fault)
    }
}

/// How close the roots behind this error come to the issuer: none has its name,
/// one has its name but another key, one is the issuer.
fn closeness(err: &Error) -> u8 {
    match err {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => 0,
        Error::InvalidCertificate(err) if is_namesake(err) => 1,
        _ => 2,
    }
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
