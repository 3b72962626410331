//! The ways in which an endpoint answers: a row of the contract, or a fault.

use bytes::Bytes;

use crate::contract::certificate_endpoint::{self as rows, Row};
use crate::gate::Gate;

/// How an endpoint answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// As a deployment without a fault: 401 without the token, 404 without a
    /// certificate, else 200 and the certificate. On paths other than the
    /// certificate endpoint: that path's own response.
    Certificate,
    /// A row of the contract. A row that comes after the check of the token is
    /// preceded by that check.
    Row(Row),
    /// A redirect with an empty body.
    Redirect { status: u16, location: String },
    /// The row of a status that means "not available", or else Coder's JSON
    /// error shape; and `Retry-After` in seconds if given.
    Status { status: u16, retry_after: Option<u64> },
    /// 200 in the endpoint's own envelope with any body: two certificates, a
    /// private key, half a block.
    Pem(String),
    /// Any response.
    Raw { status: u16, content_type: &'static str, body: Bytes },
    /// As [`Certificate`](Self::Certificate), but slowly: the headers at once, then one byte for
    /// each step of the gate.
    Slow(Gate),
    /// Any other answer, once the gate lets it pass.
    Held(Gate, Box<Self>),
    /// 200, half of the certificate, then a TCP reset.
    ResetInBody,
    /// 200, half of the announced length, then an orderly end.
    TruncatedBody,
    /// 200 and a body that never ends: what a size cap is for.
    EndlessBody,
    /// The connection is closed without a byte.
    Disconnect,
    /// No byte ever, until the client or the fake ends.
    Hang,
}

impl Answer {
    /// [`rows::LOGIN_PAGE`].
    pub const LOGIN_PAGE: Self = Self::Row(rows::LOGIN_PAGE);
    /// [`rows::EMPTY`].
    pub const EMPTY: Self = Self::Row(rows::EMPTY);
    /// [`rows::NO_TOKEN`].
    pub const NO_TOKEN: Self = Self::Row(rows::NO_TOKEN);
    /// [`rows::UNKNOWN_TOKEN`].
    pub const UNKNOWN_TOKEN: Self = Self::Row(rows::UNKNOWN_TOKEN);
    /// [`rows::EXPIRED_TOKEN`].
    pub const EXPIRED_TOKEN: Self = Self::Row(rows::EXPIRED_TOKEN);
    /// [`rows::SUSPENDED_USER`].
    pub const SUSPENDED_USER: Self = Self::Row(rows::SUSPENDED_USER);
    /// [`rows::NOT_LICENSED`].
    pub const NOT_LICENSED: Self = Self::Row(rows::NOT_LICENSED);
    /// [`rows::NOT_ENABLED`].
    pub const NOT_ENABLED: Self = Self::Row(rows::NOT_ENABLED);
    /// [`rows::NOT_MOUNTED`].
    pub const NOT_MOUNTED: Self = Self::Row(rows::NOT_MOUNTED);
    /// [`rows::ROUTE_NOT_FOUND`].
    pub const ROUTE_NOT_FOUND: Self = Self::Row(rows::ROUTE_NOT_FOUND);
    /// [`rows::NO_CERTIFICATE`].
    pub const NO_CERTIFICATE: Self = Self::Row(rows::NO_CERTIFICATE);

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
