//! The looks themselves, leg by leg. Each one does what the earlier ones have
//! made possible, and is skipped with a reason where they have not.

mod agent;
mod deployment;
mod files;
mod interception;
mod proxy;
mod settings;
mod trust;

use std::time::Duration;

use ::settings::Secret;
use pki::certificate::CaCertificate;
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;

pub use self::settings::refused;
use super::probe::Endpoint;
use super::verdict::Check;
use super::{environment, report, tools};
use crate::cli::DoctorArgs;
use crate::env::Lookup;
use crate::error::Error;
use crate::output::Output;
use crate::settings::{Coordination, Inspected, Place};

/// Hosts of providers that a deployment intercepts by default, 2.32 and newer.
pub const AI_HOSTS: [&str; 6] = [
    "api.openai.com",
    "api.anthropic.com",
    "chatgpt.com",
    "api.individual.githubcopilot.com",
    "api.business.githubcopilot.com",
    "api.enterprise.githubcopilot.com",
];

/// The user in the proxy's credentials.
pub(super) const USERNAME: &str = coder_client::workspace::DEFAULT_USERNAME;

/// Whom the hosts are asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AiHost {
    /// Lower case.
    pub name: String,
    /// Somebody asked for it: it must be intercepted.
    pub is_asked: bool,
}

/// A host that the proxy opens, as it was seen.
#[derive(Clone, Debug)]
pub(super) struct OpenedHost {
    pub(super) name: String,
    pub(super) chain: Vec<CertificateDer<'static>>,
}

/// Everything that the looks find out and later ones need.
pub(super) struct Patient<'a> {
    pub(super) args: &'a DoctorArgs,
    pub(super) env: &'a dyn Lookup,
    pub(super) now: OffsetDateTime,
    pub(super) timeout: Duration,
    pub(super) hosts: Vec<AiHost>,
    pub(super) place: Place,
    pub(super) coordination: Coordination,
    pub(super) inspected: Inspected,
    pub(super) token: Option<Secret>,
    /// Whether the deployment takes the token; unknown if it was not asked.
    pub(super) is_signed_in: Option<bool>,
    pub(super) extra_cas: Vec<CertificateDer<'static>>,
    pub(super) served: Option<CaCertificate>,
    /// The certificate file, if it is ours and there.
    pub(super) cert_file: Option<Vec<u8>>,
    /// The bundle, likewise.
    pub(super) bundle_file: Option<Vec<u8>>,
    /// What appending variables name, likewise.
    pub(super) appended_file: Option<Vec<u8>>,
    /// Whether the set-up that stored its settings was given extra CAs.
    pub(super) has_extra_cas: bool,
    pub(super) in_place: Vec<CaCertificate>,
    /// The proxy, once it can be spoken to.
    pub(super) endpoint: Option<Endpoint>,
    pub(super) listener_chain: Option<Vec<CertificateDer<'static>>>,
    pub(super) opened: Vec<OpenedHost>,
}

/// The looks so far; people see each when it is made.
#[derive(Debug)]
pub struct Checks<'a> {
    list: Vec<Check>,
    out: &'a mut Output,
    is_shown: bool,
    written: Result<(), Error>,
}

impl<'a> Checks<'a> {
    /// Starts empty; `is_shown` prints each look as a line.
    pub fn new(out: &'a mut Output, is_shown: bool) -> Self {
        Self { list: Vec::new(), out, is_shown, written: Ok(()) }
    }

    /// Takes one more.
    pub fn add(&mut self, check: Check) {
        if self.is_shown && self.written.is_ok() {
            self.written = self.out.result(&report::line(&check));
        }
        self.list.push(check);
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// A stdout that took nothing.
    pub fn into_list(self) -> Result<Vec<Check>, Error> {
        self.written.map(|()| self.list)
    }
}

/// Goes through all legs.
///
/// # Errors
///
/// Only what keeps it from looking at all: a certificate path that is none.
pub async fn walk(
    args: &DoctorArgs,
    hosts: Vec<AiHost>,
    timeout: Duration,
    env: &dyn Lookup,
    checks: &mut Checks<'_>,
) -> Result<(), Error> {
    let mut patient = settings::look(args, hosts, timeout, env, checks)?;
    deployment::look(&mut patient, checks).await;
    files::look(&mut patient, checks);
    proxy::look(&mut patient, checks).await;
    interception::look(&mut patient, checks).await;
    trust::look(&patient, checks);
    for check in environment::look(env, patient.inspected.proxy_url.as_ref()) {
        checks.add(check);
    }
    agent::look(&patient, checks).await;
    tools::look(&patient, checks).await;
    Ok(())
}
