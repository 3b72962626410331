//! The findings of earlier checks, and the checks themselves.

use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{Files, NoProxy, ProxyUrl};
use pki::certificate::{CaCertificate, Pin};
use rustls_pki_types::CertificateDer;
use settings::{Lookup, Secret};
use time::OffsetDateTime;

use super::probe::Endpoint;
use super::report;
use super::verdict::Check;
use crate::cli::DoctorArgs;
use crate::config::{Config, Coordination};
use crate::error::Error;
use crate::output::Output;

/// A host of an AI provider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AiHost {
    /// In lower case.
    pub(crate) name: String,
    /// It was named by `--host`: it must be intercepted.
    pub(crate) is_required: bool,
}

/// A host that the proxy intercepts, with the chain that it showed.
#[derive(Clone, Debug)]
pub(super) struct InterceptedHost {
    pub(super) name: String,
    pub(super) chain: Vec<CertificateDer<'static>>,
}

/// What earlier checks have found and later ones need.
pub(super) struct Findings<'a> {
    pub(super) args: &'a DoctorArgs,
    pub(super) env: &'a dyn Lookup,
    pub(super) now: OffsetDateTime,
    pub(super) timeout: Duration,
    pub(super) hosts: Vec<AiHost>,
    pub(super) place: Files,
    pub(super) config: Config,
    pub(super) coordination: Coordination,
    pub(super) token: Option<Secret>,
    /// Whether the deployment accepts the token; `None` without a response.
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
    /// The proxy, once it is known to answer.
    pub(super) endpoint: Option<Endpoint>,
    pub(super) listener_chain: Option<Vec<CertificateDer<'static>>>,
    pub(super) intercepted: Vec<InterceptedHost>,
}

impl Findings<'_> {
    pub(super) fn access_url(&self) -> Option<&AccessUrl> {
        self.config.tool.access_url.usable()
    }

    pub(super) fn proxy_url(&self) -> Option<&ProxyUrl> {
        self.config.tool.proxy_url.usable()
    }

    /// The only CA certificate to accept.
    pub(super) fn pin(&self) -> Option<&Pin> {
        self.config.ca.pin.usable()
    }

    /// The exclusion list that a tool under `exec` gets.
    pub(super) fn exclusions(&self) -> NoProxy {
        self.config.tool.exclusions(self.access_url())
    }
}

/// The checks so far; each is printed as soon as it is made.
#[derive(Debug)]
pub(crate) struct Checks<'a> {
    list: Vec<Check>,
    pub(super) out: &'a mut Output,
    prints_lines: bool,
    written: Result<(), Error>,
}

impl<'a> Checks<'a> {
    /// Starts empty; `prints_lines` prints each check as a line.
    pub(crate) fn new(out: &'a mut Output, prints_lines: bool) -> Self {
        Self { list: Vec::new(), out, prints_lines, written: Ok(()) }
    }

    pub(crate) fn add(&mut self, check: Check) {
        if self.prints_lines && self.written.is_ok() {
            self.written = self.out.result(&report::line(&check));
        }
        self.list.push(check);
    }

    /// The checks.
    ///
    /// # Errors
    ///
    /// A write error on stdout.
    pub(crate) fn into_list(self) -> Result<Vec<Check>, Error> {
        self.written.map(|()| self.list)
    }
}
