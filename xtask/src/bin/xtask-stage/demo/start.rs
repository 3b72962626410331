//! The workspace starts: a tool waits, the set-up runs, the tool goes on.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::client::ANSWER;
use super::narrator::Narrator;
use super::stage::Stage;

/// The unit of the template's tool.
const DEPENDENT: &str = "example-tool";
/// Long enough for a busy machine: the helper polls at least every quarter of a
/// second, and the tool's start and TLS handshake are part of the time, too.
const RIGHT_AFTER: Duration = Duration::from_secs(3);

pub(super) fn act(narrator: &mut Narrator, stage: &mut Stage) -> Result<()> {
    narrator.act("The workspace starts, as Coder's agent starts it");
    stage.watch_arguments();
    let tool =
        narrator.step("the tool's script starts first, and waits over the agent socket", || {
            let workspace = stage.workspace()?;
            stage.start_dependent(DEPENDENT, workspace.script(&workspace.tool))
        })?;
    narrator.step(
        "the start-up script that Terraform produced runs under a login shell",
        || {
            let workspace = stage.workspace()?;
            let finished = stage.run(workspace.start_up()).success();
            let line = format!(
                "AI Bridge Proxy CA certificate saved to {}",
                workspace.cert_path.display()
            );
            ensure!(
                finished.stdout.contains(&line),
                "the script printed something else:\n{}",
                finished.stdout
            );
            Ok(())
        },
    )?;
    narrator.step(
        "the tool goes on right after it, behind the proxy, and completes its own unit",
        || {
            let started = Instant::now();
            stage.proxy.wait_interceptions(1);
            ensure!(
                started.elapsed() < RIGHT_AFTER,
                "it went on after {:?} only",
                started.elapsed()
            );
            let finished = stage.record(tool.wait()).success();
            ensure!(finished.stdout.contains(ANSWER), "the tool printed {finished:?}");
            for unit in [DEPENDENT, "aibridge-proxy-setup"] {
                let state = stage.agent.state(unit);
                ensure!(state.as_deref() == Some("completed"), "`{unit}` is {state:?}");
            }
            ensure!(stage.agent.violations().is_empty(), "{:?}", stage.agent.violations());
            Ok(())
        },
    )?;
    narrator.step("certificate, bundle and status are in place", || {
        let workspace = stage.workspace()?;
        let saved = std::fs::read_to_string(&workspace.cert_path)?;
        ensure!(saved == stage.ca_pem, "the saved certificate is another one");
        let status = workspace.status()?;
        ensure!(status["outcome"] == "ok", "the status has outcome {}", status["outcome"]);
        Ok(())
    })?;
    let status = stage.run(stage.workspace()?.helper(&["status"])).success();
    narrator.show(&status.stdout);
    Ok(())
}
