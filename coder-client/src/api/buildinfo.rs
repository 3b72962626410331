//! What runs at an access URL: `GET /api/v2/buildinfo`.

use serde::Deserialize;

use crate::http::{AnswerError, Client};

const PATH: &str = "/api/v2/buildinfo";

/// The part of the response that is used. Others are skipped.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct BuildInfo {
    /// The server's version, as `v2.35.0+abcdef`.
    pub version: String,
    /// The deployment's own URL; empty if the server does not state it.
    #[serde(default)]
    pub dashboard_url: String,
    /// Distinguishes deployments; empty if the server does not state it.
    #[serde(default)]
    pub deployment_id: String,
}

/// Makes one request; no token is needed or sent.
pub async fn fetch(client: &Client) -> Result<BuildInfo, AnswerError> {
    super::json(&client.get(PATH, None).await?)
}
