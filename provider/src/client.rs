//! The configured provider: its settings, and the requests that its operations make.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::api::ca_certificate::{self, FetchPolicy, FetchedCa};
use coder_client::api::deployment::{self, Deployment};
use coder_client::http::{self, ClientError, ClientOptions};
use pki::certificate::{CertificateError, Pin, parse_certificates};
use rustls_pki_types::CertificateDer;
use settings::Secret;
use tfplugin::model::Attr;
use tfplugin::provider::Stop;
use tokio::sync::Semaphore;

use crate::config::{ExtraRoots, Settings};
use crate::failure::{FetchFailure, InspectFailure, Stopped};

/// How long a connection may take to be established.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Operations that make requests at the same time; further ones wait for their turn.
///
/// Each opens up to two files at a time: a socket, and beside it a socket for the host's
/// other address, the system's roots, or the resolver's. With some ten of the process's
/// own they stay below 64, which is what careful systems leave to a process; without a
/// bound, 200 operations failed there. Terraform runs ten operations at the same time
/// unless `-parallelism` sets a higher number, so with its default no operation waits.
const MAX_CONCURRENT: usize = 16;

/// The configured provider. Values may be unknown while Terraform plans.
#[derive(Debug)]
pub struct Client {
    pub(crate) access_url: Attr<AccessUrl>,
    /// Null and empty both mean that there is none.
    pub(crate) session_token: Attr<Secret>,
    /// In a Coder build the token in the state is invalid: Coder makes a new one for each.
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

/// Why the extra roots cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RootsError {
    /// The file of the environment cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The path that the environment variable names.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("`{}` holds no certificates", path.display())]
    NoCertificates {
        /// The path that the environment variable names.
        path: PathBuf,
        /// Why its content is refused.
        source: CertificateError,
    },
}

impl Client {
    /// Reads the file of extra roots if there is one.
    ///
    /// # Errors
    /// A file that cannot be read or holds no certificates.
    pub(crate) fn new(settings: Settings) -> Result<Self, RootsError> {
        let roots = match settings.extra_roots {
            ExtraRoots::None => Attr::Known(Vec::new()),
            ExtraRoots::Unknown => Attr::Unknown,
            ExtraRoots::Block(certificates) => Attr::Known(certificates.as_slice().to_vec()),
            ExtraRoots::File(path) => Attr::Known(read_roots(path)?),
        };
        Ok(Self {
            access_url: settings.access_url,
            session_token: settings.session_token,
            is_coder_build: settings.is_coder_build,
            roots,
            request_timeout: settings.request_timeout,
            max_retries: settings.max_retries,
            turns: Semaphore::new(MAX_CONCURRENT),
        })
    }

    /// Whether the extra roots are known. Without them no request may be made: a
    /// deployment with a private CA would be reported as a fault.
    pub(crate) fn has_known_roots(&self) -> bool {
        self.roots.is_known()
    }

    /// Fetches the CA certificate with the configured retries. `timeout` covers all
    /// attempts and begins with the first; waiting for a turn does not count.
    pub(crate) async fn fetch(
        &self,
        target: &Target,
        timeout: Duration,
        stop: &Stop,
    ) -> Result<FetchedCa, FetchFailure> {
        self.fetch_with(target, timeout, self.max_retries, stop).await
    }

    /// Fetches the CA certificate in one attempt; `timeout` as above.
    pub(crate) async fn fetch_once(
        &self,
        target: &Target,
        timeout: Duration,
        stop: &Stop,
    ) -> Result<FetchedCa, FetchFailure> {
        self.fetch_with(target, timeout, 0, stop).await
    }

    async fn fetch_with(
        &self,
        target: &Target,
        timeout: Duration,
        max_retries: u32,
        stop: &Stop,
    ) -> Result<FetchedCa, FetchFailure> {
        let fetch = async {
            let client = self.http(&target.access_url, timeout)?;
            let policy = FetchPolicy { deadline: timeout, max_retries };
            Ok(ca_certificate::fetch(&client, &target.token, target.pin.as_ref(), &policy).await?)
        };
        self.in_turn(fetch, stop).await
    }

    /// Reads what the deployment has, with the configured retries; `timeout` as above. An
    /// empty token is not sent.
    pub(crate) async fn inspect(
        &self,
        access_url: &AccessUrl,
        token: &Secret,
        timeout: Duration,
        stop: &Stop,
    ) -> Result<Deployment, InspectFailure> {
        let inspect = async {
            let client = self.http(access_url, timeout)?;
            let policy = FetchPolicy { deadline: timeout, max_retries: self.max_retries };
            Ok(deployment::inspect(&client, token, &policy).await?)
        };
        self.in_turn(inspect, stop).await
    }

    /// Runs `requests` once fewer than [`MAX_CONCURRENT`] operations make theirs, and gives
    /// up when Terraform interrupts the operation.
    async fn in_turn<T, E: From<Stopped>>(
        &self,
        requests: impl Future<Output = Result<T, E>> + Send,
        stop: &Stop,
    ) -> Result<T, E> {
        let in_turn = async {
            // The semaphore is never closed; if it were, no operation would have to wait.
            let _turn = self.turns.acquire().await.ok();
            requests.await
        };
        tokio::select! {
            answer = in_turn => answer,
            () = stop.requested() => Err(Stopped.into()),
        }
    }

    fn http(&self, access_url: &AccessUrl, timeout: Duration) -> Result<http::Client, ClientError> {
        let options = ClientOptions {
            extra_roots: self.roots.as_known().cloned().unwrap_or_default(),
            connect_timeout: CONNECT_TIMEOUT.min(timeout),
            request_timeout: self.request_timeout.min(timeout),
            user_agent: concat!("terraform-provider-aibridge/", env!("CARGO_PKG_VERSION"))
                .to_owned(),
        };
        http::Client::new(access_url.clone(), options)
    }
}

fn read_roots(path: PathBuf) -> Result<Vec<CertificateDer<'static>>, RootsError> {
    let pem = match std::fs::read(&path) {
        Ok(pem) => pem,
        Err(source) => return Err(RootsError::Unreadable { path, source }),
    };
    parse_certificates(&pem).map_err(|source| RootsError::NoCertificates { path, source })
}
