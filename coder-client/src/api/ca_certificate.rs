//! The CA certificate of the AI Bridge Proxy:
//! `GET /api/v2/aibridge/proxy/ca-cert.pem`.
//!
//! Every version that has the proxy serves this path; newer ones have an alias
//! with the product's new name. The response goes through the checks of
//! [`certificate`](pki::certificate) before it is handed on.

mod fault;

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use pki::certificate::{CaCertificate, Pin};
use settings::Secret;
use time::OffsetDateTime;
use tokio::time::{Instant, timeout};

pub use self::fault::FetchFault;
pub use crate::http::FaultClass;
use crate::http::retry::{self, Limits, Step, Tries};
use crate::http::{Answer, AnswerError, Client, Content, TransportFault};

/// Known to every version from 2.30 on.
const PATH: &str = "/api/v2/aibridge/proxy/ca-cert.pem";

/// The new name, from 2.35 on.
const ALIAS: &str = "/api/v2/ai-gateway/proxy/ca-cert.pem";

/// How long and how often to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchPolicy {
    /// For all attempts and the waits between them.
    pub deadline: Duration,
    /// Attempts after the first one. The request to the alias does not count.
    pub max_retries: u32,
}

/// A certificate that passed the checks, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedCa {
    /// The CA certificate.
    pub certificate: CaCertificate,
    /// The URL that gave it.
    pub source: String,
    /// The server's version (`X-Coder-Build-Version`), as `v2.35.0+abcdef`.
    pub deployment_version: Option<String>,
}

/// Why no certificate was fetched: the last fault, and the first one if it was
/// another. `Display` names both, with the server's message and the URL; never
/// the token.
#[derive(Debug)]
pub struct FetchError {
    url: String,
    first: Option<FetchFault>,
    last: FetchFault,
    attempts: u32,
    deployment_version: Option<String>,
}

impl FetchError {
    /// The party that has to act.
    pub fn class(&self) -> FaultClass {
        self.decisive().class()
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        self.decisive().hint()
    }

    /// Requests that were made.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The fault that counts.
    pub fn fault(&self) -> &FetchFault {
        self.decisive()
    }

    /// The URL of the last request.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's version, if a response named it.
    pub fn deployment_version(&self) -> Option<&str> {
        self.deployment_version.as_deref()
    }

    /// The last fault, unless it is only that the time for all attempts was over:
    /// then the first one, which is the reason.
    fn decisive(&self) -> &FetchFault {
        match (&self.last, &self.first) {
            (FetchFault::Answer(AnswerError::Transport(TransportFault::Timeout)), Some(first)) => {
                first
            }
            (last, _) => last,
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot fetch the CA certificate from `{}`: {}", self.url, self.last)?;
        match &self.first {
            Some(first) if *first != self.last => {
                write!(f, " (attempt {}; the first one ended with: {first})", self.attempts)
            }
            _ if self.attempts > 1 => write!(f, " ({} attempts)", self.attempts),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for FetchError {}

/// Fetches the certificate, with retries where they may help.
///
/// The alias is requested once, without waiting, if the server has no such route.
pub async fn fetch(
    client: &Client,
    token: &Secret,
    pin: Option<&Pin>,
    policy: &FetchPolicy,
) -> Result<FetchedCa, FetchError> {
    let start = Instant::now();
    let limits = Limits { deadline: policy.deadline, max_retries: policy.max_retries };
    let (mut path, mut tries, mut requests) = (PATH, Tries::default(), 0);
    let mut first = None;
    let mut deployment_version = None;
    loop {
        let remaining = policy.deadline.saturating_sub(start.elapsed());
        let answer = match timeout(remaining, client.get(path, Some(token))).await {
            Ok(outcome) => outcome,
            Err(_) => Err(AnswerError::Transport(TransportFault::Timeout)),
        };
        requests += 1;
        if let Ok(answer) = &answer {
            deployment_version.clone_from(&answer.deployment_version);
        }
        let url = || client.access_url().endpoint(path).to_string();
        let last = match answer
            .map_err(FetchFault::Answer)
            .and_then(|it| judge(&it, pin, OffsetDateTime::now_utc()))
        {
            Ok(certificate) => {
                return Ok(FetchedCa { certificate, source: url(), deployment_version });
            }
            Err(FetchFault::RouteMissing { .. }) if path == PATH => {
                path = ALIAS;
                continue;
            }
            Err(fault) => fault,
        };
        tries.count(last.outcome());
        match retry::decide(last.outcome(), tries, start.elapsed(), limits, jitter()) {
            Step::Stop => {
                return Err(FetchError {
                    url: url(),
                    first,
                    last,
                    attempts: requests,
                    deployment_version,
                });
            }
            Step::Wait(wait) => {
                tracing::debug!(
                    error = %last,
                    attempt = requests,
                    ?wait,
                    "trying again to fetch the CA certificate"
                );
                first.get_or_insert(last);
                pause(wait).await;
            }
        }
    }
}

/// Makes a certificate of a response, or a fault of the status table.
fn judge(
    answer: &Answer,
    pin: Option<&Pin>,
    now: OffsetDateTime,
) -> Result<CaCertificate, FetchFault> {
    if let Some(fault) = fault::of(answer) {
        return Err(fault);
    }
    match answer.content {
        Content::Empty => Err(FetchFault::Empty),
        Content::Other if answer.body.windows(BEGIN.len()).any(|it| it == BEGIN) => {
            CaCertificate::from_pem(&answer.body, now, pin).map_err(FetchFault::Certificate)
        }
        Content::Json | Content::Markup | Content::Other => {
            Err(FetchFault::OtherContent { content_type: answer.content_type.clone() })
        }
    }
}

/// What any PEM has.
const BEGIN: &[u8] = b"-----BEGIN ";

/// A number from 0 to 1. The standard library seeds its hash tables from the
/// system's randomness, which is good enough to spread waits.
pub(super) fn jitter() -> f64 {
    RandomState::new().hash_one(()) as f64 / u64::MAX as f64
}

#[expect(clippy::disallowed_methods, reason = "the wait between two attempts, decided by `retry`")]
pub(super) async fn pause(wait: Duration) {
    tokio::time::sleep(wait).await;
}

#[cfg(test)]
mod tests;
