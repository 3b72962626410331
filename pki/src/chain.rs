//! Whether a chain of certificates leads to a trusted one; pure but for the
//! time that is handed in.
//!
//! One handshake is judged with several sets of roots: the CA alone, the
//! bundle, the system's. That is why the chain is judged apart from it.

use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::{CertificateError, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use time::OffsetDateTime;

use crate::certificate::{CaCertificate, blocks, ders};

#[cfg(test)]
mod tests;

/// Why a chain is not trusted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ChainFault {
    /// The set of trusted roots is empty.
    NoRoots,
    /// No root that is trusted issued it.
    UnknownIssuer,
    /// Not valid any more.
    Expired,
    /// Not valid yet.
    NotYetValid,
    /// For other names.
    WrongHost(Vec<String>),
    /// Not acceptable for another reason, with the TLS library's message.
    Other(String),
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoots => f.write_str("no root is trusted"),
            Self::UnknownIssuer => f.write_str("it was issued by an unknown CA"),
            Self::Expired => f.write_str("it has expired"),
            Self::NotYetValid => f.write_str("it is not valid yet"),
            Self::WrongHost(names) if names.is_empty() => f.write_str("it is for another host"),
            Self::WrongHost(names) => write!(f, "it is for `{}`", names.join("`, `")),
            Self::Other(reason) => f.write_str(reason),
        }
    }
}

/// The certificates of a PEM text as roots; what is none is passed over, as
/// most runtimes do.
pub fn roots(pem: &[u8]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(ders(pem));
    roots
}

/// Judges a chain, its leaf first, for a host.
///
/// # Errors
///
/// Why it is not trusted.
pub fn judge(
    chain: &[CertificateDer<'_>],
    host: &str,
    roots: RootCertStore,
    now: OffsetDateTime,
) -> Result<(), ChainFault> {
    if roots.is_empty() {
        return Err(ChainFault::NoRoots);
    }
    let Some((leaf, above)) = chain.split_first() else { return Err(ChainFault::UnknownIssuer) };
    let name = ServerName::try_from(host)
        .map_err(|_| ChainFault::Other(format!("`{host}` is not a host name")))?;
    let seconds = u64::try_from(now.unix_timestamp()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let provider = Arc::new(ring::default_provider());
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|err| ChainFault::Other(err.to_string()))?
        .verify_server_cert(leaf, above, &name, &[], now)
        .map(|_| ())
        .map_err(|err| fault(&err))
}

fn fault(err: &rustls::Error) -> ChainFault {
    let rustls::Error::InvalidCertificate(err) = err else {
        return ChainFault::Other(err.to_string());
    };
    match err {
        CertificateError::UnknownIssuer => ChainFault::UnknownIssuer,
        err if is_namesake(err) => ChainFault::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => ChainFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ChainFault::NotYetValid
        }
        CertificateError::NotValidForName => ChainFault::WrongHost(Vec::new()),
        CertificateError::NotValidForNameContext { presented, .. } => {
            ChainFault::WrongHost(presented.iter().take(4).cloned().collect())
        }
        err => ChainFault::Other(err.to_string()),
    }
}

/// Whether a root of the issuer's name is trusted that is not the issuer: its
/// key does not fit the signature, or is not even of the signature's kind.
pub fn is_namesake(err: &CertificateError) -> bool {
    matches!(
        err,
        CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
    )
}

/// The first issuer on the way from `ca` to a self-signed root that is not
/// among `others`: Node and OpenSSL do not stop at an intermediate.
pub fn missing_root(ca: &CaCertificate, others: &[CaCertificate]) -> Option<String> {
    let mut at = ca;
    // A way can be no longer than there are certificates.
    for _ in 0..=others.len() {
        if at.is_self_issued() {
            return None;
        }
        let issuer = at.issuer();
        let Some(above) = others.iter().find(|it| it.subject() == issuer) else {
            return Some(issuer.to_owned());
        };
        at = above;
    }
    Some(at.issuer().to_owned())
}

/// The CAs of a PEM text that are valid now.
pub fn authorities(pem: &[u8], now: OffsetDateTime) -> Vec<CaCertificate> {
    blocks(pem).filter_map(|it| CaCertificate::from_pem(it, now, None).ok()).collect()
}
