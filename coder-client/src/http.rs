//! Requests to a deployment: the only place that builds an HTTP client.
//!
//! One client speaks to one deployment. It follows no redirect to elsewhere,
//! reads no proxy variables, keeps no cookies, stops reading at 64 KiB, and
//! reads the system's roots only when a certificate needs them.

pub(crate) mod answer;
mod error;
mod redirect;
pub mod retry;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use ::http::HeaderValue;
use ::http::header::{InvalidHeaderValue, LOCATION};
use pki::verifier::{RootError, TrustedRoots, client_config};
use rustls_pki_types::CertificateDer;
use settings::Secret;
use thiserror::Error;
use time::OffsetDateTime;
use url::Url;

pub use self::answer::ServerMessage;
pub(crate) use self::answer::{Answer, Content};
pub(crate) use self::error::Message;
pub use self::error::{AnswerError, FaultClass};
pub use self::transport::{TlsFault, TransportFault};
use crate::access_url::AccessUrl;

/// The header that carries a Coder API key. The other carriers are worse: a
/// cookie would win over it, and a query ends up in logs.
const SESSION_TOKEN: &str = "Coder-Session-Token";

/// More than any response that is needed here, and far below what would hurt.
const MAX_BODY: usize = 64 << 10;

/// How a client connects.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Trusted besides the system's roots.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Until TCP and TLS stand.
    pub connect_timeout: Duration,
    /// From the start of a request to the end of its body.
    pub request_timeout: Duration,
    /// Program and version, as `aibridge-agent/0.1.0`.
    pub user_agent: String,
}

/// Why a client cannot be built. All of it is in the options.
#[derive(Debug, Error)]
pub enum ClientError {
    /// An extra root that cannot be an anchor.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The user agent has characters that a header cannot carry.
    #[error("the user agent `{0}` cannot be sent")]
    UserAgent(String),
    /// The HTTP library refused the options.
    #[error("failed to set up the HTTP client: {0}")]
    Setup(String),
}

/// An HTTP client of one deployment. Cloning it shares its connections.
#[derive(Clone, Debug)]
pub struct Client {
    access_url: AccessUrl,
    http: reqwest::Client,
}

impl Client {
    /// Builds a client. Nothing is connected yet, and no certificate store is
    /// read before a server shows a certificate that needs it.
    pub fn new(access_url: AccessUrl, options: ClientOptions) -> Result<Self, ClientError> {
        let Ok(user_agent) = HeaderValue::from_str(&options.user_agent) else {
            return Err(ClientError::UserAgent(options.user_agent));
        };
        let tls = client_config(Arc::new(TrustedRoots::new(options.extra_roots)?));
        #[expect(clippy::disallowed_methods, reason = "this is the place that the rule speaks of")]
        let builder = reqwest::Client::builder();
        let http = builder
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .http1_only()
            .user_agent(user_agent)
            .connect_timeout(options.connect_timeout)
            .timeout(options.request_timeout)
            .build()
            .map_err(|err| ClientError::Setup(transport::innermost(&err)))?;
        Ok(Self { access_url, http })
    }

    /// The deployment that this client speaks to.
    pub fn access_url(&self) -> &AccessUrl {
        &self.access_url
    }

    /// Gets `path` below the access URL, with the token if there is one.
    ///
    /// A redirect to the same URL is followed once, as load balancers
    /// answer to set up themselves; any other is an error, for the token must not go
    /// elsewhere, and a dashboard is no response of the API.
    pub(crate) async fn get(
        &self,
        path: &str,
        token: Option<&Secret>,
    ) -> Result<Answer, AnswerError> {
        let mut url = self.access_url.endpoint(path);
        let mut may_follow = true;
        loop {
            let response = self.send(&url, token).await?;
            if !response.status().is_redirection() {
                return read(response, token).await;
            }
            let location = response.headers().get(LOCATION).and_then(|it| it.to_str().ok());
            match redirect::judge(&self.access_url, &url, response.status(), location) {
                redirect::Verdict::Follow(next) if may_follow => url = next,
                redirect::Verdict::Follow(next) => {
                    return Err(redirect::refused(response.status(), Some(&next)));
                }
                redirect::Verdict::Refuse(err) => return Err(err),
            }
            may_follow = false;
        }
    }

    async fn send(
        &self,
        url: &Url,
        token: Option<&Secret>,
    ) -> Result<reqwest::Response, AnswerError> {
        let mut request = self.http.get(url.clone());
        if let Some(token) = token.filter(|it| !it.is_empty()) {
            request =
                request.header(SESSION_TOKEN, header(token).map_err(|_| AnswerError::BadToken)?);
        }
        request
            .send()
            .await
            .map_err(|err| AnswerError::Transport(TransportFault::from_reqwest(&err)))
    }
}

/// The value is marked, so that no debug output of the HTTP library shows it.
fn header(token: &Secret) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(token.expose())?;
    value.set_sensitive(true);
    Ok(value)
}

/// Reads the response to its end or to the size limit.
async fn read(
    mut response: reqwest::Response,
    token: Option<&Secret>,
) -> Result<Answer, AnswerError> {
    let too_large = AnswerError::TooLarge { limit: MAX_BODY };
    if response.content_length().is_some_and(|it| it > MAX_BODY as u64) {
        return Err(too_large);
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY => return Err(too_large),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(err) => return Err(AnswerError::Transport(TransportFault::from_reqwest(&err))),
        }
    }
    Ok(Answer::new(response.status(), response.headers(), body, token, OffsetDateTime::now_utc()))
}
