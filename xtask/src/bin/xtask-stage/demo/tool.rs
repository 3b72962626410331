//! Tools with a hard-coded provider host: caught under `exec`, refused without.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use xtask::process;

use super::client::{ANSWER, BODY, PYTHON, URL, curl_args, python};
use super::narrator::Narrator;
use super::stage::Stage;

/// curl: the server's certificate was not verified.
const CURL_UNTRUSTED: i32 = 60;

pub(super) fn act(narrator: &mut Narrator, stage: &Stage) -> Result<()> {
    narrator.act("Tools that know nothing of a proxy call api.openai.com");
    narrator.show("the proxy is a fake: it opens TLS with the CA and answers by itself");
    let curl = process::on_path("curl");
    if let Some(curl) = &curl {
        narrator.step("curl under exec is caught, and verifies", || {
            catch(stage, curl, &curl_args(), "curl")
        })?;
    } else {
        narrator.show("curl is not on this machine: only Python's client is run");
    }
    narrator.step("Python's urllib under exec is caught, and verifies", || {
        catch(stage, &python()?, &["-c", PYTHON, URL, BODY], "Python")
    })?;
    if let Some(curl) = &curl {
        narrator.step(
            "the same curl without the bundle refuses the proxy's certificate",
            || {
                let finished = stage.run(through_proxy_only(stage, curl)?);
                ensure!(
                    finished.code == Some(CURL_UNTRUSTED),
                    "curl ended otherwise: {finished:?}"
                );
                Ok(())
            },
        )?;
    }
    narrator.step("nothing proxy-like is set outside exec", || {
        let workspace = stage.workspace()?;
        let wrong: Vec<_> = workspace
            .environment()
            .filter(|(name, _)| name.to_lowercase().contains("_proxy"))
            .collect();
        ensure!(
            wrong.iter().all(|(name, _)| name.starts_with("AIBRIDGE_")),
            "set for all processes: {wrong:?}"
        );
        Ok(())
    })?;
    narrator.show("what the proxy recorded:");
    for record in stage.proxy.interceptions() {
        let token = if record.token == stage.coder.token() { "the owner's" } else { "ANOTHER" };
        narrator.show(&format!(
            "{} https://{}{} with {token} token",
            record.method, record.host, record.path
        ));
    }
    Ok(())
}

/// Runs a client under `exec`: the canned answer arrives, and the proxy saw the owner's token.
fn catch(stage: &Stage, program: &Path, args: &[&str], name: &str) -> Result<()> {
    let before = stage.proxy.interceptions().len();
    let workspace = stage.workspace()?;
    let mut command = workspace.helper(&["exec", "--"]);
    command.arg(program).args(args);
    let finished = stage.run(command).success();
    ensure!(finished.stdout.contains(ANSWER), "{name} got another answer: {finished:?}");
    let records = stage.proxy.interceptions();
    ensure!(
        records.len() == before + 1,
        "the proxy recorded {} requests of {name}",
        records.len() - before
    );
    let record = &records[before];
    ensure!(record.token == stage.coder.token(), "{name} came with another token");
    ensure!(record.host == "api.openai.com" && record.path == "/v1/chat/completions", "{record:?}");
    Ok(())
}

/// The variables of `exec` without those that bring trust.
fn through_proxy_only(stage: &Stage, curl: &Path) -> Result<Command> {
    let workspace = stage.workspace()?;
    let variables = process::capture(&mut workspace.helper(&["env", "--format", "json"]))?;
    let variables: serde_json::Value = serde_json::from_str(&variables)?;
    let proxy = variables["HTTPS_PROXY"].as_str().unwrap_or_default();
    ensure!(!proxy.is_empty(), "`env` names no proxy");
    let mut command = workspace.command(curl, &curl_args());
    command.env("HTTPS_PROXY", proxy).env("https_proxy", proxy);
    Ok(command)
}
