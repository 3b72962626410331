//! The attributes of the fetched certificate, and what is said about it.

use pki::certificate::{CaCertificate, CertificateWarning, parse_certificates};
use tfplugin::diag::Diagnostic;
use tfplugin::provider::Context;
use time::OffsetDateTime;

use super::model::{CaAttributes, ProxyModel};
use crate::client::Client;
use crate::fetching::{NOT_FETCHED, NotFetched, date};
use crate::wording::sentences;

/// The attributes that describe `certificate`.
pub(super) fn attributes(certificate: &CaCertificate) -> CaAttributes {
    CaAttributes {
        not_after: date(certificate.not_after()),
        pem: certificate.pem().into(),
        sha256: certificate.sha256().into(),
        subject: certificate.subject().into(),
    }
}

/// Warns of what will hurt later.
pub(super) fn warn(certificate: &CaCertificate, planned: &ProxyModel, cx: &Context<'_, Client>) {
    for warning in certificate.warnings(OffsetDateTime::now_utc()) {
        let (path, summary) = match warning {
            CertificateWarning::NotSelfIssued { .. } if is_completed(certificate, planned) => {
                continue;
            }
            CertificateWarning::NotSelfIssued { .. } => {
                ("extra_ca_certificates", "CA certificate is an intermediate")
            }
            CertificateWarning::NearExpiry { .. } => {
                ("ca_cert_not_after", "CA certificate expires soon")
            }
        };
        cx.warn(path, summary, sentences(&warning, None::<&str>));
    }
}

/// Whether the extra certificates lead from an intermediate to its root.
fn is_completed(certificate: &CaCertificate, planned: &ProxyModel) -> bool {
    let extra = planned.extra_ca_certificates.as_known();
    let extra = extra.and_then(|pem| parse_certificates(pem.as_bytes()).ok()).unwrap_or_default();
    certificate.is_completed_by(&extra)
}

/// The failure as an error of an operation that needs the certificate.
pub(super) fn required(failure: &NotFetched) -> Diagnostic {
    failure.error(
        "With ca_fetch set to \"auto\" this is a warning, and the workspace fetches the \
         certificate on its own.",
    )
}

/// The failure as a warning of an operation that goes on.
pub(super) fn optional(failure: &NotFetched, consequence: &str) -> Diagnostic {
    let detail = format!("{} {consequence}", failure.explain());
    Diagnostic::warning(NOT_FETCHED, detail).at(failure.attribute())
}
