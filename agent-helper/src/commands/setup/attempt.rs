//! The last two phases: the settings with the files that they name, then the
//! certificate, fetched and saved.

use std::path::{Path, PathBuf};
use std::time::Duration;

use coder_client::api::ca_certificate::{self, FaultClass, FetchPolicy, FetchedCa};
use coder_client::http::{Client, ClientOptions};
use pki::bundle;
use pki::certificate::{CaCertificate, Pin, encode, parsable};
use pki::pkcs12;
use pki::system_roots;
use rustls_pki_types::CertificateDer;
use settings::{Fault, Secret};
use time::OffsetDateTime;
use tokio::time::Instant;

use super::Kind;
use super::advice::warnings;
use super::plan::{Opened, Plan};
use crate::commands::{load_token, read_extra_cas, read_input};
use crate::config::stored::Stored;
use crate::config::{CaSettings, SeedSource, Setup};
use crate::error::Error;
use crate::files::Written;
use crate::output::{Output, chain};
use crate::rotation::{self, Known};
use crate::run_id::RunId;
use crate::status::{Outcome, Status};

/// Time for one connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Time for one request; a second one still fits into the default deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// The deadline ends the attempts, not their number.
const MAX_RETRIES: u32 = 100;

/// The source in the status if it was not the deployment.
const FROM_TERRAFORM: &str = "terraform";

/// The certificate is in place.
pub(super) struct Saved {
    /// The certificate file's content, the current one first.
    pub(super) kept: Vec<Known>,
    /// URL that the current one came from, or that it is Terraform's.
    pub(super) source: String,
    /// Version of the deployment, if its response had one.
    pub(super) deployment_version: Option<String>,
    /// Why Terraform's certificate was taken instead of the deployment's.
    pub(super) seeded: Option<Error>,
    /// Warnings about later failures.
    pub(super) warnings: Vec<String>,
}

/// The settings, complete, with the content of the files that they name.
pub(super) struct Prepared<'p> {
    setup: Setup<'p>,
    ca: &'p CaSettings,
    token: Secret,
    extra_cas: Vec<CertificateDer<'static>>,
}

impl<'p> Prepared<'p> {
    /// Reads the files that settings name, before the network is used.
    pub(super) fn read(plan: &'p Plan, opened: &Opened<'_>) -> Result<Self, Error> {
        let setup = plan.setup()?;
        // Dependents do not wait for a refresh: the result of the set-up holds meanwhile.
        if !plan.kind.is_refresh() {
            announce(opened, &plan.run)?;
        }
        let ca = &plan.config.ca;
        let (token, extra_cas) = (load_token(setup.token)?, extra_cas(ca.extra_ca_files())?);
        Ok(Self { setup, ca, token, extra_cas })
    }

    /// Fetches the certificate before the deadline, and saves it.
    pub(super) async fn attempt(
        &self,
        plan: &Plan,
        opened: &Opened<'_>,
        deadline: Instant,
        out: &mut Output,
    ) -> Result<Saved, Error> {
        // After the files are read: a file that cannot be read must not make the next run
        // fail as well.
        store(opened, &plan.config.to_stored(opened.place))?;
        let fetched = self.fetch(deadline).await;
        let now = OffsetDateTime::now_utc();
        let (certificate, source, deployment_version, seeded) = match fetched {
            Ok(it) => (it.certificate, it.source, it.deployment_version, None),
            Err(err) => {
                // What is in place is newer than what Terraform saw, or the same.
                let seed = if plan.kind.is_refresh() { None } else { self.seed(&err, now, out) };
                let Some(seed) = seed else { return Err(err) };
                (seed, FROM_TERRAFORM.to_owned(), None, Some(err))
            }
        };
        let warnings = warnings(&certificate, &self.extra_cas, Path::new("/"), now);
        let earlier = match plan.kind {
            Kind::Refresh { drops_old: true } => Vec::new(),
            _ => in_place(opened, self.ca.pin.value(), now)?,
        };
        let kept = rotation::merge(certificate, earlier, now);
        save(opened, &kept, &self.extra_cas)?;
        Ok(Saved { kept, source, deployment_version, seeded, warnings })
    }

