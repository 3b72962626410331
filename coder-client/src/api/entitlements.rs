//! What a deployment's licence covers: `GET /api/v2/entitlements`.
//!
//! The endpoint requires no token. Only the editions that can be licensed have
//! it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::http::{AnswerError, Client};

const PATH: &str = "/api/v2/entitlements";

/// AI Bridge and its proxy are one feature; it kept its name when the product
/// became AI Gateway.
const AI_BRIDGE: &str = "aibridge";

/// The part of the response that is used. Others are skipped.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Entitlements {
    features: BTreeMap<String, Feature>,
}

/// One feature of the product.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Feature {
    entitlement: String,
    enabled: bool,
}

impl Entitlements {
    /// The feature AI Bridge, if this version has it.
    pub fn ai_bridge(&self) -> Option<&Feature> {
        self.features.get(AI_BRIDGE)
    }
}

impl Feature {
    /// Whether the licence covers it, if the server's word for that is known.
    /// The grace period after a licence's end counts.
    pub fn is_entitled(&self) -> Option<bool> {
        match self.entitlement.as_str() {
            "entitled" | "grace_period" => Some(true),
            "not_entitled" => Some(false),
            _ => None,
        }
    }

    /// Whether the server's settings have it switched on.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }
}

/// Makes one request; no token is needed or sent.
pub async fn fetch(client: &Client) -> Result<Entitlements, AnswerError> {
    super::json(&client.get(PATH, None).await?)
}
