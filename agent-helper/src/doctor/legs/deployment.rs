//! The deployment: its name, port, TLS and version, whether it accepts the
//! token, and the CA that it serves.

use std::sync::Arc;
use std::time::Instant;

use coder_client::access_url::AccessUrl;
use coder_client::api::ca_certificate::{self, FetchPolicy};
use coder_client::api::{buildinfo, users};
use coder_client::http::{AnswerError, Client, ClientOptions, TlsFault};
use pki::verifier::{TrustedRoots, client_config};

use crate::doctor::findings::{Checks, Findings};
use crate::doctor::probe::{Endpoint, ProbeError, handshake, within};
use crate::doctor::verdict::{Check, Leg};
use crate::exit::Exit;
use crate::output::chain;

/// A second attempt passes over a single fault; more would hide a frequent one.
const MAX_RETRIES: u32 = 1;

/// The version from which on the agent offers its socket by default.
const SOCKET_BY_DEFAULT: (u32, u32) = (2, 32);

pub(super) async fn check(findings: &mut Findings<'_>, checks: &mut Checks<'_>) {
    let Some(access_url) = findings.access_url().cloned() else {
        for leg in [Leg::AccessUrl, Leg::Token, Leg::CertificateEndpoint] {
            checks.add(Check::skipped(leg, leg.title(), "there is no access URL"));
        }
        return;
    };
    let Some(client) = reach(findings, &access_url, checks).await else {
        for leg in [Leg::Token, Leg::CertificateEndpoint] {
            checks.add(Check::skipped(leg, leg.title(), "the deployment does not answer"));
        }
        return;
    };
    token(findings, &client, checks).await;
    certificate(findings, &client, checks).await;
}