    pub(super) fn into_extra_cas(self) -> Vec<CertificateDer<'static>> {
        self.extra_cas
    }

    async fn fetch(&self, deadline: Instant) -> Result<FetchedCa, Error> {
        let options = ClientOptions {
            extra_roots: self.extra_cas.clone(),
            connect_timeout: CONNECT_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            user_agent: concat!("aibridge-agent/", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let client = Client::new(self.setup.access_url.clone(), options)?;
        let left = deadline.saturating_duration_since(Instant::now());
        let policy = FetchPolicy { deadline: left, max_retries: MAX_RETRIES };
        Ok(ca_certificate::fetch(&client, &self.token, self.ca.pin.value(), &policy).await?)
    }

    /// The certificate that Terraform fetched, if the network failed. A
    /// refusal is a response, so the seed does not replace it.
    fn seed(&self, err: &Error, now: OffsetDateTime, out: &mut Output) -> Option<CaCertificate> {
        let Error::Fetch(fault) = err else { return None };
        if fault.class() != FaultClass::Network {
            return None;
        }
        let pem = match self.ca.seed.value()? {
            SeedSource::Pem(pem) => Ok(pem.clone().into_bytes()),
            SeedSource::File(path) => read_input("seed certificate file", path),
        };
        let seed = pem.map_err(|err| chain(&err)).and_then(|pem| {
            CaCertificate::from_pem(&pem, now, self.ca.pin.value()).map_err(|err| err.to_string())
        });
        match seed {
            Ok(certificate) => Some(certificate),
            Err(problem) => {
                out.warn(&format!("the seed certificate cannot be used: {problem}"), None);
                None
            }
        }
    }
}

/// The CAs in the certificate file that are still valid and fit the pin.
pub(super) fn in_place(
    Opened { folder, place, .. }: &Opened<'_>,
    pin: Option<&Pin>,
    now: OffsetDateTime,
) -> Result<Vec<Known>, Error> {
    let Some(file) = folder.read(place.cert_name())? else { return Ok(Vec::new()) };
    let status = folder.read(place.status_name())?.and_then(|it| Status::parse(&it.bytes));
    let seen = status.map(|it| it.seen).unwrap_or_default();
    Ok(rotation::read(&file.bytes, file.modified.into(), &seen, now, pin))
}

/// Writes the bundles, then the certificate: with the bundles first there is no
/// moment at which a tool trusts less than it did before.
pub(super) fn save(
    Opened { folder, place, .. }: &Opened<'_>,
    kept: &[Known],
    extra_cas: &[CertificateDer<'static>],
) -> Result<(), Error> {
    let ours = rotation::file(kept);
    let extra = extra_cas.iter().map(|it| encode(it)).collect::<String>();
    let system = system_roots::pem(Path::new("/"));
    let bundle = bundle::compose(&[&ours, extra.as_bytes(), &system]);
    let mut written = vec![folder.write(place.bundle_name(), &bundle)?];
    // A process that was started when there were extra CAs still names the
    // file to its children, so it stays true when there are none any more.
    if !extra_cas.is_empty() || folder.has(place.extra_name())? {
        let appended = bundle::compose(&[&ours, extra.as_bytes()]);
        written.push(folder.write(place.extra_name(), &appended)?);
    }
    // `trust java` has made it once, so it is kept as fresh as the bundle.
    if folder.has(place.truststore_name())? {
        let truststore = pkcs12::truststore(&parsable(&bundle));
        written.push(folder.write(place.truststore_name(), &truststore)?);
    }
    written.push(folder.write(place.cert_name(), &ours)?);
    if written.contains(&Written::Replaced) {
        folder.sync()?;
    }
    Ok(())
}

/// The certificates in the files of extra CAs.
pub(super) fn extra_cas(files: &[PathBuf]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut all = Vec::new();
    for path in files {
        all.extend(read_extra_cas(path)?);
    }
    Ok(all)
}

/// Writes a status that a set-up is running.
fn announce(Opened { folder, place, .. }: &Opened<'_>, run: &RunId) -> Result<(), Error> {
    let mut running = Status::new(place, run, Outcome::Running, OffsetDateTime::now_utc());
    // What the former status remembers is needed again at the end of this run.
    if let Some(old) = folder.read(place.status_name())?.and_then(|it| Status::parse(&it.bytes)) {
        running.seen = old.seen;
        running.last_success = old.last_success;
    }
    // A crash of the machine ends this run, so this status need not survive one.
    folder.write_unsynced(place.status_name(), &running.to_json())?;
    Ok(())
}

/// Keeps the settings for users and cron.
fn store(Opened { folder, place, .. }: &Opened<'_>, stored: &Stored) -> Result<(), Error> {
    let json = stored
        .to_json()
        .map_err(|err| Fault::new(format!("`{}`", place.settings_path), err.to_string(), None))?;
    folder.write(place.settings_name(), &json)?;
    Ok(())
}
