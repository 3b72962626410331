//! Why no response arrived: faults of the network and of TLS.

use std::error::Error;
use std::fmt;
use std::io;

use pki::chain::is_namesake;
use rustls::CertificateError;
use settings::text;
use thiserror::Error;

/// The longest text of a library or peer that is quoted.
const MAX_REASON: usize = 200;

/// Why no response arrived.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TransportFault {
    /// The host's name has no address.
    #[error("the host's name cannot be resolved")]
    Resolve,
    /// No process listens on the port.
    #[error("the connection is refused")]
    Refused,
    /// A deadline passed.
    #[error("no response within the timeout")]
    Timeout,
    /// TLS failed.
    #[error(transparent)]
    Tls(TlsFault),
    /// The connection failed or ended early.
    #[error("the connection failed: {reason}")]
    Broken {
        /// The operating system's message.
        reason: String,
    },
}

impl TransportFault {
    pub(super) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Resolve => {
                "check the host of the access URL, and the name servers of this machine"
            }
            Self::Refused => {
                "check host and port of the access URL, and whether the deployment runs"
            }
            Self::Timeout | Self::Broken { .. } => {
                "check whether this machine reaches the access URL; proxy variables are not used \
                 for it"
            }
            Self::Tls(fault) => return Some(fault.hint().to_owned()),
        };
        Some(hint.to_owned())
    }

    pub(super) fn is_permanent(&self) -> bool {
        matches!(self, Self::Tls(fault) if fault.is_permanent())
    }

    /// Classifies an error of the HTTP library by the errors in its chain.
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
    #[error(
        "the deployment's TLS certificate is issued by an unknown CA{}",
        Namesake(.namesake.as_deref())
    )]
    UnknownIssuer {
        /// The TLS library's message about a root that is trusted and has the
        /// issuer's name, but another key.
        namesake: Option<String>,
    },
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
        /// The TLS library's message.
        reason: String,
    },
    /// The server speaks another protocol on this port.
    #[error("the deployment does not speak TLS on this port")]
    NotTls,
    /// The handshake failed otherwise.
    #[error("the TLS handshake failed: {reason}")]
    Handshake {
        /// The TLS library's message.
        reason: String,
    },
}

impl TlsFault {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownIssuer { .. } => {
                "add the root that issued it to the extra CA certificates"
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
                "check the TLS settings of the deployment or its load balancer; \
                 TLS 1.2 or newer is required"
            }
        }
    }

    /// A certificate does not change between two attempts. But a machine's clock
    /// does, which is often wrong until a while after boot; and a handshake may
    /// well fail because the server just starts.
    fn is_permanent(&self) -> bool {
        !matches!(self, Self::Expired | Self::NotYetValid | Self::Handshake { .. })
    }

    /// Classifies an error of the TLS library.
    pub fn from_rustls(err: &rustls::Error) -> Self {
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
            CertificateError::UnknownIssuer => Self::UnknownIssuer { namesake: None },
            err if is_namesake(err) => {
                Self::UnknownIssuer { namesake: Some(text::one_line(&err.to_string(), MAX_REASON)) }
            }
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

/// The message of the innermost error: the layers above only repeat the URL.
pub(super) fn innermost(err: &reqwest::Error) -> String {
    chain(err).last().map(|it| text::one_line(&it.to_string(), MAX_REASON)).unwrap_or_default()
}

struct Namesake<'a>(Option<&'a str>);

impl fmt::Display for Namesake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |it| {
            write!(f, "; a root of the same name is trusted, but its key is another (`{it}`)")
        })
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
