//! Whose a token is: `GET /api/v2/users/me`, the cheapest probe of a token.

use serde::Deserialize;
use settings::Secret;

use crate::http::{AnswerError, Client};

const PATH: &str = "/api/v2/users/me";

/// The part of the response that is used. Others are skipped.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct User {
    /// A UUID.
    pub id: String,
    /// The login name.
    pub username: String,
}

/// Makes one request. A token that is not valid gives [`AnswerError::SignedOut`].
pub async fn me(client: &Client, token: &Secret) -> Result<User, AnswerError> {
    super::json(&client.get(PATH, Some(token)).await?)
}
