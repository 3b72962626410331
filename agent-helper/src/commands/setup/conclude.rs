//! From what became of the work to the status that others read.

use time::OffsetDateTime;

use super::attempt::{self, Saved};
use super::{Kind, Session};
use crate::error::Error;
use crate::exit::Exit;
use crate::files::FilesError;
use crate::rotation::{self, Known};
use crate::settings;
use crate::status::{self, Outcome, Status};

/// How a set-up ended, for the people who read its output.
pub(super) struct Report {
    /// As in the status.
    pub(super) outcome: Outcome,
    /// Why it failed; of `seeded`, why the network did.
    pub(super) error: Option<Error>,
    /// What will hurt later.
    pub(super) warnings: Vec<String>,
    /// Faults on the way out that do not change the outcome.
    pub(super) late: Vec<Error>,
}

impl Report {
    /// A failure that left no status.
    pub(super) fn failed(err: Error) -> Self {
        Self { outcome: Outcome::Failed, error: Some(err), warnings: Vec::new(), late: Vec::new() }
    }

    /// Takes in how ending the unit went.
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

    /// The code to end with.
    pub(super) fn exit(&self) -> Exit {
        match (&self.error, self.outcome) {
            (None, _) | (_, Outcome::Seeded | Outcome::Deferred) => Exit::Done,
            (Some(err), _) => err.exit(),
        }
    }
}

/// Decides the outcome and writes the status.
pub(super) fn conclude(session: &mut Session<'_>, result: Result<Saved, Error>) -> Report {
    let mut late = Vec::new();
    if session.opened.is_none()
        && !session.is_of_another
        && !matches!(result, Err(Error::Files(_)))
        && let Err(err) = session.open_now()
    {
        late.push(err.into());
    }
    let now = OffsetDateTime::now_utc();
    let mut warnings = Vec::new();
    let (outcome, kept, facts, error) = match result {
        Ok(saved) => {
            warnings = saved.warnings;
            let outcome = if saved.seeded.is_some() { Outcome::Seeded } else { Outcome::Ok };
            (outcome, saved.kept, (Some(saved.source), saved.deployment_version), saved.seeded)
        }
        Err(err) => {
            let kept = last_good(session, now, &mut late);
            let is_put_off = session.kind == Kind::Prebuild && !matches!(err, Error::Signal(_));
            let outcome = match (is_put_off, kept.is_empty()) {
                (true, _) => Outcome::Deferred,
                (false, false) => Outcome::Stale,
                (false, true) => Outcome::Failed,
            };
            (outcome, kept, (None, None), Some(err))
        }
    };
    let written = if session.kind.is_refresh() && outcome == Outcome::Stale {
        amend(session, &kept, facts, error.as_ref(), now)
    } else {
        write(session, outcome, &kept, facts, error.as_ref(), now)
    };
    if let Err(err) = written {
        late.push(err);
    }
    Report { outcome, error, warnings, late }
}

/// The certificate of an earlier set-up that is still good. It is touched, so
/// that cleaners spare it, and its bundle made whole if somebody removed it.
fn last_good(session: &Session<'_>, now: OffsetDateTime, late: &mut Vec<Error>) -> Vec<Known> {
    let (Some(opened), Ok(place)) = (&session.opened, &session.place) else { return Vec::new() };
    let folder = &opened.folder;
    let pin = settings::pin(session.args, session.env, &session.stored);
    let kept = match attempt::in_place(folder, place, pin.as_ref(), now) {
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
    let extra_cas = match &session.extra_cas {
        Some(extra_cas) => extra_cas,
        // The settings were not read to their end; those of the last set-up hold.
        None => {
            stored = attempt::extra_cas(&session.stored.extra_ca_files).unwrap_or_default();
            &stored
        }
    };
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
        Ok(false) => attempt::save(folder, place, &kept, extra_cas),
        Err(err) => Err(err.into()),
    };
    late.extend(spared.err());
    kept
}

/// Notes that a refresh failed beside what this start's set-up had reached:
/// its certificate is as good as before, and no dependent should fail over it.
fn amend(
    session: &Session<'_>,
    kept: &[Known],
    facts: (Option<String>, Option<String>),
    error: Option<&Error>,
    now: OffsetDateTime,
) -> Result<(), Error> {
    let (Some(opened), Ok(place)) = (&session.opened, &session.place) else { return Ok(()) };
    let old = opened.folder.read(place.status_name())?.and_then(|it| Status::parse(&it.bytes));
    match old {
        Some(mut status) if status.has_succeeded_in(&session.run) => {
            status.error = error.map(status::Fault::from);
            opened.folder.write(place.status_name(), &status.to_json())?;
            Ok(())
        }
        _ => write(session, Outcome::Stale, kept, facts, error, now),
    }
}

fn write(
    session: &Session<'_>,
    outcome: Outcome,
    kept: &[Known],
    (source, deployment_version): (Option<String>, Option<String>),
    error: Option<&Error>,
    now: OffsetDateTime,
) -> Result<(), Error> {
    let (Some(opened), Ok(place)) = (&session.opened, &session.place) else { return Ok(()) };
    let folder = &opened.folder;
    let old = folder.read(place.status_name())?.and_then(|it| Status::parse(&it.bytes));
    let old = old.unwrap_or_default();
    let mut status = Status::new(place, &session.run, outcome, now);
    if let Some(current) = kept.first() {
        status.describe(&current.certificate);
    }
    let is_new = matches!(outcome, Outcome::Ok | Outcome::Seeded);
    status.seen = if is_new { rotation::seen(kept) } else { old.seen };
    status.source = source;
    status.deployment_version = deployment_version;
    let is_success = outcome == Outcome::Ok;
    status.last_success = if is_success { Some(status::rfc3339(now)) } else { old.last_success };
    status.error = error.map(status::Fault::from);
    folder.write(place.status_name(), &status.to_json())?;
    Ok(())
}
