//! Certificates that come from elsewhere: which of them may become the CA that
//! tools in a workspace trust.
//!
//! The deployment checks only that its key fits. Whether the certificate may
//! sign at all, whether it is still valid and whether it is the expected one
//! is checked here, before anything trusts it.

mod blocks;
mod chain;
mod error;
mod pin;
mod read;

use rustls_pki_types::CertificateDer;
use settings::text;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use x509_parser::certificate::X509Certificate;
use x509_parser::x509::X509Name;

pub use self::blocks::{BLOCK_BEGIN, BLOCK_END, blocks, ders, parsable};
pub use self::error::{CertificateError, CertificateWarning};
pub use self::pin::{Pin, PinError};
pub use self::read::encode;

/// How far the clocks of two machines may differ.
const CLOCK_SKEW: Duration = Duration::minutes(5);

/// When expiry is near enough to be mentioned.
const NEAR_EXPIRY: Duration = Duration::days(30);

/// The longest distinguished name that is shown.
const MAX_NAME: usize = 256;

/// A certificate that may sign for the hosts that the proxy opens: a CA whose
/// dates and pin were right when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaCertificate {
    der: CertificateDer<'static>,
    pem: String,
    sha256: String,
    subject: String,
    issuer: String,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
    is_self_issued: bool,
}

impl CaCertificate {
    /// Reads exactly one `CERTIFICATE` block and checks it: the DER parses to
    /// its end, basic constraints declare a CA, key usage (if there is one) allows
    /// signing certificates, `now` lies in the dates give or take five minutes,
    /// and the SHA-256 is the pinned one. Text around the block is ignored.
    ///
    /// # Errors
    ///
    /// The first check that fails, in the order of a manual check:
    /// form, kind, identity (the pin), dates.
    pub fn from_pem(
        pem: &[u8],
        now: OffsetDateTime,
        pin: Option<&Pin>,
    ) -> Result<Self, CertificateError> {
        let mut blocks = read::certificate_blocks(pem)?;
        let der = match (blocks.pop(), blocks.len()) {
            (Some(der), 0) => der,
            (_, others) => return Err(CertificateError::SeveralCertificates(others + 1)),
        };
        let certificate = Self::from_der(der)?;
        if let Some(pin) = pin {
            pin.check(&certificate.sha256)?;
        }
        certificate.check_dates(now)?;
        Ok(certificate)
    }

    fn from_der(der: Vec<u8>) -> Result<Self, CertificateError> {
        let x509 = read::x509(&der)?;
        check_is_ca(&x509)?;
        check_key_usage(&x509)?;
        let subject = name(x509.subject());
        let issuer = name(x509.issuer());
        let is_self_issued = x509.subject().as_raw() == x509.issuer().as_raw();
        let not_before = x509.validity().not_before.to_datetime();
        let not_after = x509.validity().not_after.to_datetime();
        Ok(Self {
            pem: encode(&der),
            sha256: text::hex(&Sha256::digest(&der)),
            der: CertificateDer::from(der),
            subject,
            issuer,
            not_before,
            not_after,
            is_self_issued,
        })
    }

    fn check_dates(&self, now: OffsetDateTime) -> Result<(), CertificateError> {
        if now.saturating_sub(CLOCK_SKEW) > self.not_after {
            return Err(CertificateError::Expired { not_after: self.not_after });
        }
        if now.saturating_add(CLOCK_SKEW) < self.not_before {
            return Err(CertificateError::NotYetValid { not_before: self.not_before });
        }
        Ok(())
    }

    /// The certificate as one PEM block: line feeds, 64 columns, a trailing
    /// newline. The same certificate always gives the same bytes.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate as DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the DER, 64 lower-case hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The subject as `C=…, O=…, CN=…`, fit for one line of output.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The issuer in the form of [`subject`](Self::subject).
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Start of validity, UTC.
    pub fn not_before(&self) -> OffsetDateTime {
        self.not_before
    }

    /// End of validity, UTC.
    pub fn not_after(&self) -> OffsetDateTime {
        self.not_after
    }

    /// Whether subject and issuer are the same name, as a root's are.
    pub fn is_self_issued(&self) -> bool {
        self.is_self_issued
    }

    /// Whether `others` lead from this certificate to a root, this one
    /// itself included: by names, and by key identifiers where both have them
    /// (RFC 5280 §4.2.1.1). Signatures are checked when a leaf is verified.
    pub fn is_completed_by(&self, others: &[CertificateDer<'_>]) -> bool {
        let others: Vec<_> = others.iter().filter_map(|it| read::x509(it).ok()).collect();
        let Ok(mut current) = read::x509(&self.der) else { return false };
        for _ in 0..=others.len() {
            if current.subject().as_raw() == current.issuer().as_raw() {
                return true;
            }
            let Some(issuer) = others.iter().find(|it| chain::is_issuer(it, &current)) else {
                return false;
            };
            current = issuer.clone();
        }
        false
    }

    /// What is allowed but will hurt: expiry within 30 days, and an
    /// intermediate, which Node and OpenSSL do not take as an anchor.
    pub fn warnings(&self, now: OffsetDateTime) -> Vec<CertificateWarning> {
        let mut warnings = Vec::new();
        if now.saturating_add(NEAR_EXPIRY) > self.not_after {
            warnings.push(CertificateWarning::NearExpiry { not_after: self.not_after });
        }
        if !self.is_self_issued {
            warnings.push(CertificateWarning::NotSelfIssued { issuer: self.issuer.clone() });
        }
        warnings
    }
}

/// Reads one or more `CERTIFICATE` blocks of any kind, as extra CAs and bundles
/// hold them, in their order and with repetitions. Dates are not checked:
/// stores keep expired roots, and those do no harm.
///
/// # Errors
///
/// Refuses empty input, private keys, blocks of other kinds and certificates
/// that do not parse.
pub fn parse_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let blocks = read::certificate_blocks(pem)?;
    for der in &blocks {
        read::x509(der)?;
    }
    Ok(blocks.into_iter().map(CertificateDer::from).collect())
}

/// RFC 5280 §4.2.1.9. A certificate without the extension (or of version 1)
/// is none.
fn check_is_ca(x509: &X509Certificate<'_>) -> Result<(), CertificateError> {
    let constraints =
        x509.basic_constraints().map_err(|err| read::malformed("basic constraints", &err))?;
    match constraints {
        Some(it) if it.value.ca => Ok(()),
        _ => Err(CertificateError::NotCa),
    }
}

/// RFC 5280 §4.2.1.3: if key usage is there, it must allow `keyCertSign`.
fn check_key_usage(x509: &X509Certificate<'_>) -> Result<(), CertificateError> {
    let usage = x509.key_usage().map_err(|err| read::malformed("key usage", &err))?;
    match usage {
        Some(it) if !it.value.key_cert_sign() => Err(CertificateError::KeyUsage),
        _ => Ok(()),
    }
}

fn name(name: &X509Name<'_>) -> String {
    text::one_line(&name.to_string(), MAX_NAME)
}

#[cfg(test)]
mod tests;
