//! Warnings about a certificate that works now and will fail later.

use std::path::Path;

use pki::certificate::{CaCertificate, CertificateWarning};
use pki::system_roots;
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;

/// Warnings about later failures. An intermediate whose root is among the extra CAs is
/// complete for every tool; one whose root only the system has is complete only
/// for tools that read the bundle, because Node has its own roots. `root` is that of the file
/// system.
pub(super) fn warnings(
    certificate: &CaCertificate,
    extra_cas: &[CertificateDer<'static>],
    root: &Path,
    now: OffsetDateTime,
) -> Vec<String> {
    let warnings = certificate.warnings(now).into_iter();
    let kept = warnings.filter_map(|it| match &it {
        CertificateWarning::NotSelfIssued { .. } if certificate.is_completed_by(extra_cas) => None,
        CertificateWarning::NotSelfIssued { issuer } => {
            let mut known = extra_cas.to_vec();
            known.extend(system_roots::certificates(root));
            Some(if certificate.is_completed_by(&known) {
                format!(
                    "the CA certificate was issued by `{issuer}`, which this system trusts; Node \
                     does not read the system's store and needs that root among the extra CA \
                     certificates"
                )
            } else {
                it.to_string()
            })
        }
        CertificateWarning::NearExpiry { .. } => Some(it.to_string()),
    });
    kept.collect()
}

#[cfg(test)]
mod tests;
