//! A response as it came: status, the few headers that count, a bounded body.

use std::fmt;
use std::time::Duration;

use ::http::header::{AsHeaderName, CONTENT_TYPE, RETRY_AFTER};
use ::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use settings::Secret;
use settings::text;
use time::OffsetDateTime;

use super::{AnswerError, retry};

/// The version of the server stands in each response of its API.
const BUILD_VERSION: &str = "X-Coder-Build-Version";

/// The longest message that is shown.
const MAX_MESSAGE: usize = 300;

/// The longest header value that is kept.
const MAX_HEADER: usize = 100;

/// The server's message about its status: one line, bounded, without control
/// characters and without the token that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerMessage(String);

impl ServerMessage {
    pub(crate) fn new(text: &str, token: Option<&Secret>) -> Option<Self> {
        let line = match token.filter(|it| !it.is_empty()) {
            Some(token) if text.contains(token.expose()) => {
                text::one_line(&text.replace(token.expose(), "[redacted]"), MAX_MESSAGE)
            }
            _ => text::one_line(text, MAX_MESSAGE),
        };
        (!line.is_empty()).then_some(Self(line))
    }

    /// The message as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The shape of Coder's JSON errors.
#[derive(Deserialize)]
struct ErrorBody {
    message: String,
    #[serde(default)]
    detail: String,
}

/// What a body is, whatever its header claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Empty,
    /// JSON of any shape.
    Json,
    /// A page for a browser.
    Markup,
    /// Text or bytes.
    Other,
}

/// A whole response that is no redirect.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
    pub(crate) content_type: Option<String>,
    pub(crate) message: Option<ServerMessage>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) deployment_version: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(
        status: StatusCode,
        headers: &HeaderMap,
        body: Vec<u8>,
        token: Option<&Secret>,
        now: OffsetDateTime,
    ) -> Self {
        let content_type = header(headers, CONTENT_TYPE);
        let content = content(content_type.as_deref().unwrap_or_default(), &body);
        let message = match content {
            Content::Json => {
                serde_json::from_slice::<ErrorBody>(&body).ok().and_then(|it| message(&it, token))
            }
            Content::Other if status != StatusCode::OK => {
                ServerMessage::new(&String::from_utf8_lossy(&body), token)
            }
            Content::Empty | Content::Markup | Content::Other => None,
        };
        Self {
            status,
            content,
            content_type,
            message,
            retry_after: header(headers, RETRY_AFTER).and_then(|it| retry::retry_after(&it, now)),
            deployment_version: header(headers, BUILD_VERSION),
            body,
        }
    }

    /// The fault that every endpoint has in common, if there is one: anything
    /// but 200, and a page in place of the response.
    pub(crate) fn fault(&self) -> Option<AnswerError> {
        let status = self.status.as_u16();
        let message = self.message.clone();
        let fault = match status {
            408 | 425 | 429 | 500.. => {
                AnswerError::Unavailable { status, message, retry_after: self.retry_after }
            }
            _ if self.content == Content::Markup => AnswerError::Markup { status },
            200 => return None,
            401 => AnswerError::SignedOut { message },
            403 => AnswerError::Forbidden { message },
            _ => AnswerError::Unexpected { status, message },
        };
        Some(fault)
    }
}

fn message(body: &ErrorBody, token: Option<&Secret>) -> Option<ServerMessage> {
    if body.detail.is_empty() {
        return ServerMessage::new(&body.message, token);
    }
    ServerMessage::new(&format!("{} ({})", body.message, body.detail), token)
}

fn header(headers: &HeaderMap, name: impl AsHeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(text::one_line(value, MAX_HEADER)).filter(|it| !it.is_empty())
}

/// The first character distinguishes a page from JSON and both from PEM, so a
/// wrong `Content-Type` has no effect.
fn content(content_type: &str, body: &[u8]) -> Content {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    match body.first() {
        None => Content::Empty,
        Some(b'<') => Content::Markup,
        Some(b'{' | b'[') => Content::Json,
        Some(_) if content_type.starts_with("text/html") && !body.starts_with(b"-----BEGIN ") => {
            Content::Markup
        }
        Some(_) => Content::Other,
    }
}

#[cfg(test)]
pub(crate) mod tests;
