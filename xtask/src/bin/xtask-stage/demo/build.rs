//! The owner starts the workspace: `init`, `plan` and `apply`.

use anyhow::{Result, ensure};
use testkit::terraform::Action;

use super::narrator::Narrator;
use super::stack::{Build, RESOURCE};
use super::stage::Stage;

pub(super) fn act(narrator: &mut Narrator, stage: &mut Stage) -> Result<()> {
    narrator.act("A workspace is built, in the environment of Coder's provisioner");
    let build = Build::start(&stage.coder);
    narrator.step("terraform init: the coder provider and ours, from a mirror", || {
        stage.record(stage.stack.call(&build).init()).success();
        Ok(())
    })?;
    narrator.step(
        "terraform plan: the authenticated URL is known already, and no request is made",
        || {
            let plan = stage.stack.call(&build).plan().success();
            stage.record(plan.run.finished.clone());
            ensure!(plan.change(RESOURCE).action == Action::Create, "planned {:?}", plan.actions());
            let url = plan.outputs.get("proxy_auth_url").and_then(|it| it.after.as_str());
            ensure!(
                url.is_some_and(|it| it.contains(&stage.coder.token())),
                "the planned output carries no token"
            );
            ensure!(
                stage.coder.requests().is_empty(),
                "the plan used the network: {:?}",
                stage.coder.requests()
            );
            Ok(())
        },
    )?;
    narrator.step("terraform apply: the CA certificate is fetched over HTTP", || {
        let run = stage.stack.call(&build).apply().success();
        stage.record(run.finished.clone());
        ensure!(run.diagnostics.is_empty(), "unexpected warnings: {:?}", run.diagnostics);
        let requests = stage.coder.certificate_requests();
        ensure!(requests.len() == 1, "{} requests for the certificate", requests.len());
        Ok(())
    })?;
    narrator.step(
        "the state holds the certificate; the output with the token is sensitive",
        || {
            let state = stage.stack.call(&build).show();
            let sha256 = &state.resource(RESOURCE)["ca_cert_sha256"];
            ensure!(
                *sha256 == stage.ca_sha256.as_str(),
                "another certificate is in the state: {sha256}"
            );
            ensure!(
                state.0["values"]["outputs"]["proxy_auth_url"]["sensitive"] == true,
                "the output is not sensitive"
            );
            Ok(())
        },
    )?;
    stage.adopt_workspace()
}