/// Checks from the name to the first response; `None` without a response.
async fn reach(
    findings: &Findings<'_>,
    access_url: &AccessUrl,
    checks: &mut Checks<'_>,
) -> Option<Client> {
    let mut endpoint = Endpoint {
        host: access_url.host().to_owned(),
        port: access_url.port(),
        addresses: Vec::new(),
        tls: None,
        timeout: findings.timeout,
    };
    if !connected(&mut endpoint, Leg::AccessUrl, "access URL", checks).await {
        return None;
    }
    if !tls(findings, access_url, &endpoint, checks).await {
        return None;
    }
    let started = Instant::now();
    let options = ClientOptions {
        extra_roots: findings.extra_cas.clone(),
        connect_timeout: findings.timeout,
        request_timeout: findings.timeout,
        user_agent: concat!("aibridge-agent/", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    let name = "build information";
    let client = match Client::new(access_url.clone(), options) {
        Ok(client) => client,
        Err(err) => {
            checks.add(Check::fail(Leg::AccessUrl, name, Exit::Settings, chain(&err)));
            return None;
        }
    };
    let check = match buildinfo::fetch(&client).await {
        Ok(info) => version(findings, &info.version),
        Err(err) => answer(Leg::AccessUrl, name, &err),
    };
    let is_reached = check.exit_code.is_none();
    checks.add(check.took(started.elapsed()));
    is_reached.then_some(client)
}

/// Resolves and connects; false if that failed.
pub(super) async fn connected(
    endpoint: &mut Endpoint,
    leg: Leg,
    what: &str,
    checks: &mut Checks<'_>,
) -> bool {
    let (host, port) = (endpoint.host.clone(), endpoint.port);
    let started = Instant::now();
    match endpoint.resolve().await {
        Ok(addresses) => {
            let addresses: Vec<String> =
                addresses.iter().map(|it| it.ip().to_string()).take(4).collect();
            let summary = format!("`{host}` has the address {}", addresses.join(", "));
            checks.add(Check::pass(leg, "name", summary).took(started.elapsed()));
        }
        Err(err) => {
            let summary = format!("`{host}`: {err}");
            let check = Check::fail(leg, "name", Exit::Network, summary).hint(err.hint(what));
            checks.add(check.took(started.elapsed()));
            return false;
        }
    }
    let started = Instant::now();
    match endpoint.tcp().await {
        Ok(_) => {
            let summary = format!("port {port} accepts connections");
            checks.add(Check::pass(leg, "connection", summary).took(started.elapsed()));
            true
        }
        Err(err) => {
            let summary = format!("`{host}` port {port}: {err}");
            let check = Check::fail(leg, "connection", Exit::Network, summary).hint(err.hint(what));
            checks.add(check.took(started.elapsed()));
            false
        }
    }
}

async fn tls(
    findings: &Findings<'_>,
    access_url: &AccessUrl,
    endpoint: &Endpoint,
    checks: &mut Checks<'_>,
) -> bool {
    if !access_url.is_https() {
        let reason = "the access URL is clear text: every system on the path can read the token";
        checks.add(Check::skipped(Leg::AccessUrl, "TLS", reason));
        return true;
    }
    let started = Instant::now();
    let shaken = async {
        let roots = TrustedRoots::new(findings.extra_cas.clone())
            .map_err(|err| ProbeError::Name(chain(&err)))?;
        let config = Arc::new(client_config(Arc::new(roots)));
        let stream = endpoint.tcp().await?;
        within(findings.timeout, handshake(stream, &endpoint.host, config)).await
    };
    let check = match shaken.await {
        Ok(stream) => {
            let version = stream.get_ref().1.protocol_version();
            let version = version.map_or_else(|| "TLS".to_owned(), |it| format!("{it:?}"));
            let roots = if findings.extra_cas.is_empty() { "" } else { " and the extra CAs" };
            let summary = format!("{version}, trusted by the system's roots{roots}");
            Check::pass(Leg::AccessUrl, "TLS", summary)
        }
        Err(ProbeError::Tls(err)) => {
            let fault = TlsFault::from_rustls(&err);
            let hint = fault.hint().to_owned();
            Check::fail(Leg::AccessUrl, "TLS", Exit::Tls, fault.to_string()).hint(hint)
        }
        Err(err) => {
            let hint = err.hint("access URL");
            Check::fail(Leg::AccessUrl, "TLS", Exit::Network, err.to_string()).hint(hint)
        }
    };
    let is_fine = check.exit_code.is_none();
    checks.add(check.took(started.elapsed()));
    is_fine
}

fn version(findings: &Findings<'_>, version: &str) -> Check {
    let name = "build information";
    let summary = format!("version {version}");
    let numbers = numbers(version);
    if numbers.is_some_and(|it| it < (2, 30)) {
        return Check::warn(Leg::AccessUrl, name, summary)
            .hint("AI Bridge Proxy came with 2.30: update the deployment");
    }
    let is_missing = !findings.coordination.socket_path.exists();
    if numbers.is_some_and(|it| it < SOCKET_BY_DEFAULT) && is_missing {
        return Check::warn(Leg::AccessUrl, name, summary).hint(
            "before 2.32 the agent offers its socket only with \
             `CODER_AGENT_SOCKET_SERVER_ENABLED=true` in its own environment",
        );
    }
    Check::pass(Leg::AccessUrl, name, summary)
}

/// Major and minor version of `v2.35.0+abcdef`; nothing of other texts.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix('v').unwrap_or(version).split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

async fn token(findings: &mut Findings<'_>, client: &Client, checks: &mut Checks<'_>) {
    let Some(token) = &findings.token else {
        checks.add(Check::skipped(Leg::Token, "token", "there is no token"));
        return;
    };
    let started = Instant::now();
    let check = match users::me(client, token).await {
        Ok(user) => {
            findings.is_signed_in = Some(true);
            Check::pass(Leg::Token, "token", format!("signed in as `{}`", user.username))
        }
        Err(err) => {
            if matches!(err, AnswerError::SignedOut { .. } | AnswerError::BadToken) {
                findings.is_signed_in = Some(false);
            }
            answer(Leg::Token, "token", &err)
        }
    };
    checks.add(check.took(started.elapsed()));
}

async fn certificate(findings: &mut Findings<'_>, client: &Client, checks: &mut Checks<'_>) {
    let (leg, name) = (Leg::CertificateEndpoint, "CA certificate");
    let Some(token) = &findings.token else {
        checks.add(Check::skipped(leg, name, "there is no token"));
        return;
    };
    if findings.is_signed_in == Some(false) {
        checks.add(Check::skipped(leg, name, "the token is not accepted"));
        return;
    }
    let started = Instant::now();
    let policy = FetchPolicy { deadline: findings.timeout, max_retries: MAX_RETRIES };
    let pin = findings.pin();
    let check = match ca_certificate::fetch(client, token, pin, &policy).await {
        Ok(fetched) => {
            let ca = fetched.certificate;
            let summary = format!("`{}`, SHA-256 {}", ca.subject(), ca.sha256());
            let warnings = ca.warnings(findings.now);
            findings.served = Some(ca);
            match warnings.first() {
                None => Check::pass(leg, name, summary),
                Some(warning) => Check::warn(leg, name, format!("{summary}: {warning}"))
                    .hint("inform the administrator of the proxy's CA"),
            }
        }
        Err(err) => Check::fail(leg, name, err.class().into(), chain(&err)).maybe_hint(err.hint()),
    };
    checks.add(check.took(started.elapsed()));
}

fn answer(leg: Leg, name: &str, err: &AnswerError) -> Check {
    Check::fail(leg, name, err.class().into(), chain(err)).maybe_hint(err.hint())
}
