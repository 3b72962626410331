//! The workspace starts: a tool waits, the set-up runs, the tool goes on.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::narrator::Narrator;
use super::stage::Stage;
use super::workspace::start_dependent;

const DEPENDENT: &str = "copilot-setup";
/// Well below the second that Coder's own CLI waits between two looks.
const RIGHT_AFTER: Duration = Duration::from_millis(900);

pub(super) fn act(narrator: &mut Narrator, stage: &mut Stage) -> Result<()> {
    narrator.act("The workspace starts, as Coder's agent starts it");
    stage.watch_arguments();
    let dependent = narrator
        .step("a dependent tool that started first waits over the agent socket", || {
            start_dependent(stage, DEPENDENT)
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
    narrator.step("the dependent goes on right after it, as its own unit", || {
        let started = Instant::now();
        let finished = stage.record(dependent.wait()).success();
        ensure!(started.elapsed() < RIGHT_AFTER, "it went on after {:?} only", started.elapsed());
        ensure!(
            stage.agent.state(DEPENDENT).as_deref() == Some("started"),
            "its unit is not started: {finished:?}"
        );
        ensure!(
            stage.agent.state("aibridge-proxy-setup").as_deref() == Some("completed"),
            "no unit was completed"
        );
        ensure!(stage.agent.violations().is_empty(), "{:?}", stage.agent.violations());
        Ok(())
    })?;
    narrator.step("certificate, bundle and status are in place", || {
        let workspace = stage.workspace()?;
        let saved = std::fs::read_to_string(&workspace.cert_path)?;
        ensure!(saved == stage.ca_pem, "the saved certificate is another one");
        let status = workspace.status()?;
        ensure!(status["outcome"] == "ok", "the status says {}", status["outcome"]);
        Ok(())
    })?;
    let status = stage.run(stage.workspace()?.helper(&["status"])).success();
    narrator.show(&status.stdout);
    Ok(())
}
