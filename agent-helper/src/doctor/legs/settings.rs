//! The settings from flags, variables and the stored file.

use std::time::{Duration, Instant};

use settings::{Fault, Faults, Lookup, Setting};
use time::OffsetDateTime;

use crate::cli::{CaArgs, DoctorArgs};
use crate::commands::{load_token, read_extra_cas, stored};
use crate::config::specs::{ACCESS_URL, PROXY_URL};
use crate::config::stored::Stored;
use crate::config::{self, Config, Flags, TokenSource, missing_token};
use crate::doctor::findings::{AiHost, Checks, Findings};
use crate::doctor::verdict::{Check, Leg};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::chain;

/// The check of the settings as a whole.
const NAME: &str = "settings";

pub(super) fn check<'a>(
    args: &'a DoctorArgs,
    hosts: Vec<AiHost>,
    timeout: Duration,
    env: &'a dyn Lookup,
    checks: &mut Checks<'_>,
) -> Result<Findings<'a>, Error> {
    let started = Instant::now();
    let place = config::place(&args.place, env)?;
    // What is wrong with the folder is a fault of a later leg.
    let stored = stored(&place, checks.out).unwrap_or_else(|_| Stored::default());
    let flags = Flags {
        coordination: &args.coordination,
        proxy: &args.proxy,
        ca: &CaArgs::default(),
        timeout: None,
    };
    let config = Config::read(flags, env, &stored);
    let mut add = |check: Check| checks.add(check.took(started.elapsed()));
    for fault in faults(&config) {
        add(of_fault(fault));
    }
    let mut token = None;
    if let Some(source) = config.tool.token.value() {
        match load_token(source) {
            Ok(secret) => token = Some(secret),
            Err(err) => add(of(&err, "token")),
        }
    }
    let mut extra_cas = Vec::new();
    for path in config.ca.extra_ca_files() {
        match read_extra_cas(path) {
            Ok(found) => extra_cas.extend(found),
            Err(err) => add(of(&err, "extra CAs")),
        }
    }
    if let (Some(access_url), Some(proxy_url), Setting::Known { value, source }, Some(_)) = (
        config.tool.access_url.usable(),
        config.tool.proxy_url.usable(),
        &config.tool.token,
        &token,
    ) {
        let from = match value {
            TokenSource::File(path) => format!("`{}`", path.display()),
            TokenSource::Value(_) => source.to_string(),
        };
        let summary = format!("access URL `{access_url}`, proxy `{proxy_url}`, token from {from}");
        add(Check::pass(Leg::Settings, NAME, summary));
    }
    Ok(Findings {
        appended_file: None,
        has_extra_cas: stored.has_extra_cas(),
        args,
        env,
        now: OffsetDateTime::now_utc(),
        timeout,
        hosts,
        place,
        coordination: config.coordination.decided(),
        config,
        token,
        is_signed_in: None,
        extra_cas,
        served: None,
        cert_file: None,
        bundle_file: None,
        in_place: Vec::new(),
        endpoint: None,
        listener_chain: None,
        intercepted: Vec::new(),
    })
}

/// Every setting that a set-up and a tool need, and every other that is wrong.
fn faults(config: &Config) -> Vec<Fault> {
    let mut faults = Faults::default();
    config.coordination.faults().cloned().for_each(|it| faults.add(it));
    faults.required(&config.tool.access_url, || ACCESS_URL.missing());
    faults.required(&config.tool.proxy_url, || PROXY_URL.missing());
    faults.optional(&config.tool.no_proxy);
    faults.required(&config.tool.token, missing_token);
    faults.optional(&config.ca.pin);
    faults.into_vec()
}

/// What prevented the checks, as checks that failed.
pub(crate) fn refused(err: &Error) -> Vec<Check> {
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
