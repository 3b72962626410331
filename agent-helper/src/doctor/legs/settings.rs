//! What was said by flags, variables and stored settings.

use std::time::{Duration, Instant};

use pki::certificate::parse_certificates;
use time::OffsetDateTime;

use super::{AiHost, Checks, Patient};
use crate::cli::DoctorArgs;
use crate::commands::{load_token, read_input, stored};
use crate::doctor::verdict::{Check, Leg};
use crate::env::Lookup;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::chain;
use crate::settings::stored::Stored;
use crate::settings::{self, Fault, TokenSource};

/// The look at what was said, as a whole.
const NAME: &str = "settings";

pub(super) fn look<'a>(
    args: &'a DoctorArgs,
    hosts: Vec<AiHost>,
    timeout: Duration,
    env: &'a dyn Lookup,
    checks: &mut Checks<'_>,
) -> Result<Patient<'a>, Error> {
    let started = Instant::now();
    let place = settings::place(&args.place, env)?;
    // What is wrong with the folder is a fault of a later leg.
    let stored = stored(&place, checks.out).unwrap_or_else(|_| Stored::default());
    let (coordination, mut faults) = settings::coordination(&args.coordination, env, &stored);
    let mut inspected = settings::inspect(&args.proxy, env, &stored);
    faults.append(&mut inspected.faults);
    let mut add = |check: Check| checks.add(check.took(started.elapsed()));
    for fault in faults {
        add(of_fault(fault));
    }
    let mut token = None;
    if let Some(source) = &inspected.token {
        match load_token(source) {
            Ok(secret) => token = Some(secret),
            Err(err) => add(of(&err, "token")),
        }
    }
    let mut extra_cas = Vec::new();
    for path in &inspected.extra_ca_files {
        let read = read_input("extra CA file", path).and_then(|pem| {
            parse_certificates(&pem).map_err(|source| Error::ExtraCa { path: path.clone(), source })
        });
        match read {
            Ok(found) => extra_cas.extend(found),
            Err(err) => add(of(&err, "extra CAs")),
        }
    }
    if let (Some(access_url), Some(proxy_url), Some(source), Some(_)) =
        (&inspected.access_url, &inspected.proxy_url, &inspected.token, &token)
    {
        let from = match source {
            TokenSource::File(path) => format!("from `{}`", path.display()),
            TokenSource::Value(_) => "from a variable".to_owned(),
        };
        let summary = format!("access URL `{access_url}`, proxy `{proxy_url}`, token {from}");
        add(Check::pass(Leg::Settings, NAME, summary));
    }
    let has_extra_cas = !stored.extra_ca_files.is_empty();
    Ok(Patient {
        appended_file: None,
        has_extra_cas,
        args,
        env,
        now: OffsetDateTime::now_utc(),
        timeout,
        hosts,
        place,
        coordination,
        inspected,
        token,
        is_signed_in: None,
        extra_cas,
        served: None,
        cert_file: None,
        bundle_file: None,
        in_place: Vec::new(),
        endpoint: None,
        listener_chain: None,
        opened: Vec::new(),
    })
}

/// What kept the looks from being made, as looks that failed.
pub fn refused(err: &Error) -> Vec<Check> {
    match err {
        Error::Settings(err) => err.faults.iter().cloned().map(of_fault).collect(),
        err => vec![of(err, NAME)],
    }
}

fn of_fault(fault: Fault) -> Check {
    let summary = format!("{}: {}", fault.source, fault.message);
    Check::fail(Leg::Settings, NAME, Exit::Settings, summary).maybe_hint(fault.hint)
}

fn of(err: &Error, name: &str) -> Check {
    Check::fail(Leg::Settings, name, err.exit(), chain(err)).maybe_hint(err.hint())
}
