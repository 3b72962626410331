//! Later builds: nothing changed, the CA was rotated, the token is a new one.

use anyhow::{Context as _, Result, ensure};
use fakes::ca::TestCa;
use testkit::terraform::{Action, Plan};

use super::narrator::Narrator;
use super::stack::{Build, RESOURCE, replaced};
use super::stage::Stage;

pub(super) fn act(narrator: &mut Narrator, stage: &mut Stage) -> Result<()> {
    narrator.act("Later builds of the workspace");
    narrator.step("terraform plan right after the apply is empty", || {
        plan(stage).assert_empty();
        Ok(())
    })?;
    narrator.step(
        "a rotated CA shows as drift; nothing is planned for the proxy, nothing is replaced",
        || {
            let rotated = TestCa::new("AI Bridge Proxy CA, rotated");
            stage.coder.set_certificate(rotated.pem());
            let plan = plan(stage);
            stage.coder.set_certificate(&stage.ca_pem);
            let drift = plan.drift.get(RESOURCE).context("there is no drift")?;
            ensure!(
                drift.before["ca_cert_sha256"] == stage.ca_sha256.as_str(),
                "before: {}",
                drift.before
            );
            ensure!(
                drift.after["ca_cert_sha256"] == rotated.sha256().as_str(),
                "after: {}",
                drift.after
            );
            ensure!(plan.change(RESOURCE).action == Action::NoOp, "planned {:?}", plan.actions());
            ensure!(replaced(&plan).is_empty(), "replaced {:?}", replaced(&plan));
            Ok(())
        },
    )?;
    narrator.step("a new build has a new token: an update in place", || {
        stage.renew_token();
        let plan = plan(stage);
        ensure!(plan.change(RESOURCE).action == Action::Update, "planned {:?}", plan.actions());
        ensure!(replaced(&plan).is_empty(), "replaced {:?}", replaced(&plan));
        let run = stage.stack.call(&Build::start(&stage.coder)).apply().success();
        stage.record(run.finished);
        Ok(())
    })?;
    narrator.step("the workspace starts again, with the same script and the new token", || {
        let former = stage.workspace()?.set_up.clone();
        stage.agent.restart();
        stage.adopt_workspace()?;
        let workspace = stage.workspace()?;
        ensure!(workspace.set_up == former, "the script changed with the token");
        stage.coder.clear_requests();
        stage.run(workspace.start_up()).success();
        let requests = stage.coder.certificate_requests();
        let tokens: Vec<&str> =
            requests.iter().flat_map(|it| &it.tokens).map(|(_, it)| it.as_str()).collect();
        ensure!(tokens == [stage.coder.token()], "another token was used");
        Ok(())
    })
}

fn plan(stage: &Stage) -> Plan {
    let plan = stage.stack.call(&Build::start(&stage.coder)).plan().success();
    stage.record(plan.run.finished.clone());
    plan
}
