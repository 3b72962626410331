//! The attributes of the fetched certificate, and the warnings about it.

use pki::certificate::{CaCertificate, CertificateWarning};
use tfplugin::provider::Context;
use time::OffsetDateTime;

use super::model::{CaAttributes, ProxyModel};
use crate::client::Client;
use crate::wording::{date, sentences};

/// The attributes that describe `certificate`.
pub(super) fn attributes(certificate: &CaCertificate) -> CaAttributes {
    CaAttributes {
        not_after: date(certificate.not_after()),
        pem: certificate.pem().into(),
        sha256: certificate.sha256().into(),
        subject: certificate.subject().into(),
    }
}

/// Warns of what will make tools fail later.
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
    certificate.is_completed_by(extra.map_or(&[], |it| it.as_slice()))
}
