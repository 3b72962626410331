//! Fetching the certificate, and what is said about it.

use std::error::Error;
use std::future::Future;

use coder_client::api::ca_certificate::{FaultClass, FetchedCa};
use coder_client::certificate::{CaCertificate, CertificateWarning, parse_certificates};
use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::provider::{Context, Stop};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::model::{CaAttributes, ProxyModel};
use crate::client::{Client, NoCertificate};
use crate::wording::sentences;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotFetched {
    /// It could not be had.
    #[error(transparent)]
    Fault(#[from] NoCertificate),
    /// Terraform was asked to stop while the deployment was silent.
    #[error("interrupted while waiting for the deployment")]
    Stopped,
}

/// Waits for a fetch, but not on after Terraform was asked to stop.
pub(super) async fn unless_stopped(
    fetch: impl Future<Output = Result<FetchedCa, NoCertificate>> + Send,
    stop: &Stop,
) -> Result<FetchedCa, NotFetched> {
    tokio::select! {
        fetched = fetch => Ok(fetched?),
        () = stop.requested() => Err(NotFetched::Stopped),
    }
}

/// The attributes that describe `certificate`.
pub(super) fn attributes(certificate: &CaCertificate) -> CaAttributes {
    CaAttributes {
        // A certificate's dates end with the year 9999, as RFC 3339 does.
        not_after: certificate.not_after().format(&Rfc3339).map_or(Attr::Null, Attr::Known),
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
    let detail = format!(
        "{} With ca_fetch set to \"auto\" this is a warning, and the workspace fetches the \
         certificate on its own.",
        explain(failure)
    );
    Diagnostic::error("Cannot fetch the CA certificate", detail).at(path(failure))
}

/// The failure as a warning of an operation that goes on.
pub(super) fn optional(failure: &NotFetched, consequence: &str) -> Diagnostic {
    let detail = format!("{} {consequence}", explain(failure));
    Diagnostic::warning("Cannot fetch the CA certificate", detail).at(path(failure))
}

fn explain(failure: &NotFetched) -> String {
    match failure {
        NotFetched::Fault(NoCertificate::Fetch(err)) => sentences(err, err.hint()),
        NotFetched::Fault(NoCertificate::Client(err)) => sentences(err, err.source()),
        NotFetched::Stopped => sentences(failure, None::<&str>),
    }
}

fn path(failure: &NotFetched) -> &'static str {
    match failure {
        NotFetched::Fault(NoCertificate::Fetch(err)) => match err.class() {
            FaultClass::NotSignedIn => "session_token",
            FaultClass::Certificate => "ca_pin_sha256",
            FaultClass::Network
            | FaultClass::Tls
            | FaultClass::NotLicensed
            | FaultClass::NotEnabled
            | FaultClass::NotCoder => "access_url",
        },
        NotFetched::Fault(NoCertificate::Client(_)) | NotFetched::Stopped => "access_url",
    }
}
