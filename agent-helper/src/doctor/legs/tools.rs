//! Installed tools, each run once against the proxy as `exec` would run it.
//!
//! A tool requests from an intercepted host a path that no model has, without any
//! credentials of a vendor. With any status, the tool has reached
//! the proxy and trusts it, which is all that is checked. The session token
//! is in its environment as under `exec`, and in no argument.

mod outcome;
mod programs;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use coder_client::workspace::DEFAULT_USERNAME;
use settings::{Lookup, Secret};
use tokio::process::Command;

use crate::config::Tool;
use crate::doctor::connect::basic;
use crate::doctor::findings::{Checks, Findings};
use crate::doctor::runtimes::CURL_AND_TLS;
use crate::doctor::verdict::{Check, Leg};
use crate::env::{ENV_PATH, ENV_SESSION_TOKEN};
use crate::exit::Exit;

use self::outcome::Outcome;
use self::programs::{PROGRAMS, Program, Request, Start};

/// How long one tool may take. Go and Java start slowly on a small machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// The most of a tool's output that is read.
const OUTPUT_LIMIT: usize = 16 << 10;

/// Runs the tools one after the other.
pub(super) async fn check(findings: &Findings<'_>, checks: &mut Checks<'_>) {
    let skipped = |reason: &str| Check::skipped(Leg::Tools, "tools", reason);
    if findings.args.no_tools {
        return checks.add(skipped("left out with `--no-tools`"));
    }
    let Some(host) = findings.intercepted.first() else {
        return checks
            .add(skipped("no intercepted host has a trusted certificate: no request is sent"));
    };
    let (Some(proxy_url), Some(token)) = (findings.proxy_url(), &findings.token) else {
        return checks.add(skipped("there is no proxy URL or no token"));
    };
    if findings.cert_file.is_none() || findings.bundle_file.is_none() {
        return checks.add(skipped("there is no certificate or no bundle"));
    }
    let tool = Tool { proxy_url, no_proxy: findings.exclusions() };
    let workspace = tool.workspace(&findings.place, findings.has_extra_cas, token.clone());
    let variables = workspace.variables();
    let truststore = &findings.place.truststore_path;
    let truststore = Path::new(truststore).is_file().then_some(truststore.as_str());
    for program in &PROGRAMS {
        let started = Instant::now();
        let check = match find(program.names, findings.env) {
            None => Check::skipped(Leg::Tools, program.title, "not installed"),
            Some(path) => {
                let request = Request { host: &host.name, truststore };
                let start = (program.start)(&request);
                let Start::Run { arguments, environment, file } = start else {
                    let Start::Skip(reason) = start else { continue };
                    checks.add(Check::skipped(Leg::Tools, program.title, reason));
                    continue;
                };
                let mut command = Command::new(path);
                command
                    .args(arguments)
                    .env_remove(ENV_SESSION_TOKEN)
                    .envs(variables.iter().map(|(name, value)| (name, value.expose())))
                    .envs(environment);
                let host = (host.name.as_str(), findings.listener_chain.is_some());
                judge(program, host, token, run(command, file).await)
            }
        };
        checks.add(check.took(started.elapsed()));
    }
}

/// The result of a tool that has run.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Why a tool has no result.
enum NotRun {
    TimedOut,
    NotStarted(std::io::Error),
}

/// Runs a tool in a temporary folder of its own.
async fn run(
    mut command: Command,
    file: Option<(&'static str, &'static str)>,
) -> Result<Ran, NotRun> {
    let folder = tempfile::tempdir().map_err(NotRun::NotStarted)?;
    if let Some((name, text)) = file {
        std::fs::write(folder.path().join(name), text).map_err(NotRun::NotStarted)?;
    }
    command
        .current_dir(folder.path())
        .env("GOMODCACHE", folder.path().join("go"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let child = command.spawn().map_err(NotRun::NotStarted)?;
    let output = match tokio::time::timeout(DEADLINE, child.wait_with_output()).await {
        Ok(output) => output.map_err(NotRun::NotStarted)?,
        Err(_) => return Err(NotRun::TimedOut),
    };
    let text = |bytes: &[u8]| {
        String::from_utf8_lossy(&bytes[..bytes.len().min(OUTPUT_LIMIT)]).into_owned()
    };
    Ok(Ran {
        code: output.status.code(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    })
}

fn judge(
    program: &Program,
    (host, has_tls_listener): (&str, bool),
    token: &Secret,
    ran: Result<Ran, NotRun>,
) -> Check {
    let fail = |exit, summary: String| {
        let is_curls = has_tls_listener && program.title == "curl" && exit == Exit::Certificate;
        let hint = if is_curls { CURL_AND_TLS } else { program.hint };
        Check::fail(Leg::Tools, program.title, exit, summary).hint(hint)
    };
    let ran = match ran {
        Ok(ran) => ran,
        Err(NotRun::NotStarted(err)) => {
            let summary = format!("cannot be started: {err}");
            return Check::skipped(Leg::Tools, program.title, summary);
        }
        Err(NotRun::TimedOut) => {
            let summary = format!("not done within {}", settings::duration::format(DEADLINE));
            return fail(Exit::Network, summary);
        }
    };
    let shown = |text: &str| redacted(text, token);
    match (program.read)(ran.code, &ran.stdout, &ran.stderr) {
        Outcome::Reached(how) => {
            let summary = format!("reached `{host}` through the proxy{}", shown(&how));
            Check::pass(Leg::Tools, program.title, summary)
        }
        Outcome::Skipped(reason) => Check::skipped(Leg::Tools, program.title, reason),
        Outcome::Failed(text) => fail(outcome::exit(&text), shown(&outcome::fault_line(&text))),
    }
}

/// Replaces the token in each form in which a tool could repeat it.
fn redacted(text: &str, token: &Secret) -> String {
    let forms = [token.expose().to_owned(), basic(DEFAULT_USERNAME, token).expose().to_owned()];
    let mut text = text.to_owned();
    for form in forms.iter().filter(|it| !it.is_empty()) {
        text = text.replace(form.as_str(), "[redacted]");
    }
    text
}

/// The first of these programs on `PATH`.
fn find(names: &[&str], env: &dyn Lookup) -> Option<PathBuf> {
    let folders = env.non_empty(ENV_PATH)?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    names.iter().find_map(|name| {
        folders.iter().map(|it| it.join(name)).find(|it| it.is_absolute() && it.is_file())
    })
}
