//! Why a request has no usable response, and which party has to act.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use super::retry::Outcome;
use super::{ServerMessage, TransportFault};

/// The party that has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultClass {
    /// The network, or a server that is not available now: a later attempt may succeed.
    Network,
    /// The keeper of the deployment's TLS certificate, or of this machine's roots.
    Tls,
    /// The issuer of the token.
    NotSignedIn,
    /// The buyer of the deployment's licence.
    NotLicensed,
    /// The deployment's operator: the proxy is off or not configured.
    NotEnabled,
    /// The author of the URL, or the operator of the proxies and load balancers in front
    /// of the deployment.
    NotCoder,
    /// The operator who configured the proxy's CA.
    Certificate,
}

impl FaultClass {
    /// The stable name, as status files have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Tls => "tls",
            Self::NotSignedIn => "not_signed_in",
            Self::NotLicensed => "not_licensed",
            Self::NotEnabled => "not_enabled",
            Self::NotCoder => "not_coder",
            Self::Certificate => "certificate",
        }
    }
}

impl fmt::Display for FaultClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a request has no usable response.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AnswerError {
    /// There is no response.
    #[error(transparent)]
    Transport(TransportFault),
    /// 307 to a bare access URL: the deployment's own access URL is another one.
    #[error("the deployment at `{requested}` has the access URL `{configured}`")]
    AccessUrlMismatch {
        /// The access URL that was used.
        requested: String,
        /// The access URL that the deployment redirects to.
        configured: String,
    },
    /// A redirect that is not followed. Its query is not kept.
    #[error("status {status} redirects{}", Target(.location.as_deref()))]
    Redirected {
        /// The status, 300 to 399.
        status: u16,
        /// Where to, if that can be read.
        location: Option<String>,
    },
    /// The token has characters that no header can carry.
    #[error("the token contains characters that no token has")]
    BadToken,
    /// 401.
    #[error("the token is not accepted{}", Message(.message.as_ref()))]
    SignedOut {
        /// The server's message.
        message: Option<ServerMessage>,
    },
    /// 403.
    #[error("access is denied{}", Message(.message.as_ref()))]
    Forbidden {
        /// The server's message.
        message: Option<ServerMessage>,
    },
    /// 408, 425, 429 or 5xx.
    #[error("the deployment is not available, status {status}{}", Message(.message.as_ref()))]
    Unavailable {
        /// The status.
        status: u16,
        /// The server's message.
        message: Option<ServerMessage>,
        /// The server's `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// A page for a browser.
    #[error("the response is a web page, status {status}")]
    Markup {
        /// The status.
        status: u16,
    },
    /// More bytes than any response of Coder's has.
    #[error("the response is larger than {limit} bytes")]
    TooLarge {
        /// Where reading stopped.
        limit: usize,
    },
    /// JSON of another shape.
    #[error("the response does not have the endpoint's form: {reason}")]
    Malformed {
        /// The parser's message.
        reason: String,
    },
    /// Any other status.
    #[error("unexpected status {status}{}", Message(.message.as_ref()))]
    Unexpected {
        /// The status.
        status: u16,
        /// The server's message.
        message: Option<ServerMessage>,
    },
}

impl AnswerError {
    /// The party that has to act.
    pub fn class(&self) -> FaultClass {
        match self {
            Self::Transport(TransportFault::Tls(_)) => FaultClass::Tls,
            Self::Transport(_) | Self::Unavailable { .. } => FaultClass::Network,
            Self::BadToken | Self::SignedOut { .. } => FaultClass::NotSignedIn,
            Self::Forbidden { .. } => FaultClass::NotLicensed,
            Self::AccessUrlMismatch { .. }
            | Self::Redirected { .. }
            | Self::Markup { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. }
            | Self::Unexpected { .. } => FaultClass::NotCoder,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Transport(fault) => return fault.hint(),
            Self::AccessUrlMismatch { configured, .. } => {
                return Some(format!("set the access URL to `{configured}`"));
            }
            Self::Redirected { .. }
            | Self::Markup { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. } => {
                "correct the access URL, or let requests below `/api/v2/` pass the sign-on page, \
                 load balancer or captive portal in front of Coder"
            }
            Self::BadToken => "remove line breaks and spaces from the token",
            Self::SignedOut { .. } => {
                "give a token that is valid now; a workspace gets a new token with each start, so \
                 restart the workspace"
            }
            Self::Forbidden { .. } => {
                "check the deployment's licence, and the proxies and load balancers in front of it"
            }
            Self::Unavailable { status: 429, .. } => {
                "wait a minute: the deployment limits the rate of requests"
            }
            Self::Unavailable { .. } => "check the deployment's state and log, and try again",
            Self::Unexpected { .. } => "check that the access URL is that of a Coder deployment",
        };
        Some(hint.to_owned())
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Transport(fault) if fault.is_permanent() => Outcome::Permanent,
            Self::Transport(_) => Outcome::Transient { retry_after: None },
            Self::Unavailable { retry_after, .. } => {
                Outcome::Transient { retry_after: *retry_after }
            }
            Self::Markup { status: 200 } | Self::TooLarge { .. } | Self::Malformed { .. } => {
                Outcome::Suspicious
            }
            _ => Outcome::Permanent,
        }
    }
}

/// `: ` and the server's message, if there is one.
pub(crate) struct Message<'a>(pub(crate) Option<&'a ServerMessage>);

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |it| write!(f, ": `{it}`"))
    }
}

struct Target<'a>(Option<&'a str>);

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(location) => write!(f, " to `{location}`"),
            None => f.write_str(" without a target"),
        }
    }
}

#[cfg(test)]
mod tests;
