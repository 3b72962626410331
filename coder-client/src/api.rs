//! The endpoints of Coder's API that this repository uses, typed.

pub mod buildinfo;
pub mod ca_certificate;
pub mod deployment;
pub mod entitlements;
pub mod users;

use serde::de::DeserializeOwned;
use settings::text;

use crate::http::{Answer, AnswerError};

/// The longest word of the JSON parser that is kept.
const MAX_REASON: usize = 120;

/// Reads a JSON answer with status 200.
fn json<T: DeserializeOwned>(answer: &Answer) -> Result<T, AnswerError> {
    if let Some(fault) = answer.fault() {
        return Err(fault);
    }
    serde_json::from_slice(&answer.body).map_err(|err| AnswerError::Malformed {
        reason: text::one_line(&err.to_string(), MAX_REASON),
    })
}
