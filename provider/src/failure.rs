//! Why a request to the deployment failed, and the diagnostics that report it: the
//! same text for the resource and the data sources.

use std::error::Error;

use coder_client::api::ca_certificate::{FaultClass, FetchError, FetchFault};
use coder_client::api::deployment::InspectError;
use coder_client::http::ClientError;
use pki::certificate::CertificateError;
use tfplugin::diag::Diagnostic;

use crate::wording::sentences;

/// The summary of every failure to fetch the certificate.
pub(crate) const NOT_FETCHED: &str = "Cannot fetch the CA certificate";

/// Terraform interrupted the operation before the deployment had answered.
#[derive(Debug, thiserror::Error)]
#[error("interrupted while waiting for the deployment")]
pub(crate) struct Stopped;

/// Why there is no CA certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchFailure {
    /// No HTTP client could be built.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The deployment refused, or could not be reached.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The operation was interrupted.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Why the deployment could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InspectFailure {
    /// No HTTP client could be built.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The deployment did not answer with its version.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// The operation was interrupted.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl FetchFailure {
    /// What happened and what to do, in sentences.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::Client(err) => sentences(err, err.source()),
            Self::Fetch(err) => sentences(err, err.hint()),
            Self::Stopped(err) => sentences(err, None::<&str>),
        }
    }

    /// The attribute that the failure concerns.
    pub(crate) fn attribute(&self) -> &'static str {
        match self {
            Self::Fetch(err) => attribute(err),
            Self::Client(_) | Self::Stopped(_) => "access_url",
        }
    }

    /// As an error at that attribute; `more` follows the explanation.
    pub(crate) fn error(&self, more: &str) -> Diagnostic {
        let detail = format!("{} {more}", self.explain());
        Diagnostic::error(NOT_FETCHED, detail.trim_end()).at(self.attribute())
    }

    /// As a warning at that attribute; `consequence` follows the explanation.
    pub(crate) fn warning(&self, consequence: &str) -> Diagnostic {
        let detail = format!("{} {consequence}", self.explain());
        Diagnostic::warning(NOT_FETCHED, detail).at(self.attribute())
    }
}

impl InspectFailure {
    /// As an error at the access URL.
    pub(crate) fn error(&self) -> Diagnostic {
        let detail = match self {
            Self::Client(err) => sentences(err, err.source()),
            Self::Inspect(err) => sentences(err, err.hint()),
            Self::Stopped(err) => sentences(err, None::<&str>),
        };
        Diagnostic::error("Cannot query the deployment", detail).at("access_url")
    }
}

/// The attribute that a fault of the certificate endpoint concerns.
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
