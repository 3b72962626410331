//! Waiting for the deployment, and what is said if it was in vain: the same
//! words for the resource and the data sources.

use std::error::Error;
use std::future::Future;

use coder_client::api::ca_certificate::{FaultClass, FetchError, FetchFault};
use pki::certificate::CertificateError;
use tfplugin::diag::Diagnostic;
use tfplugin::model::Attr;
use tfplugin::provider::Stop;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::client::NoCertificate;
use crate::wording::sentences;

/// The summary of every failure to get the certificate.
pub(crate) const NOT_FETCHED: &str = "Cannot fetch the CA certificate";

/// Terraform was asked to stop while the deployment was silent.
#[derive(Debug, thiserror::Error)]
#[error("interrupted while waiting for the deployment")]
pub(crate) struct Stopped;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotFetched {
    /// It could not be had.
    #[error(transparent)]
    Fault(#[from] NoCertificate),
    /// Nobody waits for it any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Waits for an answer, but not on after Terraform was asked to stop.
pub(crate) async fn unless_stopped<T, E, F>(
    work: impl Future<Output = Result<T, E>> + Send,
    stop: &Stop,
) -> Result<T, F>
where
    F: From<E> + From<Stopped>,
{
    tokio::select! {
        answer = work => Ok(answer?),
        () = stop.requested() => Err(Stopped.into()),
    }
}

impl NotFetched {
    /// What happened and what to do, in sentences.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::Fault(NoCertificate::Fetch(err)) => sentences(err, err.hint()),
            Self::Fault(NoCertificate::Client(err)) => sentences(err, err.source()),
            Self::Stopped(stopped) => sentences(stopped, None::<&str>),
        }
    }

    /// The attribute to look at.
    pub(crate) fn attribute(&self) -> &'static str {
        match self {
            Self::Fault(NoCertificate::Fetch(err)) => attribute(err),
            Self::Fault(NoCertificate::Client(_)) | Self::Stopped(_) => "access_url",
        }
    }

    /// As an error at that attribute; `more` follows the explanation.
    pub(crate) fn error(&self, more: &str) -> Diagnostic {
        let detail = format!("{} {more}", self.explain());
        Diagnostic::error(NOT_FETCHED, detail.trim_end()).at(self.attribute())
    }
}

/// The attribute to look at after a fault.
pub(crate) fn attribute(err: &FetchError) -> &'static str {
    match err.class() {
        FaultClass::NotSignedIn => "session_token",
        FaultClass::Certificate if is_pin_mismatch(err) => "ca_pin_sha256",
        FaultClass::Certificate
        | FaultClass::Network
        | FaultClass::Tls
        | FaultClass::NotLicensed
        | FaultClass::NotEnabled
        | FaultClass::NotCoder => "access_url",
    }
}

/// Every other fault of a certificate is the deployment's, not the pin's.
fn is_pin_mismatch(err: &FetchError) -> bool {
    matches!(err.fault(), FetchFault::Certificate(CertificateError::PinMismatch { .. }))
}

/// A date as RFC 3339 writes it. A certificate's dates end with the year 9999,
/// as RFC 3339 does.
pub(crate) fn date(date: OffsetDateTime) -> Attr<String> {
    date.format(&Rfc3339).map_or(Attr::Null, Attr::Known)
}
