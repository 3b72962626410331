//! What can go wrong between here and an endpoint's answer, and whose it is.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use rustls::CertificateError;
use thiserror::Error;

use super::ServerMessage;
use super::retry::Outcome;
use crate::text;

/// The longest text of a library or peer that is quoted.
const MAX_REASON: usize = 200;

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultClass {
    /// Nobody yet: the network, or a server that is not available now.
    Network,
    /// Who keeps the deployment's TLS certificate, or this machine's roots.
    Tls,
    /// Who gave the token.
    NotSignedIn,
    /// Who buys licences.
    NotLicensed,
    /// Who configures the deployment: the proxy is off or not configured.
    NotEnabled,
    /// Who set the URL, or keeps what stands in front of the deployment.
    NotCoder,
    /// Who configured the proxy's CA.
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

/// Why there is no answer of the kind that was asked for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AnswerError {
    /// There is no answer.
    #[error(transparent)]
    Transport(TransportFault),
    /// 307 to a bare access URL: Coder is called by another name than its own.
    #[error("the deployment at `{asked}` wants to be called `{answered}`")]
    AccessUrlMismatch {
        /// The access URL that was used.
        asked: String,
        /// The access URL that the deployment answered with.
        answered: String,
    },
    /// A redirect that is not followed. Its query is not kept.
    #[error("status {status} redirects{}", Whither(.location.as_deref()))]
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
    #[error("the token is not accepted{}", Said(.message.as_ref()))]
    SignedOut {
        /// The server's words.
        message: Option<ServerMessage>,
    },
    /// 403.
    #[error("access is denied{}", Said(.message.as_ref()))]
    Forbidden {
        /// The server's words.
        message: Option<ServerMessage>,
    },
    /// 408, 425, 429 or 5xx.
    #[error("the deployment is not available, status {status}{}", Said(.message.as_ref()))]
    Unavailable {
        /// The status.
        status: u16,
        /// The server's words.
        message: Option<ServerMessage>,
        /// How long the server wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// A page for a browser.
    #[error("a web page answers with status {status}")]
    Markup {
        /// The status.
        status: u16,
    },
    /// More bytes than any answer of Coder's has.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// Where reading stopped.
        limit: usize,
    },
    /// JSON of another shape.
    #[error("the answer is not what the endpoint gives: {reason}")]
    Malformed {
        /// The parser's words.
        reason: String,
    },
    /// Any other status.
    #[error("an answer with the unexpected status {status}{}", Said(.message.as_ref()))]
    Unexpected {
        /// The status.
        status: u16,
        /// The server's words.
        message: Option<ServerMessage>,
    },
}

impl AnswerError {
    /// Who has to act.
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
            Self::AccessUrlMismatch { answered, .. } => {
                return Some(format!("set the access URL to `{answered}`"));
            }
            Self::Redirected { .. }
            | Self::Markup { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. } => {
                "something in front of Coder answers (sign-on page, load balancer, captive portal): let requests below \
                 `/api/v2/` pass, or correct the access URL"
            }
            Self::BadToken => "look for line breaks or blanks in the token",
            Self::SignedOut { .. } => {
                "give a token that is valid now; a workspace gets a new one with each start, so restart the workspace"
            }
            Self::Forbidden { .. } => {
                "look at the deployment's licence, and at what stands in front of it"
            }
            Self::Unavailable { status: 429, .. } => {
                "wait a minute, the deployment limits how often it is asked"
            }
            Self::Unavailable { .. } => "look at the deployment's state and log, and try again",
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

/// Why no answer came.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TransportFault {
    /// The host's name has no address.
    #[error("the host's name cannot be resolved")]
    Resolve,
    /// Nobody listens on the port.
    #[error("the connection is refused")]
    Refused,
    /// A deadline passed.
    #[error("no answer in time")]
    Timeout,
    /// TLS failed.
    #[error(transparent)]
    Tls(TlsFault),
    /// The connection failed or ended early.
    #[error("the connection failed: {reason}")]
    Broken {
        /// The system's words.
        reason: String,
    },
}

impl TransportFault {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Resolve => {
                "check the host of the access URL, and the name servers of this machine"
            }
            Self::Refused => {
                "check host and port of the access URL, and whether the deployment runs"
            }
            Self::Timeout | Self::Broken { .. } => {
                "check whether this machine reaches the access URL; proxy variables are not used for it"
            }
            Self::Tls(fault) => return Some(fault.hint().to_owned()),
        };
        Some(hint.to_owned())
    }

    fn is_permanent(&self) -> bool {
        matches!(self, Self::Tls(fault) if fault.is_permanent())
    }

    /// Sorts an error of the HTTP library by what stands in its chain.
    pub(super) fn from_reqwest(err: &reqwest::Error) -> Self {
        if let Some(fault) = chain(err).find_map(|it| it.downcast_ref::<rustls::Error>()) {
            return Self::Tls(TlsFault::from_rustls(fault));
        }
        if err.is_timeout() {
            return Self::Timeout;
        }
        if err.is_connect() && chain(err).any(|it| it.to_string().starts_with("dns error")) {
            return Self::Resolve;
        }
        let refused = |it: &io::Error| it.kind() == io::ErrorKind::ConnectionRefused;
        if chain(err).filter_map(|it| it.downcast_ref()).any(refused) {
            return Self::Refused;
        }
        Self::Broken { reason: innermost(err) }
    }
}

