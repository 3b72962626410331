//! Why a certificate is refused, and what is worth a warning.

use std::fmt;

use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Why a text is refused as the CA certificate.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CertificateError {
    /// The text is empty or blank.
    #[error("the certificate is empty")]
    Empty,
    /// No `-----BEGIN …-----` line.
    #[error("the certificate is not in PEM form")]
    NotPem,
    /// A page for a browser, instead of a certificate.
    #[error("a web page was received instead of a certificate")]
    ServedMarkup,
    /// A block of another kind.
    #[error("the PEM block `{label}` is not a certificate")]
    NoCertificate {
        /// What the block calls itself.
        label: String,
    },
    /// A private key is in the text. Its content is never read.
    #[error("the input contains a private key")]
    PrivateKey,
    /// More than one certificate where exactly one is expected; how many.
    #[error("there are {0} certificates instead of one")]
    SeveralCertificates(usize),
    /// Base64 or DER that does not parse.
    #[error("malformed {part}: {reason}")]
    Malformed {
        /// The part at fault.
        part: &'static str,
        /// The parser's message.
        reason: String,
    },
    /// Basic constraints do not declare a CA.
    #[error("the certificate is not a CA certificate")]
    NotCa,
    /// Key usage is there and does not allow signing certificates.
    #[error("the key usage of the certificate does not allow signing certificates")]
    KeyUsage,
    /// Not valid any more, five minutes of clock skew allowed.
    #[error("the certificate expired at `{}`", Time(*.not_after))]
    Expired {
        /// End of validity.
        not_after: OffsetDateTime,
    },
    /// Not valid yet, five minutes of clock skew allowed.
    #[error("the certificate is not valid before `{}`", Time(*.not_before))]
    NotYetValid {
        /// Start of validity.
        not_before: OffsetDateTime,
    },
    /// Another certificate than the pinned one.
    #[error("the certificate has the SHA-256 `{actual}`, but `{expected}` is pinned")]
    PinMismatch {
        /// The pinned SHA-256.
        expected: String,
        /// The SHA-256 of what was read.
        actual: String,
    },
}

impl CertificateError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Empty | Self::NotPem | Self::NoCertificate { .. } | Self::Malformed { .. } => {
                "give the certificate as a PEM block, `-----BEGIN CERTIFICATE-----` to \
                 `-----END CERTIFICATE-----`"
            }
            Self::ServedMarkup => {
                "open the address it came from in a browser: a login or error page is served there"
            }
            Self::PrivateKey => "remove the private key, which must never leave the proxy's host",
            Self::SeveralCertificates(_) => {
                "keep the CA certificate alone; further ones are extra CAs"
            }
            Self::NotCa | Self::KeyUsage => {
                "have the proxy's administrator configure a certificate with `CA:TRUE` and the \
                 key usage `keyCertSign`"
            }
            Self::Expired { .. } => {
                "have the proxy's administrator renew the CA certificate, or correct this clock"
            }
            Self::NotYetValid { .. } => {
                "correct the clock of this machine, or of the one that made the certificate"
            }
            Self::PinMismatch { .. } => {
                "if the CA was replaced on purpose, change the pin; otherwise a third party \
                 intercepts the connection"
            }
        };
        Some(hint.to_owned())
    }
}

/// What a certificate may be, though it will hurt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateWarning {
    /// It expires within 30 days.
    NearExpiry {
        /// End of validity.
        not_after: OffsetDateTime,
    },
    /// It is an intermediate: Node and OpenSSL accept only a self-signed
    /// anchor, so its root has to be among the extra CAs.
    NotSelfIssued {
        /// The issuer whose certificate is needed.
        issuer: String,
    },
}

impl fmt::Display for CertificateWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NearExpiry { not_after } => {
                write!(f, "the CA certificate expires at `{}`", Time(*not_after))
            }
            Self::NotSelfIssued { issuer } => write!(
                f,
                "the CA certificate was issued by `{issuer}`; Node and OpenSSL trust it only if \
                 that root is among the extra CA certificates"
            ),
        }
    }
}

/// RFC 3339 with whole seconds, as certificates have them.
struct Time(OffsetDateTime);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.format(&Rfc3339) {
            Ok(text) => f.write_str(&text),
            // RFC 3339 ends with the year 9999, certificates do not start there.
            Err(_) => write!(f, "year {}", self.0.year()),
        }
    }
}
