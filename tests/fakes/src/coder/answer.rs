//! The ways in which an endpoint answers, each by a name of its own.

use bytes::Bytes;

use crate::gate::Gate;

/// Product name in a message: Coder renamed AI Bridge to AI Gateway in 2.34 and
/// 2.35.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// "AI Bridge".
    Old,
    /// "AI Gateway".
    New,
}

/// Why a request counts as signed out (401).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedOut {
    /// No carrier held a token.
    NoToken,
    /// The token is not ten characters, a hyphen, 22 characters.
    WrongFormat,
    /// No such key.
    Unknown,
    /// The key's lifetime is over.
    Expired,
    /// The user is suspended or dormant.
    UserNotActive,
}

/// How an endpoint answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The real thing: 401 without the token, 404 without a certificate, else
    /// 200 and the certificate. On paths other than the certificate endpoint:
    /// that path's ordinary answer.
    Certificate,
    /// 401, whatever the token.
    NotSignedIn(SignedOut),
    /// 403, even to requests without a token: the licence lacks the feature.
    NotLicensed(Wording),
    /// 404: signed in, but the server's flag is off.
    NotEnabled(Wording),
    /// 404: enabled, but the daemon is not up.
    NotMounted(Wording),
    /// 404 JSON `Route not found.`, for both paths.
    RouteNotFound,
    /// 404 plain text: no certificate loaded. The older wording lacks `MITM`.
    NoCertificate(Wording),
    /// A redirect with an empty body.
    Redirect { status: u16, location: String },
    /// 200 and the login page.
    Html,
    /// A bare status with Coder's JSON error shape, and `Retry-After` in
    /// seconds if given.
    Status { status: u16, retry_after: Option<u64> },
    /// 200 in the endpoint's own envelope with any body: two certificates, a
    /// private key, half a block.
    Pem(String),
    /// Anything at all.
    Raw { status: u16, content_type: &'static str, body: Bytes },
    /// The endpoint's ordinary answer: its headers at once, then one byte for
    /// each step of the gate.
    Slow(Gate),
    /// Any other answer, once the gate lets it pass.
    Held(Gate, Box<Self>),
    /// 200, half of the certificate, then a TCP reset.
    ResetInBody,
    /// 200, half of the announced length, then an orderly end.
    TruncatedBody,
    /// 200 with nothing in it.
    EmptyBody,
    /// 200 and a body that never ends: what a size cap is for.
    EndlessBody,
    /// The connection is closed without a byte.
    Disconnect,
    /// No byte ever, until the client or the fake goes.
    Hang,
}

impl Answer {
    /// The 307 that Coder sends when host or scheme is not the access URL's:
    /// its `Location` has no path.
    pub fn redirect_to_access_url(access_url: &str) -> Self {
        Self::Redirect { status: 307, location: access_url.to_owned() }
    }

    /// 429 as Coder's limiter sends it.
    pub fn rate_limited(retry_after: Option<u64>) -> Self {
        Self::Status { status: 429, retry_after }
    }

    /// A bare status without `Retry-After`.
    pub fn status(status: u16) -> Self {
        Self::Status { status, retry_after: None }
    }
}

// === impl Wording ===

impl Wording {
    pub(super) fn product(self) -> &'static str {
        match self {
            Self::Old => "AI Bridge",
            Self::New => "AI Gateway",
        }
    }
}

// === impl SignedOut ===

impl SignedOut {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::UserNotActive => {
                "User is not active (status = \"suspended\"). Contact an admin to reactivate your account."
            }
            _ => {
                "You are signed out or your session has expired. Please sign in again to continue."
            }
        }
    }

    pub(super) fn detail(self) -> Option<&'static str> {
        match self {
            Self::NoToken => {
                Some("Cookie \"coder_session_token\" or query parameter must be provided.")
            }
            Self::WrongFormat => Some("Invalid API key format: incorrect amount of API key parts"),
            Self::Unknown => Some("API key is invalid."),
            Self::Expired => Some("API key expired at \"2026-01-01 00:00:00 +0000 UTC\"."),
            Self::UserNotActive => None,
        }
    }
}
