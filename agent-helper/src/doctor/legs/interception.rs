//! What the proxy does with each AI host: first without credentials, and with
//! them only for a host that the proxy intercepts.

use std::time::Instant;

use coder_client::workspace::DEFAULT_USERNAME;
use pki::chain::{self, ChainFault};
use pki::system_roots;

use crate::doctor::connect::{self, Handling, Head, Reply};
use crate::doctor::environment::excluded_by;
use crate::doctor::findings::{AiHost, Checks, Findings, InterceptedHost};
use crate::doctor::probe::{Endpoint, ProbeError, show};
use crate::doctor::verdict::{Check, Leg};
use crate::exit::Exit;

const TLS_PORT: u16 = 443;

pub(super) async fn check(findings: &mut Findings<'_>, checks: &mut Checks<'_>) {
    let excluded = findings.exclusions().to_string();
    let Some(endpoint) = findings.endpoint.clone() else {
        checks.add(Check::skipped(Leg::Interception, "hosts", "the proxy does not answer"));
        return;
    };
    let mut count = 0;
    for host in findings.hosts.clone() {
        let started = Instant::now();
        if let Some(entry) = excluded_by(&excluded, &host.name) {
            checks.add(excluded_host(&host, entry));
        }
        let (check, is_intercepted) = without_credentials(&endpoint, &host).await;
        let is_safe = is_intercepted && check.exit_code.is_none();
        checks.add(check.took(started.elapsed()));
        count += usize::from(is_intercepted);
        if is_safe {
            let started = Instant::now();
            let check = with_credentials(findings, &endpoint, &host).await;
            checks.add(check.took(started.elapsed()));
        }
    }
    if count == 0 {
        let summary = "none of these hosts is intercepted";
        let hint = "check the proxy URL, and that the deployment has providers that are enabled";
        let check = Check::fail(Leg::Interception, "hosts", Exit::NotEnabled, summary);
        checks.add(check.hint(hint));
    }
}

fn excluded_host(host: &AiHost, entry: &str) -> Check {
    let summary = format!("`{entry}` in the exclusion list keeps tools from the proxy");
    graded(host, Exit::Settings, summary)
        .hint("remove it from `NO_PROXY` and from the settings: the token would go to the vendor")
}

/// A warning, but a fault for a host that `--host` names.
fn graded(host: &AiHost, exit: Exit, summary: String) -> Check {
    if host.is_required {
        Check::fail(Leg::Interception, &host.name, exit, summary)
    } else {
        Check::warn(Leg::Interception, &host.name, summary)
    }
}

async fn without_credentials(endpoint: &Endpoint, host: &AiHost) -> (Check, bool) {
    let connected = endpoint.connect(&authority(host), None).await;
    let reply = match connected {
        // The tunnel is closed at once; no byte is sent into it.
        Ok((reply, _)) => reply,
        Err(err) => return (broken(host, &err), false),
    };
    let name = &host.name;
    let check = match connect::handling(reply) {
        Handling::Intercepted { foreign_realm: None } => {
            let summary = "intercepted: the proxy requires credentials";
            return (Check::pass(Leg::Interception, name, summary), true);
        }
        Handling::Intercepted { foreign_realm: Some(realm) } => {
            let summary = format!("another proxy requires credentials, in the realm `{realm}`");
            let hint = "the token is not sent there; check the proxy URL";
            Check::fail(Leg::Interception, name, Exit::NotCoder, summary).hint(hint)
        }
        Handling::Tunnelled => {
            let summary = "not intercepted: a tool's requests go to the vendor, with the session \
                 token if the tool uses it as its key"
                .to_owned();
            graded(host, Exit::NotEnabled, summary)
                .hint("enable this provider in the deployment, or keep tools from this host")
        }
        Handling::TunnelFailed(status) => {
            let reason = match status {
                403 => "its address is in a range that the proxy refuses",
                _ => "the proxy cannot reach it",
            };
            let summary = format!("not intercepted, and the tunnel fails with {status}: {reason}");
            graded(host, Exit::NotEnabled, summary).hint("enable this provider in the deployment")
        }
        Handling::Closed => {
            let summary = "the proxy closes the connection without a response";
            let hint =
                "the proxy may be loading its list of providers: try again, then check its log";
            Check::fail(Leg::Interception, name, Exit::Network, summary).hint(hint)
        }
        Handling::Unexpected(reply) => {
            let summary = match reply {
                Reply::Head(Head { status, .. }) => format!("CONNECT is answered with {status}"),
                _ => "CONNECT is not answered in HTTP".to_owned(),
            };
            Check::fail(Leg::Interception, name, Exit::NotCoder, summary)
                .hint("check the proxy URL")
        }
    };
    (check, false)
}

