//! The files in the folder: owner, content, validity and status.

use std::path::Path;
use std::time::Instant;

use pki::certificate::{CertificateWarning, ders};
use pki::system_roots;

use crate::doctor::findings::{Checks, Findings};
use crate::doctor::verdict::{Check, Leg};
use crate::error::Error;
use crate::exit::Exit;
use crate::files::{FilesError, Folder, LockState, Reach};
use crate::output::chain;
use crate::rotation;
use crate::run_id::RunId;
use crate::status::{Outcome, Status};

const SET_UP: &str = "run `aibridge-agent setup`";

pub(super) fn check(findings: &mut Findings<'_>, checks: &mut Checks<'_>) {
    let started = Instant::now();
    let path = findings.place.folder().display().to_string();
    let mut add = |check: Check| checks.add(check.took(started.elapsed()));
    let folder = match Folder::open(findings.place.folder(), Reach::OursOrRoots) {
        Ok(Some(folder)) => folder,
        Ok(None) => {
            let summary = format!("there is no folder `{path}`");
            add(Check::fail(Leg::Files, "folder", Exit::SetupFailed, summary).hint(SET_UP));
            return;
        }
        Err(err) => return add(refused("folder", err)),
    };
    add(Check::pass(Leg::Files, "folder", format!("`{path}` belongs to this user or root")));
    match folder.read(findings.place.cert_name()) {
        Ok(file) => findings.cert_file = file.map(|it| it.bytes),
        Err(err) => add(refused("certificate", err)),
    }
    add(certificate(findings));
    match folder.read(findings.place.bundle_name()) {
        Ok(file) => findings.bundle_file = file.map(|it| it.bytes),
        Err(err) => add(refused("bundle", err)),
    }
    add(bundle(findings));
    if findings.has_extra_cas {
        match folder.read(findings.place.extra_name()) {
            Ok(file) => findings.appended_file = file.map(|it| it.bytes),
            Err(err) => add(refused("extra CAs", err)),
        }
        add(appended(findings));
    } else {
        findings.appended_file.clone_from(&findings.cert_file);
    }
    match folder.read(findings.place.status_name()) {
        Ok(file) => add(status(findings, file.map(|it| it.bytes), folder.lock_state())),
        Err(err) => add(refused("status", err)),
    }
}

fn refused(name: &str, err: FilesError) -> Check {
    let err = Error::from(err);
    Check::fail(Leg::Files, name, err.exit(), chain(&err)).maybe_hint(err.hint())
}

/// Reads the certificate file as a set-up does: CAs that have expired or do not
/// fit the pin do not count.
fn certificate(findings: &mut Findings<'_>) -> Check {
    let name = "certificate";
    let fail = |exit, summary: String| Check::fail(Leg::Files, name, exit, summary).hint(SET_UP);
    let path = &findings.place.cert_path;
    let Some(file) = &findings.cert_file else {
        return fail(Exit::SetupFailed, format!("there is no `{path}`"));
    };
    let pin = findings.pin();
    let known = rotation::read(file, findings.now, &[], findings.now, pin);
    findings.in_place = known.into_iter().map(|it| it.certificate).collect();
    let Some(current) = findings.in_place.first() else {
        let summary = match ders(file).len() {
            0 => format!("`{path}` holds no certificate"),
            _ => format!("`{path}` holds no CA that is valid now and fits the pin"),
        };
        return fail(Exit::Certificate, summary);
    };
    if let Some(served) = &findings.served
        && findings.in_place.iter().all(|it| it.sha256() != served.sha256())
    {
        let summary = format!(
            "`{path}` does not hold the CA that the deployment serves, {}",
            served.sha256()
        );
        let hint = "run `aibridge-agent refresh`: the CA was replaced since the last set-up";
        return fail(Exit::Certificate, summary).hint(hint);
    }
    let count = findings.in_place.len();
    let more = if count > 1 { format!(" and {} earlier", count - 1) } else { String::new() };
    let summary =
        format!("`{}`{more}, valid until {}", current.subject(), current.not_after().date());
    let near = |it: &CertificateWarning| matches!(it, CertificateWarning::NearExpiry { .. });
    match current.warnings(findings.now).iter().find(|it| near(it)) {
        Some(warning) => Check::warn(Leg::Files, name, warning.to_string())
            .hint("inform the administrator of the proxy's CA"),
        None => Check::pass(Leg::Files, name, summary),
    }
}