/// How TLS to the deployment failed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TlsFault {
    /// No root that is trusted here issued the certificate.
    #[error("the deployment's TLS certificate is issued by an unknown CA")]
    UnknownIssuer,
    /// Not valid any more.
    #[error("the deployment's TLS certificate is expired")]
    Expired,
    /// Not valid yet.
    #[error("the deployment's TLS certificate is not valid yet")]
    NotYetValid,
    /// Another host's certificate.
    #[error("the deployment's TLS certificate is for {}, not for this host", Names(.presented))]
    WrongHost {
        /// The names in the certificate.
        presented: Vec<String>,
    },
    /// The certificate fails otherwise.
    #[error("the deployment's TLS certificate is not acceptable: {reason}")]
    BadCertificate {
        /// The TLS library's words.
        reason: String,
    },
    /// The port speaks something else.
    #[error("the deployment does not speak TLS on this port")]
    NotTls,
    /// The handshake failed otherwise.
    #[error("the TLS handshake failed: {reason}")]
    Handshake {
        /// The TLS library's words.
        reason: String,
    },
}

impl TlsFault {
    fn hint(&self) -> &'static str {
        match self {
            Self::UnknownIssuer => {
                "add the root that issued it to the extra CA certificates (`ca_certificates` in Terraform, \
                 `--extra-ca-file` in the workspace)"
            }
            Self::Expired => {
                "renew the deployment's TLS certificate, or correct this machine's clock"
            }
            Self::NotYetValid => "correct this machine's clock",
            Self::WrongHost { .. } => {
                "use a host name that the certificate has in the access URL, or replace it"
            }
            Self::BadCertificate { .. } => "replace the deployment's TLS certificate",
            Self::NotTls => "write `http://` in the access URL, or the port that speaks TLS",
            Self::Handshake { .. } => {
                "check what terminates TLS in front of the deployment; TLS 1.2 is the oldest spoken"
            }
        }
    }

    /// A certificate does not change between two attempts; a handshake may
    /// well fail because the server just starts.
    fn is_permanent(&self) -> bool {
        !matches!(self, Self::Handshake { .. })
    }

    fn from_rustls(err: &rustls::Error) -> Self {
        match err {
            rustls::Error::InvalidCertificate(err) => Self::from_certificate(err),
            rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
                Self::NotTls
            }
            err => Self::Handshake { reason: text::one_line(&err.to_string(), MAX_REASON) },
        }
    }

    fn from_certificate(err: &CertificateError) -> Self {
        match err {
            // A bad signature: a root of the issuer's name is trusted, but it is not the issuer.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::UnknownIssuer,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            CertificateError::NotValidForName => Self::WrongHost { presented: Vec::new() },
            CertificateError::NotValidForNameContext { presented, .. } => Self::WrongHost {
                presented: presented
                    .iter()
                    .take(8)
                    .map(|it| text::one_line(it, MAX_REASON))
                    .collect(),
            },
            err => Self::BadCertificate { reason: text::one_line(&err.to_string(), MAX_REASON) },
        }
    }
}

/// The errors below `err`, those inside of I/O errors included: `source` of an
/// I/O error skips the error that it wraps.
fn chain<'a>(err: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(err), |it| below(*it))
}

fn below<'a>(err: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match err.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => err.source(),
    }
}

/// The words of the error at the bottom: the layers above only repeat the URL.
pub(super) fn innermost(err: &reqwest::Error) -> String {
    chain(err).last().map(|it| text::one_line(&it.to_string(), MAX_REASON)).unwrap_or_default()
}

/// `: ` and the server's words, if it said something.
pub(crate) struct Said<'a>(pub(crate) Option<&'a ServerMessage>);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |it| write!(f, ": `{it}`"))
    }
}

struct Whither<'a>(Option<&'a str>);

impl fmt::Display for Whither<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(location) => write!(f, " to `{location}`"),
            None => f.write_str(" to nowhere"),
        }
    }
}

struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.write_str("another host")
        } else {
            write!(f, "`{}`", self.0.join("`, `"))
        }
    }
}

#[cfg(test)]
mod tests;
