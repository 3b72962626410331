//! From the result of the work to the status that other commands read.

use coder_client::workspace::Files;
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;

use super::attempt;
use super::plan::{Opened, Plan};
use super::{Ended, Kind};
use crate::error::Error;
use crate::exit::Exit;
use crate::files::FilesError;
use crate::rotation::{self, Known};
use crate::status::{self, Outcome, Status};

/// The result of a set-up, for its output.
pub(super) struct Report {
    pub(super) outcome: Outcome,
    /// Why it failed; of `seeded`, why the network did.
    pub(super) error: Option<Error>,
    /// Warnings about later failures.
    pub(super) warnings: Vec<String>,
    /// Faults after the work that do not change the outcome.
    pub(super) late: Vec<Error>,
}

impl Report {
    /// A failure that left no status.
    pub(super) fn failed(err: Error) -> Self {
        Self { outcome: Outcome::Failed, error: Some(err), warnings: Vec::new(), late: Vec::new() }
    }

    /// Adds the result of completing the unit.
    pub(super) fn add(&mut self, ended: Result<(), Error>, is_prebuild: bool) {
        let Err(err) = ended else { return };
        let is_put_off = is_prebuild && !matches!(err, Error::Signal(_));
        if is_put_off || self.error.is_some() && self.outcome != Outcome::Seeded {
            self.late.push(err);
        } else {
            self.error = Some(err);
            self.outcome = Outcome::Failed;
        }
    }

    pub(super) fn exit(&self) -> Exit {
        match (&self.error, self.outcome) {
            (None, _) | (_, Outcome::Seeded | Outcome::Deferred) => Exit::Done,
            (Some(err), _) => err.exit(),
        }
    }
}

/// Decides the outcome and writes the status.
pub(super) fn conclude(plan: &Plan, ended: Ended<'_>) -> Report {
    let mut late = Vec::new();
    let (opened, extra_cas, result) = match ended {
        // A folder that cannot be used is reported once.
        Ended::Unopened(err @ Error::Files(_)) => (None, None, Err(err)),
        Ended::Unopened(err) => {
            let opened = plan.open_now().unwrap_or_else(|err| {
                late.push(err.into());
                None
            });
            (opened, None, Err(err))
        }
        Ended::Unprepared(opened, err) => (Some(opened), None, Err(err)),
        Ended::Attempted { opened, extra_cas, result } => (Some(opened), Some(extra_cas), result),
    };
    let now = OffsetDateTime::now_utc();
    let mut warnings = Vec::new();
    let (outcome, kept, source, deployment_version, error) = match result {
        Ok(saved) => {
            warnings = saved.warnings;
            let outcome = if saved.seeded.is_some() { Outcome::Seeded } else { Outcome::Ok };
            (outcome, saved.kept, Some(saved.source), saved.deployment_version, saved.seeded)
        }
        Err(err) => {
            let kept = opened
                .as_ref()
                .map(|it| last_good(plan, it, extra_cas.as_deref(), now, &mut late))
                .unwrap_or_default();
            let is_put_off = plan.kind == Kind::Prebuild && !matches!(err, Error::Signal(_));
            let outcome = match (is_put_off, kept.is_empty()) {
                (true, _) => Outcome::Deferred,
                (false, false) => Outcome::Stale,
                (false, true) => Outcome::Failed,
            };
            (outcome, kept, None, None, Some(err))
        }
    };
    if let Some(opened) = &opened {
        let facts =
            Facts { outcome, kept: &kept, source, deployment_version, error: error.as_ref() };
        late.extend(facts.write(plan, opened, now).err());
    }
    Report { outcome, error, warnings, late }
}

/// The certificate of an earlier set-up that is still valid. Its times are renewed,
/// so that cleaners spare it, and its bundle is written again if it is gone.
fn last_good(
    plan: &Plan,
    opened: &Opened<'_>,
    extra_cas: Option<&[CertificateDer<'static>]>,
    now: OffsetDateTime,
    late: &mut Vec<Error>,
) -> Vec<Known> {
    let kept = match attempt::in_place(opened, plan.config.ca.pin.usable(), now) {
        Ok(kept) => kept,
        Err(err) => {
            late.push(err);
            return Vec::new();
        }
    };
    if kept.is_empty() {
        return kept;
    }
    let stored;
    let extra_cas = match extra_cas {
        Some(extra_cas) => extra_cas,
        // The files of this run's settings were not read; those of the last set-up hold.
        None => {
            stored = attempt::extra_cas(&plan.stored.extra_ca_files).unwrap_or_default();
            &stored
        }
    };
    let (folder, place) = (&opened.folder, opened.place);
    let is_whole = || -> Result<bool, FilesError> {
        let needs_extra = !extra_cas.is_empty() && !folder.has(place.extra_name())?;
        Ok(!needs_extra && folder.touch(place.bundle_name())?)
    };
    let spared = match is_whole() {
        Ok(true) => folder
            .touch(place.extra_name())
            .and_then(|_| folder.touch(place.cert_name()))
            .map(|_| ())
            .map_err(Error::from),
        Ok(false) => attempt::save(opened, &kept, extra_cas),
        Err(err) => Err(err.into()),
    };
    late.extend(spared.err());
    kept
}

/// What a status records about a run.
struct Facts<'r> {
    outcome: Outcome,
    kept: &'r [Known],
    source: Option<String>,
    deployment_version: Option<String>,
    error: Option<&'r Error>,
}

impl Facts<'_> {
    fn write(self, plan: &Plan, opened: &Opened<'_>, now: OffsetDateTime) -> Result<(), Error> {
        let (folder, place) = (&opened.folder, opened.place);
        let old = folder.read(place.status_name())?.and_then(|it| Status::parse(&it.bytes));
        let status = match old {
            // A refresh that failed is noted beside the result of this start's set-up:
            // its certificate is as good as before, and no dependent should fail over it.
            Some(old)
                if plan.kind.is_refresh()
                    && self.outcome == Outcome::Stale
                    && old.has_succeeded_in(&plan.run) =>
            {
                Status { error: self.error.map(status::Fault::from), ..old }
            }
            old => self.status(plan, opened.place, old.unwrap_or_default(), now),
        };
        folder.write(place.status_name(), &status.to_json())?;
        Ok(())
    }

    fn status(self, plan: &Plan, place: &Files, old: Status, now: OffsetDateTime) -> Status {
        let mut status = Status::new(place, &plan.run, self.outcome, now);
        if let Some(current) = self.kept.first() {
            status.describe(&current.certificate);
        }
        let is_new = matches!(self.outcome, Outcome::Ok | Outcome::Seeded);
        status.seen = if is_new { rotation::seen(self.kept) } else { old.seen };
        status.source = self.source;
        status.deployment_version = self.deployment_version;
        let is_success = self.outcome == Outcome::Ok;
        status.last_success =
            if is_success { Some(status::rfc3339(now)) } else { old.last_success };
        status.error = self.error.map(status::Fault::from);
        status
    }
}
