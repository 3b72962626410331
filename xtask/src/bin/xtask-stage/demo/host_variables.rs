//! Variables that an operator left on the provisioner's host have no effect in a
//! workspace.

use anyhow::{Result, ensure};
use testkit::terraform::{Terraform, Workdir};
use testkit::token;

use super::narrator::Narrator;
use super::stack::Build;
use super::stage::Stage;

/// Without the module, which passes both settings by itself.
const CONFIG: &str = r#"terraform {
  required_providers {
    aibridge = {
      source = "aibridge-rs/aibridge"
    }
  }
}

resource "aibridge_proxy" "bare" {
  proxy_url = "http://proxy.example.com:8888"
  ca_fetch  = "required"
}

output "proxy_auth_url" {
  value     = aibridge_proxy.bare.proxy_auth_url
  sensitive = true
}
"#;

pub(super) fn act(narrator: &mut Narrator, stage: &Stage) -> Result<()> {
    narrator.step(
        "AIBRIDGE_ variables of the provisioner's host have no effect inside a build",
        || {
            let workdir = Workdir::new(&Terraform::default(), &stage.mirror);
            workdir.write("main.tf", CONFIG);
            let foreign = token::random();
            let build = Build::start(&stage.coder);
            // No server listens there: a fetch from it would fail the apply.
            let host = [
                ("AIBRIDGE_ACCESS_URL", "http://127.0.0.1:9"),
                ("AIBRIDGE_SESSION_TOKEN", &foreign),
            ];
            let call = || workdir.call().envs(host).envs(build.environment());
            stage.coder.clear_requests();
            stage.record(call().init()).success();
            stage.record(call().apply().success().finished);
            let output = call().output();
            let url = output["proxy_auth_url"].as_str().unwrap_or_default();
            ensure!(url.contains(&stage.coder.token()), "the URL does not carry the owner's token");
            let requests = stage.coder.certificate_requests();
            ensure!(requests.len() == 1, "{} requests for the certificate", requests.len());
            let used = requests[0].tokens.iter().any(|(_, it)| *it == foreign);
            ensure!(!used && !url.contains(&foreign), "the host's token was used");
            stage.record(call().destroy().success().finished);
            Ok(())
        },
    )
}
