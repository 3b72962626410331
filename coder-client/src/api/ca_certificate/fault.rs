//! The status table of the certificate endpoint, one variant a row.

use std::fmt;

use pki::certificate::CertificateError;
use thiserror::Error;

use super::FaultClass;
use crate::http::retry::Outcome;
use crate::http::{Answer, AnswerError, Content, Message, ServerMessage};

/// Why one attempt gave no certificate.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FetchFault {
    /// What any endpoint may run into: network, redirects, 401, 5xx, pages.
    #[error(transparent)]
    Answer(AnswerError),
    /// 403 with Coder's message: the licence or the add-on is missing.
    #[error("the deployment is not licensed for AI Bridge: `{message}`")]
    NotLicensed {
        /// The server's message.
        message: ServerMessage,
    },
    /// 404: the proxy is switched off.
    #[error("the AI Bridge Proxy is not enabled: `{message}`")]
    NotEnabled {
        /// The server's message.
        message: ServerMessage,
    },
    /// 404: the proxy is switched on but not up, yet or any more.
    #[error("the AI Bridge Proxy is not up: `{message}`")]
    NotMounted {
        /// The server's message.
        message: ServerMessage,
    },
    /// 404 for both paths: an open-source build, or a version before 2.30.
    #[error("the deployment has no AI Bridge Proxy: `{message}`")]
    RouteMissing {
        /// The server's message.
        message: ServerMessage,
    },
    /// 404: the proxy has no CA certificate.
    #[error("the AI Bridge Proxy has no CA certificate: `{message}`")]
    NoCertificate {
        /// The server's message.
        message: ServerMessage,
    },
    /// 404 with another message, or none.
    #[error("the deployment has no such endpoint{}", Message(.message.as_ref()))]
    NotFound {
        /// The server's message.
        message: Option<ServerMessage>,
    },
    /// 405: the request arrived with another method than it was sent with.
    #[error("the method is refused")]
    MethodRefused,
    /// 200 with an empty body.
    #[error("the downloaded certificate is empty")]
    Empty,
    /// 200 with content that is not PEM.
    #[error("the response is not a certificate{}", ContentType(.content_type.as_deref()))]
    OtherContent {
        /// The `Content-Type` header.
        content_type: Option<String>,
    },
    /// 200 with a PEM that is refused.
    #[error(transparent)]
    Certificate(CertificateError),
}

impl FetchFault {
    /// The party that has to act.
    pub fn class(&self) -> FaultClass {
        match self {
            Self::Answer(err) => err.class(),
            Self::NotLicensed { .. } => FaultClass::NotLicensed,
            Self::NotEnabled { .. }
            | Self::NotMounted { .. }
            | Self::RouteMissing { .. }
            | Self::NoCertificate { .. }
            | Self::NotFound { .. } => FaultClass::NotEnabled,
            Self::MethodRefused | Self::Empty | Self::OtherContent { .. } => FaultClass::NotCoder,
            Self::Certificate(_) => FaultClass::Certificate,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Answer(err) => return err.hint(),
            Self::Certificate(err) => return err.hint(),
            Self::NotLicensed { .. } => {
                "the deployment needs a licence with the AI Governance add-on"
            }
            Self::NotEnabled { .. } => {
                "set `CODER_AI_GATEWAY_PROXY_ENABLED=true` on the server and restart it (before \
                 2.34: `CODER_AIBRIDGE_PROXY_ENABLED`)"
            }
            Self::NotMounted { .. } => {
                "check the server's log for the reason why the AI Bridge Proxy did not start"
            }
            Self::RouteMissing { .. } => {
                "the AI Bridge Proxy needs Coder 2.30 or newer, the edition with premium features"
            }
            Self::NoCertificate { .. } => {
                "set `CODER_AI_GATEWAY_PROXY_CERT_FILE` and `CODER_AI_GATEWAY_PROXY_KEY_FILE` on \
                 the server (before 2.34: `CODER_AIBRIDGE_PROXY_…`)"
            }
            Self::NotFound { .. } => {
                "check that the access URL is that of a Coder deployment, 2.30 or newer"
            }
            Self::MethodRefused | Self::Empty | Self::OtherContent { .. } => {
                "check the access URL, and the proxies and load balancers in front of the \
                 deployment"
            }
        };
        Some(hint.to_owned())
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Answer(err) => err.outcome(),
            Self::NotMounted { .. } => Outcome::Transient { retry_after: None },
            Self::Empty | Self::OtherContent { .. } => Outcome::Suspicious,
            _ => Outcome::Permanent,
        }
    }
}

/// `: content type `, and the type in backticks, or that there is none.
struct ContentType<'a>(Option<&'a str>);

impl fmt::Display for ContentType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(content_type) => write!(f, ": content type `{content_type}`"),
            None => f.write_str(" and has no content type"),
        }
    }
}

/// The fault of a response by its status, or nothing if it is 200. Coder sends
/// several meanings with one status, so its message decides; the product's old and
/// new name stand in front of them.
pub(super) fn of(answer: &Answer) -> Option<FetchFault> {
    let message_with =
        |text: &str| answer.message.as_ref().filter(|it| it.as_str().contains(text)).cloned();
    match answer.status.as_u16() {
        403 => {
            if let Some(message) = message_with("is a Premium feature") {
                return Some(FetchFault::NotLicensed { message });
            }
        }
        404 if answer.content != Content::Markup => {
            let fault = if let Some(message) = message_with("Proxy is not enabled") {
                FetchFault::NotEnabled { message }
            } else if let Some(message) = message_with("handler not mounted") {
                FetchFault::NotMounted { message }
            } else if let Some(message) = message_with("Route not found") {
                FetchFault::RouteMissing { message }
            } else if let Some(message) = message_with("CA certificate not configured") {
                FetchFault::NoCertificate { message }
            } else {
                FetchFault::NotFound { message: answer.message.clone() }
            };
            return Some(fault);
        }
        405 => return Some(FetchFault::MethodRefused),
        _ => {}
    }
    answer.fault().map(FetchFault::Answer)
}
