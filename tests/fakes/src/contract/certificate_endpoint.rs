//! The certificate endpoint, `GET /api/v2/aibridge/proxy/ca-cert.pem`: which
//! response means what.
//!
//! Source: the status table in section 1.1 of the contract on Coder, for coderd
//! 2.30 to 2.35. Coder sends several meanings with one status, so the words of
//! the body decide; the product was renamed in 2.34 and 2.35, so most of them
//! exist twice.

use serde_json::json;

pub use self::rows::*;

mod rows;

/// `Content-Type` of Coder's JSON responses.
pub const JSON: &str = "application/json; charset=utf-8";
/// `Content-Type` of a page.
pub const HTML: &str = "text/html; charset=utf-8";
/// `Content-Type` of Go's `http.Error`.
pub const TEXT: &str = "text/plain; charset=utf-8";
/// `Content-Type` of the certificate itself.
pub const PEM: &str = "application/x-pem-file";

/// One response of the endpoint, and what a client must conclude from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// For the message of a failed test.
    pub name: &'static str,
    /// The status code.
    pub status: u16,
    /// The header of that name; a redirect and a 405 have none.
    pub content_type: Option<&'static str>,
    /// The header of that name, of redirects only.
    pub location: Option<&'static str>,
    /// The body.
    pub body: Body,
    /// Whether a request without a valid token gets this response, too. The
    /// others are preceded by the check of the token.
    pub is_before_sign_in: bool,
    /// What it means.
    pub meaning: Meaning,
}

/// The body of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// The certificate that the deployment has loaded: one PEM block.
    Certificate,
    /// No byte.
    Empty,
    /// Coder's JSON error shape.
    Message {
        /// The field `message`.
        message: &'static str,
        /// The field `detail`, which may be absent.
        detail: Option<&'static str>,
    },
    /// These bytes.
    Text(&'static str),
}

/// What a response means to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A certificate.
    Accepted,
    /// 403 with other words than the licence's.
    AccessDenied,
    /// 307 to the bare access URL: the client uses another scheme or host than
    /// the deployment is configured with.
    AccessUrlMismatch,
    /// 200 and a PEM that no client may accept.
    BadCertificate,
    /// 200 without a body.
    EmptyBody,
    /// 404 with words that are none of the others'.
    EndpointMissing,
    /// 403: the licence lacks the feature.
    LicenceMissing,
    /// 404: the proxy has loaded no certificate.
    NoCertificateLoaded,
    /// 200 and neither a certificate nor a page.
    NotACertificate,
    /// 404: the server's flag is off.
    ProxyDisabled,
    /// 404: the proxy is enabled and not running, or not yet.
    ProxyNotRunning,
    /// A redirect to another origin or path, by a load balancer or a login.
    Redirected,
    /// 404: this deployment does not know the path.
    RouteMissing,
    /// 401.
    SignedOut,
    /// The deployment, or a server in front of it, cannot answer now.
    Unavailable,
    /// A page for a browser in place of the response.
    WebPage,
    /// 405.
    WrongMethod,
}

/// Which party has to act on a response that is no certificate. A class has a
/// word for status files and an exit code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// None: a certificate has come.
    Accepted,
    /// The configuration of the proxy's CA.
    Certificate,
    /// The network, or a server that is not available now.
    Network,
    /// The access URL, or a server in front of the deployment.
    NotCoder,
    /// The configuration of the deployment.
    NotEnabled,
    /// The licence of the deployment.
    NotLicensed,
    /// The token.
    NotSignedIn,
}

/// Whether another request may have another result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// As often as the client's limits allow, with growing waits.
    Allowed,
    /// Never: the result stays the same until a setting changes.
    No,
    /// One more time: a server in between may have answered once.
    Once,
    /// Not of this path, but of its alias, once and without a wait.
    OtherPath,
}

// === impl Row ===

impl Row {
    const fn new(name: &'static str, status: u16, meaning: Meaning) -> Self {
        Self {
            name,
            status,
            content_type: None,
            location: None,
            body: Body::Empty,
            is_before_sign_in: false,
            meaning,
        }
    }

