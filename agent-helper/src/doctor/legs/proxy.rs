//! The proxy's listener: its name, its port, its TLS, and whether it is the
//! proxy at all.

use std::path::Path;
use std::time::Instant;

use pki::certificate::encode;
use pki::chain::{self, ChainFault};
use pki::system_roots;
use settings::authority::Scheme;

use super::deployment;
use crate::doctor::connect::{self, Liveness, Reply};
use crate::doctor::findings::{Checks, Findings};
use crate::doctor::probe::{Endpoint, ProbeError, trusting};
use crate::doctor::verdict::{Check, Leg};
use crate::exit::Exit;

const WHAT: &str = "proxy URL";

pub(super) async fn check(findings: &mut Findings<'_>, checks: &mut Checks<'_>) {
    let Some(url) = findings.proxy_url().cloned() else {
        checks.add(Check::skipped(Leg::Proxy, "listener", "there is no proxy URL"));
        return;
    };
    let mut endpoint = Endpoint {
        host: url.host().to_owned(),
        port: url.port(),
        addresses: Vec::new(),
        tls: None,
        timeout: findings.timeout,
    };
    if !deployment::connected(&mut endpoint, Leg::Proxy, WHAT, checks).await {
        return;
    }
    let started = Instant::now();
    let check = match url.scheme() {
        Scheme::Http => {
            Check::skipped(Leg::Proxy, "TLS", "the connection to the proxy is clear text")
        }
        Scheme::Https => tls(findings, &mut endpoint).await,
    };
    let is_trusted = check.exit_code.is_none();
    checks.add(check.took(started.elapsed()));
    if !is_trusted {
        return;
    }
    let started = Instant::now();
    let check = liveness(&endpoint).await;
    let is_proxy = check.exit_code.is_none();
    checks.add(check.took(started.elapsed()));
    if is_proxy {
        findings.endpoint = Some(endpoint);
    }
}

/// Judges the listener's certificate by the bundle, which is what tools have.
async fn tls(findings: &mut Findings<'_>, endpoint: &mut Endpoint) -> Check {
    let name = "TLS";
    let shown = match endpoint.shown().await {
        Ok(shown) => shown,
        // A server of clear text may answer a handshake in its own protocol, or
        // wait for the end of a line that never comes.
        Err(_) if speaks_http(endpoint).await => {
            let summary = "the listener does not speak TLS";
            return Check::fail(Leg::Proxy, name, Exit::Settings, summary)
                .hint("write `http://` in the proxy URL, or the port that speaks TLS");
        }
        Err(err) => {
            let exit = if matches!(err, ProbeError::Tls(_)) { Exit::Tls } else { Exit::Network };
            return Check::fail(Leg::Proxy, name, exit, err.to_string()).hint(err.hint(WHAT));
        }
    };
    let pem = findings.bundle_file.clone().unwrap_or_else(|| {
        let extra: String = findings.extra_cas.iter().map(|it| encode(it)).collect();
        [extra.into_bytes(), system_roots::pem(Path::new("/"))].concat()
    });
    let judged = chain::judge(&shown.chain, &endpoint.host, chain::roots(&pem), findings.now);
    let version = shown.version;
    findings.listener_chain = Some(shown.chain);
    endpoint.tls = Some(trusting(chain::roots(&pem)));
    match judged {
        Ok(()) => Check::pass(Leg::Proxy, name, format!("{version}, trusted by the bundle")),
        Err(fault) => {
            let hint = match &fault {
                ChainFault::UnknownIssuer | ChainFault::NoRoots => {
                    "add the listener's CA to the extra CA certificates \
                     (`AIBRIDGE_EXTRA_CA_FILE`) and run `aibridge-agent setup`"
                }
                ChainFault::WrongHost(_) => "use a name that the certificate has in the proxy URL",
                _ => "inform the administrator of the proxy, or correct this machine's clock",
            };
            let summary = format!("the listener's certificate is not trusted: {fault}");
            Check::fail(Leg::Proxy, name, Exit::Tls, summary).hint(hint)
        }
    }
}

/// Whether the listener answers clear text in clear text.
async fn speaks_http(endpoint: &Endpoint) -> bool {
    let plain = Endpoint { tls: None, ..endpoint.clone() };
    let answer = plain.get_root().await.unwrap_or_default();
    matches!(connect::liveness(&answer), Liveness::Proxy | Liveness::Other(Reply::Head(_)))
}

/// Sends `GET /`, which costs nothing and which only this proxy answers in this way.
async fn liveness(endpoint: &Endpoint) -> Check {
    let name = "liveness";
    let answer = match endpoint.get_root().await {
        Ok(answer) => answer,
        Err(err @ ProbeError::TimedOut(_)) => {
            return Check::fail(
                Leg::Proxy,
                name,
                Exit::Network,
                format!("the listener accepts connections, but {err}"),
            )
            .hint("check the proxy's log and load");
        }
        Err(err) => {
            return Check::fail(Leg::Proxy, name, Exit::Network, err.to_string())
                .hint(err.hint(WHAT));
        }
    };
    let other = "a load balancer may answer in the proxy's place; if no host is intercepted, check \
         the proxy URL";
    match connect::liveness(&answer) {
        Liveness::Proxy => Check::pass(Leg::Proxy, name, "it answers as AI Bridge Proxy does"),
        Liveness::SpeaksTls => {
            Check::fail(Leg::Proxy, name, Exit::Settings, "the listener speaks TLS")
                .hint("write `https://` in the proxy URL")
        }
        Liveness::Other(Reply::Head(head)) => {
            let summary =
                format!("`GET /` has the status {}, which is not AI Bridge Proxy's", head.status);
            Check::warn(Leg::Proxy, name, summary).hint(other)
        }
        Liveness::Other(Reply::Closed) => {
            Check::warn(Leg::Proxy, name, "`GET /` is not answered").hint(other)
        }
        Liveness::Other(_) => {
            let summary = "the listener does not speak HTTP";
            Check::fail(Leg::Proxy, name, Exit::NotCoder, summary).hint("check the proxy URL")
        }
    }
}