fn bundle(findings: &Findings<'_>) -> Check {
    let name = "bundle";
    let path = &findings.place.bundle_path;
    let fail =
        |summary: String| Check::fail(Leg::Files, name, Exit::SetupFailed, summary).hint(SET_UP);
    let Some(file) = &findings.bundle_file else {
        return fail(format!("there is no `{path}`"));
    };
    let held = ders(file);
    let missing = findings.in_place.iter().find(|ca| held.iter().all(|it| it.as_ref() != ca.der()));
    if let Some(ca) = missing {
        return fail(format!("`{path}` does not hold `{}`", ca.subject()));
    }
    if let Some(extra) = findings.extra_cas.iter().position(|it| !held.contains(it)) {
        return fail(format!("`{path}` does not hold the extra CA number {}", extra + 1));
    }
    let system = system_roots::certificates(Path::new("/"));
    if !system.iter().any(|it| held.contains(it)) {
        return fail(format!("`{path}` holds no root of the system"));
    }
    Check::pass(Leg::Files, name, format!("{} certificates", held.len()))
}

/// What Node and Deno add to their roots if there are extra CAs.
fn appended(findings: &Findings<'_>) -> Check {
    let (name, path) = ("extra CAs", findings.place.appended_path(findings.has_extra_cas));
    let held = findings.appended_file.as_deref().map(ders).unwrap_or_default();
    let has_ca = findings.in_place.iter().all(|ca| held.iter().any(|it| it.as_ref() == ca.der()));
    if held.is_empty() || !has_ca || !findings.extra_cas.iter().all(|it| held.contains(it)) {
        let summary = format!("`{path}` does not hold the CA and the extra CAs");
        return Check::fail(Leg::Files, name, Exit::SetupFailed, summary).hint(SET_UP);
    }
    Check::pass(Leg::Files, name, format!("{} certificates for Node and Deno", held.len()))
}

fn status(findings: &Findings<'_>, file: Option<Vec<u8>>, lock: LockState) -> Check {
    let name = "status";
    let Some(file) = file else {
        let summary = "no set-up has written a status";
        return Check::warn(Leg::Files, name, summary).hint(SET_UP);
    };
    let Some(status) = Status::parse(&file) else {
        let summary =
            format!("`{}` has a form that this helper does not read", findings.place.status_path);
        return Check::warn(Leg::Files, name, summary).hint(SET_UP);
    };
    let outcome = status.outcome.as_str();
    let because = status.error.as_ref().map_or(String::new(), |it| format!(": {}", it.message));
    let summary = format!("{outcome} at {}{because}", status.time);
    let hint = || status.error.as_ref().and_then(|it| it.hint.clone());
    match status.outcome {
        Outcome::Ok | Outcome::Seeded | Outcome::Deferred if status.error.is_some() => {
            Check::warn(Leg::Files, name, summary).maybe_hint(hint())
        }
        Outcome::Ok | Outcome::Seeded | Outcome::Deferred => {
            let run = RunId::current(&findings.coordination.socket_path);
            if run.is_same(&status.run) {
                return Check::pass(Leg::Files, name, summary);
            }
            let summary = format!("{summary}, in an earlier start of the workspace");
            Check::warn(Leg::Files, name, summary).hint(SET_UP)
        }
        Outcome::Running => {
            let wait = "run `aibridge-agent wait`, then check again";
            let (summary, hint) = match lock {
                LockState::Held => ("a set-up is running", wait),
                LockState::Unknown => {
                    ("a set-up of another user is running, or was killed before its end", wait)
                }
                LockState::Free => ("the last set-up was killed before its end", SET_UP),
            };
            Check::warn(Leg::Files, name, summary).hint(hint)
        }
        Outcome::Stale => Check::warn(Leg::Files, name, summary).maybe_hint(hint()),
        Outcome::Failed => {
            Check::fail(Leg::Files, name, Exit::SetupFailed, summary).maybe_hint(hint())
        }
    }
}
