//! What all operations of the provider share: settings, and the requests that
//! it makes.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::api::ca_certificate::{self, FetchError, FetchPolicy, FetchedCa};
use coder_client::api::deployment::{self, Deployment, InspectError};
use coder_client::http::{self, ClientError, ClientOptions};
use pki::certificate::{CertificateError, Pin, parse_certificates};
use rustls_pki_types::CertificateDer;
use settings::Secret;
use tfplugin::model::Attr;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::config::{CaCertificates, Settings};
use crate::fetching::Stopped;
use crate::wording::sentences;

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Operations that ask the deployment at once; further ones wait for their turn.
///
/// Each opens up to two files at a time: a socket, and beside it the same for the host's
/// other address, the system's roots, or what looks up a name. With some ten of the
/// process's own they stay below 64, which is what careful systems leave to a process;
/// without a bound, 200 operations failed there. Terraform runs ten at once unless it is
/// asked for more, so nobody else ever waits.
const AT_ONCE: usize = 16;

/// The configured provider. Values may be unknown while Terraform plans.
#[derive(Debug)]
pub struct Client {
    pub(crate) access_url: Attr<AccessUrl>,
    /// Null and empty both mean that there is none.
    pub(crate) session_token: Attr<Secret>,
    /// A token from a state is dead here: Coder makes a new one for each build.
    pub(crate) is_coder_build: bool,
    /// Extra roots for the access URL; unknown, but never null.
    roots: Attr<Vec<CertificateDer<'static>>>,
    request_timeout: Duration,
    max_retries: u32,
    turns: Semaphore,
}

/// What to fetch.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) access_url: AccessUrl,
    pub(crate) token: Secret,
    pub(crate) pin: Option<Pin>,
}

/// Extra roots that cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RootsError {
    /// The file of the environment cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("`{}` holds no certificates", path.display())]
    NoCertificates {
        /// The file.
        path: PathBuf,
        /// Why.
        source: CertificateError,
    },
}

/// Why no certificate came.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoCertificate {
    /// No client could be built.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The deployment, or the way to it, said no.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

/// Why nothing is known of the deployment.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoDeployment {
    /// No client could be built.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// It does not say what it is.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// Nobody waits for it any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Client {
    /// Reads the file of extra roots if there is one.
    ///
    /// # Errors
    /// A file that cannot be read or holds no certificates.
    pub(crate) fn new(settings: Settings) -> Result<Self, RootsError> {
        let roots = match settings.ca_certificates {
            CaCertificates::None => Attr::Known(Vec::new()),
            CaCertificates::Unknown => Attr::Unknown,
            // The block was validated; what does not parse cannot come here.
            CaCertificates::Pem(pem) => {
                Attr::Known(parse_certificates(pem.as_bytes()).unwrap_or_default())
            }
            CaCertificates::File(path) => Attr::Known(read_roots(path)?),
        };
        Ok(Self {
            access_url: settings.access_url,
            session_token: settings.session_token,
            is_coder_build: settings.is_coder_build,
            roots,
            request_timeout: settings.request_timeout,
            max_retries: settings.max_retries,
            turns: Semaphore::new(AT_ONCE),
        })
    }

    /// Whether it is known whom to believe. Without that nobody may be asked: a
    /// deployment with a private CA would look like a fault.
    pub(crate) fn has_known_roots(&self) -> bool {
        self.roots.is_known()
    }

    /// Fetches the CA certificate with the configured retries, all within `limit`, which
    /// begins with the first of them: not while others are at it.
    pub(crate) async fn fetch(
        &self,
        target: &Target,
        limit: Duration,
    ) -> Result<FetchedCa, NoCertificate> {
        self.fetch_with(target, limit, self.max_retries).await
    }

    /// Fetches the CA certificate in one attempt; `limit` as above.
    pub(crate) async fn fetch_once(
        &self,
        target: &Target,
        limit: Duration,
    ) -> Result<FetchedCa, NoCertificate> {
        self.fetch_with(target, limit, 0).await
    }

    async fn fetch_with(
        &self,
        target: &Target,
        limit: Duration,
        max_retries: u32,
    ) -> Result<FetchedCa, NoCertificate> {
        let _turn = self.turn().await;
        let client = self.http(&target.access_url, limit)?;
        let policy = FetchPolicy { deadline: limit, max_retries };
        Ok(ca_certificate::fetch(&client, &target.token, target.pin.as_ref(), &policy).await?)
    }

    /// Asks what the deployment has, with the configured retries, all within
    /// `limit`, which begins as above. An empty token is not sent.
    pub(crate) async fn inspect(
        &self,
        access_url: &AccessUrl,
        token: &Secret,
        limit: Duration,
    ) -> Result<Deployment, NoDeployment> {
        let _turn = self.turn().await;
        let client = self.http(access_url, limit)?;
        let policy = FetchPolicy { deadline: limit, max_retries: self.max_retries };
        Ok(deployment::inspect(&client, token, &policy).await?)
    }

    /// Waits until fewer than [`AT_ONCE`] operations ask. Nobody closes the semaphore, and if
    /// somebody did, nobody would have to wait.
    async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    fn http(&self, access_url: &AccessUrl, limit: Duration) -> Result<http::Client, ClientError> {
        let options = ClientOptions {
            extra_roots: self.roots.as_known().cloned().unwrap_or_default(),
            connect_timeout: CONNECT_LIMIT.min(limit),
            request_timeout: self.request_timeout.min(limit),
            user_agent: concat!("terraform-provider-aibridge/", env!("CARGO_PKG_VERSION"))
                .to_owned(),
        };
        http::Client::new(access_url.clone(), options)
    }
}

impl NoDeployment {
    /// What happened and what to do, in sentences.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::Client(err) => sentences(err, err.source()),
            Self::Inspect(err) => sentences(err, err.hint()),
            Self::Stopped(stopped) => sentences(stopped, None::<&str>),
        }
    }
}

fn read_roots(path: PathBuf) -> Result<Vec<CertificateDer<'static>>, RootsError> {
    let pem = match std::fs::read(&path) {
        Ok(pem) => pem,
        Err(source) => return Err(RootsError::Unreadable { path, source }),
    };
    parse_certificates(&pem).map_err(|source| RootsError::NoCertificates { path, source })
}
