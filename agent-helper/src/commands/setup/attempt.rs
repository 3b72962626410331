//! The work of a set-up, from the settings to the files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ::settings::Secret;
use coder_client::api::ca_certificate::{self, FaultClass, FetchPolicy, FetchedCa};
use coder_client::http::{Client, ClientOptions};
use pki::bundle;
use pki::certificate::{CaCertificate, Pin, encode, parsable, parse_certificates};
use pki::pkcs12;
use pki::system_roots;
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::advice::warnings;
use super::{Kind, Session};
use crate::commands::{load_token, read_input};
use crate::error::Error;
use crate::files::{Folder, Written};
use crate::output::{Output, chain};
use crate::rotation::{self, Known};
use crate::settings::{self, Place, SeedSource, SettingsError, Setup};
use crate::status::{Outcome, Status};

/// Time for one connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Time for one request; a second one still fits into the default deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// The deadline ends the attempts, not their number.
const MAX_RETRIES: u32 = 100;

/// The source in the status if it was not the deployment.
const FROM_TERRAFORM: &str = "terraform";

/// What is in place now.
pub(super) struct Saved {
    /// The certificate file's content, the current one first.
    pub(super) kept: Vec<Known>,
    /// Where the current one came from.
    pub(super) source: String,
    /// Version of the deployment, if it said.
    pub(super) deployment_version: Option<String>,
    /// Why Terraform's certificate was taken instead of the deployment's.
    pub(super) seeded: Option<Error>,
    /// What will hurt later.
    pub(super) warnings: Vec<String>,
}

/// Everything that comes from files, read before the network is used.
struct Inputs {
    token: Secret,
    extra_cas: Vec<CertificateDer<'static>>,
}

/// Does the work before the deadline, which is `timeout` after the start.
pub(super) async fn attempt(
    session: &mut Session<'_>,
    timeout: Duration,
    deadline: Instant,
    out: &mut Output,
) -> Result<Saved, Error> {
    session.open(deadline, timeout).await?;
    let faults = std::mem::take(&mut session.faults);
    let place = match &session.place {
        Ok(place) => place.clone(),
        Err(err) => {
            let faults = err.faults.iter().cloned().chain(faults).collect();
            return Err(SettingsError { faults }.into());
        }
    };
    let decided = (&place, &session.coordination);
    let setup = settings::setup(session.args, session.env, &session.stored, decided, faults)?;
    session.access_url = Some(setup.access_url.as_str().to_owned());
    let Some(opened) = &session.opened else {
        return Err(Error::Bug("the folder is not open".to_owned()));
    };
    let folder = &opened.folder;
    // A refresh is nothing to wait for: what the set-up said holds meanwhile.
    if !session.kind.is_refresh() {
        let now = OffsetDateTime::now_utc();
        announce(folder, &place, Status::new(&place, &session.run, Outcome::Running, now))?;
    }
    let inputs =
        Inputs { token: load_token(&setup.token)?, extra_cas: extra_cas(&setup.extra_ca_files)? };
    session.extra_cas = Some(inputs.extra_cas.clone());
    // Only now: a file that cannot be read is not kept for the next run to fail over.
    store(folder, &place, &setup)?;
    let fetched = fetch(&setup, &inputs, deadline).await;
    let now = OffsetDateTime::now_utc();
    let (certificate, source, deployment_version, seeded) = match fetched {
        Ok(it) => (it.certificate, it.source, it.deployment_version, None),
        Err(err) => {
            // What is in place is newer than what Terraform saw, or the same.
            let seed = if session.kind.is_refresh() { None } else { seed(&setup, &err, now, out) };
            let Some(seed) = seed else { return Err(err) };
            (seed, FROM_TERRAFORM.to_owned(), None, Some(err))
        }
    };
    let warnings = warnings(&certificate, &inputs.extra_cas, Path::new("/"), now);
    let earlier = match session.kind {
        Kind::Refresh { drops_old: true } => Vec::new(),
        _ => in_place(folder, &place, setup.pin.as_ref(), now)?,
    };
    let kept = rotation::merge(certificate, earlier, now);
    save(folder, &place, &kept, &inputs.extra_cas)?;
    Ok(Saved { kept, source, deployment_version, seeded, warnings })
}

/// The CAs that the certificate file holds and that are still good.
pub(super) fn in_place(
    folder: &Folder,
    place: &Place,
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
    folder: &Folder,
    place: &Place,
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
    // Somebody has asked for it once, so it is kept as fresh as the bundle.
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

/// The further CAs of the settings.
pub(super) fn extra_cas(files: &[PathBuf]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut all = Vec::new();
    for path in files {
        let pem = read_input("extra CA file", path)?;
        let found = parse_certificates(&pem)
            .map_err(|source| Error::ExtraCa { path: path.clone(), source })?;
        all.extend(found);
    }
    Ok(all)
}

/// Says that a set-up is at work.
fn announce(folder: &Folder, place: &Place, mut running: Status) -> Result<(), Error> {
    // What the former status remembers is needed again at the end of this run.
    if let Some(old) = folder.read(place.status_name())?.and_then(|it| Status::parse(&it.bytes)) {
        running.seen = old.seen;
        running.last_success = old.last_success;
    }
    // A crash ends this run; what it leaves of this note matters to nobody.
    folder.write_unsynced(place.status_name(), &running.to_json())?;
    Ok(())
}

/// Keeps the settings for people and cron.
fn store(folder: &Folder, place: &Place, setup: &Setup) -> Result<(), Error> {
    let json = setup.store.to_json().map_err(|err| {
        SettingsError::one(format!("`{}`", place.settings_path), err.to_string(), None)
    })?;
    folder.write(place.settings_name(), &json)?;
    Ok(())
}

async fn fetch(setup: &Setup, inputs: &Inputs, deadline: Instant) -> Result<FetchedCa, Error> {
    let options = ClientOptions {
        extra_roots: inputs.extra_cas.clone(),
        connect_timeout: CONNECT_TIMEOUT,
        request_timeout: REQUEST_TIMEOUT,
        user_agent: concat!("aibridge-agent/", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    let client = Client::new(setup.access_url.clone(), options)?;
    let left = deadline.saturating_duration_since(Instant::now());
    let policy = FetchPolicy { deadline: left, max_retries: MAX_RETRIES };
    Ok(ca_certificate::fetch(&client, &inputs.token, setup.pin.as_ref(), &policy).await?)
}

/// The certificate that Terraform fetched, if the network is what failed. A
/// refusal is an answer and is never papered over.
fn seed(
    setup: &Setup,
    err: &Error,
    now: OffsetDateTime,
    out: &mut Output,
) -> Option<CaCertificate> {
    let Error::Fetch(fault) = err else { return None };
    if fault.class() != FaultClass::Network {
        return None;
    }
    let pem = match setup.seed.as_ref()? {
        SeedSource::Pem(pem) => Ok(pem.clone().into_bytes()),
        SeedSource::File(path) => read_input("seed certificate file", path),
    };
    let seed = pem.map_err(|err| chain(&err)).and_then(|pem| {
        CaCertificate::from_pem(&pem, now, setup.pin.as_ref()).map_err(|err| err.to_string())
    });
    match seed {
        Ok(certificate) => Some(certificate),
        Err(problem) => {
            out.warn(&format!("the seed certificate is of no use: {problem}"), None);
            None
        }
    }
}
