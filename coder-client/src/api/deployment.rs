//! What a deployment has of AI Bridge, pieced together from what its API reveals to
//! any user: version, licence, and the response of the certificate endpoint.
//!
//! The settings themselves are for administrators only. What no response reveals is
//! unknown, and reported as unknown.

mod judge;
#[cfg(test)]
mod tests;

use std::future::Future;

use settings::Secret;
use thiserror::Error;
use tokio::time::{Instant, timeout};

pub use self::judge::{Service, Services};
use super::buildinfo::{self, BuildInfo};
use super::ca_certificate::{self, FetchError, FetchFault, FetchPolicy};
use super::entitlements;
use crate::base_urls::Version;
use crate::http::retry::{self, Limits, Step, Tries};
use crate::http::{AnswerError, Client, TransportFault};

/// What was found out.
#[derive(Debug)]
pub struct Deployment {
    /// What runs there.
    pub build: BuildInfo,
    /// Its version, if it can be read.
    pub version: Option<Version>,
    /// The bridge and the proxy.
    pub services: Services,
    /// Why the certificate endpoint gave no information, if a token was sent and
    /// it gave none.
    pub unclear: Option<FetchError>,
    /// Why the licence could not be read, if something of the bridge is not
    /// known for that reason.
    pub unread_licence: Option<LicenceError>,
}

/// The deployment did not answer the request for its version: nothing else can be
/// found out then.
#[derive(Debug, Error)]
#[error("cannot read the version of the deployment at `{access_url}`: {fault}")]
pub struct InspectError {
    access_url: String,
    /// What went wrong, at the last attempt.
    pub fault: AnswerError,
}

impl InspectError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        self.fault.hint()
    }
}

/// The deployment did not reveal what its licence covers.
#[derive(Debug, Error)]
#[error("cannot read the licence of `{access_url}`: {fault}")]
pub struct LicenceError {
    access_url: String,
    /// What went wrong, at the last attempt.
    pub fault: AnswerError,
}

impl LicenceError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        self.fault.hint()
    }
}

/// Makes a request to each of the three endpoints, with retries, all within the policy's
/// deadline. An empty token is not sent; the licence is known without one.
///
/// # Errors
///
/// Only if the deployment does not give its version. What else it does not give is
/// not known in the result.
pub async fn inspect(
    client: &Client,
    token: &Secret,
    policy: &FetchPolicy,
) -> Result<Deployment, InspectError> {
    let start = Instant::now();
    let failed = |fault| InspectError { access_url: client.access_url().to_string(), fault };
    let build = retried(start, policy, || buildinfo::fetch(client)).await.map_err(failed)?;
    let version = Version::parse(&build.version);
    let (licence, unread) = match retried(start, policy, || entitlements::fetch(client)).await {
        Ok(entitlements) => (judge::Licence::Known(entitlements.ai_bridge().cloned()), None),
        Err(AnswerError::Unexpected { status: 404, .. }) => (judge::Licence::NoSuchRoute, None),
        Err(fault) => (judge::Licence::Unknown, Some(fault)),
    };
    let remaining = policy.deadline.saturating_sub(start.elapsed());
    let policy = FetchPolicy { deadline: remaining, ..*policy };
    let fetched = ca_certificate::fetch(client, token, None, &policy).await;
    let services =
        judge::services(version, &licence, fetched.as_ref().map(drop).map_err(FetchError::fault));
    let unclear = fetched.err().filter(|err| !token.is_empty() && is_unclear(err.fault()));
    let unread_licence = unread
        .filter(|_| !services.bridge.is_known())
        .map(|fault| LicenceError { access_url: client.access_url().to_string(), fault });
    Ok(Deployment { build, version, services, unclear, unread_licence })
}

/// Whether nothing about the proxy follows from the fault.
fn is_unclear(fault: &FetchFault) -> bool {
    matches!(
        fault,
        FetchFault::Answer(_)
            | FetchFault::Empty
            | FetchFault::OtherContent { .. }
            | FetchFault::MethodRefused
    )
}

async fn retried<T, F>(
    start: Instant,
    policy: &FetchPolicy,
    request: impl Fn() -> F,
) -> Result<T, AnswerError>
where
    F: Future<Output = Result<T, AnswerError>>,
{
    let limits = Limits { deadline: policy.deadline, max_retries: policy.max_retries };
    let mut tries = Tries::default();
    loop {
        let remaining = policy.deadline.saturating_sub(start.elapsed());
        let fault = match timeout(remaining, request()).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(fault)) => fault,
            Err(_) => AnswerError::Transport(TransportFault::Timeout),
        };
        tries.count(fault.outcome());
        let jitter = ca_certificate::jitter();
        match retry::decide(fault.outcome(), tries, start.elapsed(), limits, jitter) {
            Step::Stop => return Err(fault),
            Step::Wait(wait) => ca_certificate::pause(wait).await,
        }
    }
}