/// Opens TLS to the host through the proxy, and judges the certificates.
async fn with_credentials(
    findings: &mut Findings<'_>,
    endpoint: &Endpoint,
    host: &AiHost,
) -> Check {
    let name = format!("{} leaf", host.name);
    let Some(token) = &findings.token else {
        return Check::skipped(Leg::Interception, name, "there is no token");
    };
    if findings.is_signed_in == Some(false) {
        return Check::skipped(Leg::Interception, name, "the token is not accepted");
    }
    let connected = endpoint.connect(&authority(host), Some((DEFAULT_USERNAME, token))).await;
    let stream = match connected {
        Ok((Reply::Head(Head { status: 200..=299, .. }), stream)) => stream,
        Ok((Reply::Head(Head { status: 407, .. }), _)) => {
            let summary = "the proxy does not accept the token";
            return Check::fail(Leg::Interception, name, Exit::NotSignedIn, summary)
                .hint("restart the workspace, which gives it a new token");
        }
        Ok((reply, _)) => {
            let what = match reply {
                Reply::Head(Head { status, .. }) => format!("answers {status}"),
                _ => "closes the connection".to_owned(),
            };
            let summary = format!("with credentials, the proxy {what}");
            return Check::fail(Leg::Interception, name, Exit::Network, summary).hint(
                "the proxy may be loading its list of providers: try again, then check its log",
            );
        }
        Err(err) => return broken(host, &err),
    };
    let shown = match show(stream, &host.name, findings.timeout).await {
        Ok(shown) => shown,
        Err(err) => {
            let summary = format!("TLS through the proxy fails: {err}");
            return Check::fail(Leg::Interception, name, Exit::Tls, summary)
                .hint("check the proxy's log");
        }
    };
    judge(findings, host, name, shown.chain)
}

fn judge(
    findings: &mut Findings<'_>,
    host: &AiHost,
    name: String,
    chain: Vec<rustls_pki_types::CertificateDer<'static>>,
) -> Check {
    let by = |pem: &[u8]| chain::judge(&chain, &host.name, chain::roots(pem), findings.now);
    let file = findings.cert_file.as_deref();
    let served = findings.served.as_ref().map(|it| it.pem().as_bytes());
    let Some(pem) = file.or(served) else {
        return Check::skipped(
            Leg::Interception,
            name,
            "there is no CA to judge the certificate by",
        );
    };
    let fault = match by(pem) {
        Ok(()) => {
            let what = if file.is_some() { "the certificate file" } else { "the served CA" };
            findings.intercepted.push(InterceptedHost { name: host.name.clone(), chain });
            return Check::pass(Leg::Interception, name, format!("trusted by {what}"));
        }
        Err(fault) => fault,
    };
    let fail = |summary: String, hint: &str| {
        Check::fail(Leg::Interception, name.clone(), Exit::Certificate, summary).hint(hint)
    };
    let is_unknown = matches!(fault, ChainFault::UnknownIssuer | ChainFault::NoRoots);
    if is_unknown && served.is_some_and(|it| by(it).is_ok()) {
        findings.intercepted.push(InterceptedHost { name: host.name.clone(), chain });
        let summary = "the certificate file is older than the proxy's CA".to_owned();
        return fail(summary, "run `aibridge-agent refresh`");
    }
    if is_unknown && by(&system_roots::mozilla()).is_ok() {
        let summary =
            "the certificate is the vendor's own: the proxy no longer intercepts this host"
                .to_owned();
        return fail(summary, "enable this provider in the deployment");
    }
    let hint = match &fault {
        ChainFault::UnknownIssuer | ChainFault::NoRoots => {
            "the proxy signs with another CA than the one that the deployment serves: its replicas \
             differ, or the proxy URL leads to another deployment"
        }
        ChainFault::Expired | ChainFault::NotYetValid => {
            "compare the clocks of this machine and of the proxy's machine"
        }
        _ => "check the proxy's log",
    };
    fail(format!("the proxy's certificate for this host is not trusted: {fault}"), hint)
}

fn broken(host: &AiHost, err: &ProbeError) -> Check {
    let exit = if matches!(err, ProbeError::Tls(_)) { Exit::Tls } else { Exit::Network };
    Check::fail(Leg::Interception, &host.name, exit, err.to_string()).hint(err.hint("proxy URL"))
}

fn authority(host: &AiHost) -> String {
    format!("{}:{TLS_PORT}", host.name)
}
