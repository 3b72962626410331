//! What each runtime would trust: under `exec`, and in the environment of this
//! process if that is behind the proxy already.

use std::path::Path;
use std::time::Instant;

use coder_client::workspace::{NoProxy, Trust};
use pki::system_roots;

use crate::commands::read_input;
use crate::doctor::environment::is_behind;
use crate::doctor::findings::{Checks, Findings};
use crate::doctor::runtimes::{Evidence, RUNTIMES, Runtime, Store, TrustFault};
use crate::doctor::verdict::{Check, Leg};
use crate::exit::Exit;

pub(super) fn check(findings: &Findings<'_>, checks: &mut Checks<'_>) {
    let (Some(appended), Some(bundle)) = (&findings.appended_file, &findings.bundle_file) else {
        checks.add(Check::skipped(Leg::Trust, "runtimes", "there is no certificate or no bundle"));
        return;
    };
    let (place, now) = (&findings.place, findings.now);
    let listener = match (findings.proxy_url(), &findings.listener_chain) {
        (Some(url), Some(chain)) => Some((url.host().to_owned(), chain.clone())),
        _ => None,
    };
    let evidence = Evidence {
        ca: findings.served.clone().or_else(|| findings.in_place.first().cloned()),
        leaf: findings.intercepted.first().map(|it| (it.name.clone(), it.chain.clone())),
        listener,
        system: system_roots::certificates(Path::new("/")),
    };
    let trust = Trust {
        files: place.clone(),
        has_extra_cas: findings.has_extra_cas,
        no_proxy: NoProxy::default(),
    };
    let stores = [
        (place.appended_path(findings.has_extra_cas), Store::new(appended, now)),
        (place.bundle_path.as_str(), Store::new(bundle, now)),
    ];
    let set = trust.variables();
    for runtime in &RUNTIMES {
        let started = Instant::now();
        let path = set.get(runtime.variable).map_or("", String::as_str);
        let Some((_, store)) = stores.iter().find(|(it, _)| *it == path) else { continue };
        let check = match store.judge(runtime, &evidence, now) {
            Ok(()) => Check::pass(
                Leg::Trust,
                runtime.name,
                format!("`{}` is set correctly", runtime.variable),
            ),
            Err(fault) => at_fault(runtime, path, &fault),
        };
        checks.add(check.took(started.elapsed()));
    }
    let behind = findings.proxy_url().is_some_and(|it| is_behind(findings.env, it));
    if behind {
        inherited(findings, &evidence, checks);
    }
}

fn at_fault(runtime: &Runtime, path: &str, fault: &TrustFault) -> Check {
    let summary = format!("`{path}` in `{}` {}", runtime.variable, fault.text());
    let check = match fault {
        TrustFault::NoRoot(_) | TrustFault::ListenerOfCurl => {
            Check::warn(Leg::Trust, runtime.name, summary)
        }
        // Only tools of that runtime are cut off, and those that add no roots
        // of their own cannot be given both.
        TrustFault::Listener(_) if runtime.adds => Check::warn(Leg::Trust, runtime.name, summary),
        _ => Check::fail(Leg::Trust, runtime.name, Exit::Certificate, summary),
    };
    check.hint(fault.hint())
}

/// Checks the trust variables of this process, which is behind the proxy.
fn inherited(findings: &Findings<'_>, evidence: &Evidence, checks: &mut Checks<'_>) {
    let started = Instant::now();
    let mut unset = Vec::new();
    let mut is_fine = true;
    for runtime in &RUNTIMES {
        let Some(value) = findings.env.non_empty(runtime.variable) else {
            unset.push(format!("`{}` ({})", runtime.variable, runtime.name));
            continue;
        };
        let path = std::path::PathBuf::from(&value);
        let name = format!("{}, inherited", runtime.name);
        let judged = match read_input(runtime.variable, &path) {
            Ok(pem) => {
                let store = Store::new(&pem, findings.now);
                store.judge(runtime, evidence, findings.now).map_err(|it| it.text())
            }
            Err(_) => Err("cannot be read".to_owned()),
        };
        if let Err(reason) = judged {
            is_fine = false;
            let summary = format!("`{}` in `{}` {reason}", path.display(), runtime.variable);
            let check = Check::fail(Leg::Trust, name, Exit::Settings, summary)
                .hint("start the tool with `aibridge-agent exec`, or correct the variable");
            checks.add(check.took(started.elapsed()));
        }
    }
    let name = "inherited variables";
    if !unset.is_empty() {
        let summary = format!(
            "this process sends its traffic to the proxy, and these are not set: {}",
            unset.join(", ")
        );
        let check = Check::warn(Leg::Trust, name, summary)
            .hint("start tools with `aibridge-agent exec`, which sets all of them");
        checks.add(check.took(started.elapsed()));
    } else if is_fine {
        let summary = "this process is behind the proxy, and all trust variables are set correctly";
        checks.add(Check::pass(Leg::Trust, name, summary).took(started.elapsed()));
    }
}