    const fn text(self, content_type: &'static str, text: &'static str) -> Self {
        Self { content_type: Some(content_type), body: Body::Text(text), ..self }
    }

    const fn message(self, message: &'static str) -> Self {
        Self { content_type: Some(JSON), body: Body::Message { message, detail: None }, ..self }
    }

    const fn message_with(self, message: &'static str, detail: &'static str) -> Self {
        let body = Body::Message { message, detail: Some(detail) };
        Self { content_type: Some(JSON), body, ..self }
    }

    const fn location(self, location: &'static str) -> Self {
        Self { location: Some(location), ..self }
    }

    const fn before_sign_in(self) -> Self {
        Self { is_before_sign_in: true, ..self }
    }

    /// Whether another request may have another result.
    pub const fn retry(&self) -> Retry {
        match self.meaning {
            Meaning::ProxyNotRunning | Meaning::Unavailable => Retry::Allowed,
            Meaning::EmptyBody | Meaning::NotACertificate => Retry::Once,
            Meaning::WebPage if self.status == 200 => Retry::Once,
            Meaning::RouteMissing => Retry::OtherPath,
            _ => Retry::No,
        }
    }

    /// The words of the server that a report must repeat; none for a page or
    /// for the content of a 200.
    pub fn words(&self) -> Option<String> {
        match self.body {
            Body::Message { message, detail: None } if self.status != 200 => Some(message.into()),
            Body::Message { message, detail: Some(detail) } => {
                Some(format!("{message} ({detail})"))
            }
            Body::Text(text) if self.status != 200 && self.content_type == Some(TEXT) => {
                Some(text.trim_end().into())
            }
            _ => None,
        }
    }
}

// === impl Body ===

impl Body {
    /// The bytes on the wire; `certificate` is what the deployment has loaded.
    pub fn bytes(&self, certificate: &str) -> Vec<u8> {
        let text = match *self {
            Self::Certificate => certificate.to_owned(),
            Self::Empty => String::new(),
            // In Coder's order of fields, whatever order a JSON library keeps.
            Self::Message { message, detail: None } => {
                format!("{{\"message\":{}}}\n", json!(message))
            }
            Self::Message { message, detail: Some(detail) } => {
                format!("{{\"message\":{},\"detail\":{}}}\n", json!(message), json!(detail))
            }
            Self::Text(text) => text.to_owned(),
        };
        text.into_bytes()
    }
}

// === impl Meaning ===

impl Meaning {
    /// Which party has to act.
    pub const fn class(self) -> Class {
        match self {
            Self::Accepted => Class::Accepted,
            Self::BadCertificate => Class::Certificate,
            Self::Unavailable => Class::Network,
            Self::AccessUrlMismatch
            | Self::EmptyBody
            | Self::NotACertificate
            | Self::Redirected
            | Self::WebPage
            | Self::WrongMethod => Class::NotCoder,
            Self::EndpointMissing
            | Self::NoCertificateLoaded
            | Self::ProxyDisabled
            | Self::ProxyNotRunning
            | Self::RouteMissing => Class::NotEnabled,
            Self::AccessDenied | Self::LicenceMissing => Class::NotLicensed,
            Self::SignedOut => Class::NotSignedIn,
        }
    }
}

// === impl Class ===

impl Class {
    /// The stable word of status files; empty for success.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "",
            Self::Certificate => "certificate",
            Self::Network => "network",
            Self::NotCoder => "not_coder",
            Self::NotEnabled => "not_enabled",
            Self::NotLicensed => "not_licensed",
            Self::NotSignedIn => "not_signed_in",
        }
    }

    /// The exit code of a set-up that ended with it.
    pub const fn exit_code(self) -> i32 {
        match self {
            Self::Accepted => 0,
            Self::Network => 11,
            Self::NotSignedIn => 13,
            Self::NotLicensed => 14,
            Self::NotEnabled => 15,
            Self::NotCoder => 16,
            Self::Certificate => 17,
        }
    }
}
