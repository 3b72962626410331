//! The checks, leg by leg. Each one uses what the earlier ones have found, and
//! is skipped with a reason where that is missing.

mod agent;
mod deployment;
mod files;
mod interception;
mod proxy;
mod settings;
mod tools;
mod trust;

use std::time::Duration;

use ::settings::Lookup;

pub(crate) use self::settings::refused;
use super::environment;
use super::findings::{AiHost, Checks};
use crate::cli::DoctorArgs;
use crate::error::Error;

/// Hosts of providers that a deployment intercepts by default, 2.32 and newer.
pub(crate) const AI_HOSTS: [&str; 6] = [
    "api.openai.com",
    "api.anthropic.com",
    "chatgpt.com",
    "api.individual.githubcopilot.com",
    "api.business.githubcopilot.com",
    "api.enterprise.githubcopilot.com",
];

/// Goes through all legs.
///
/// # Errors
///
/// Only what prevents every check: a certificate path that is not valid.
pub(crate) async fn check_all(
    args: &DoctorArgs,
    hosts: Vec<AiHost>,
    timeout: Duration,
    env: &dyn Lookup,
    checks: &mut Checks<'_>,
) -> Result<(), Error> {
    let mut findings = settings::check(args, hosts, timeout, env, checks)?;
    deployment::check(&mut findings, checks).await;
    files::check(&mut findings, checks);
    proxy::check(&mut findings, checks).await;
    interception::check(&mut findings, checks).await;
    trust::check(&findings, checks);
    for check in environment::check(env, findings.proxy_url()) {
        checks.add(check);
    }
    agent::check(&findings, checks).await;
    tools::check(&findings, checks).await;
    Ok(())
}
