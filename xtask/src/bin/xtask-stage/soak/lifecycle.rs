//! The life of a resource under one CLI: apply, an empty plan, destroy.

use std::path::Path;

use anyhow::{Result, ensure};
use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use testkit::terraform::{Call, Mirror, Terraform, Workdir};
use xtask::configuration;

/// What every core can run: no coder provider, no module.
const BARE: &str = r#"terraform {
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
"#;

/// Runs it with the bare resource and, if `with_module` is set, with the module and
/// the real coder provider.
pub(super) fn run(cli: &Path, with_module: bool) -> Result<()> {
    let terraform = Terraform::at(cli);
    let mirror = Mirror::with_both_providers();
    let coder = FakeCoder::start();
    coder.set_certificate(TestCa::new("soak").pem());
    let bare = Workdir::new(&terraform, &mirror);
    bare.write("main.tf", BARE);
    live(&bare, &coder)?;
    println!("{}: the bare resource was applied, planned empty and destroyed", cli.display());
    if with_module {
        let workdir = Workdir::new(&terraform, &mirror);
        configuration::copy_template(&workdir)?;
        live(&workdir, &coder)?;
        println!("{}: so was the module, with the real coder provider", cli.display());
    }
    Ok(())
}

fn live(workdir: &Workdir, coder: &FakeCoder) -> Result<()> {
    coder.clear_requests();
    let call = || -> Call<'_> {
        let call = workdir.call().env("CODER_AGENT_URL", coder.url());
        let call = call.env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", coder.token());
        // Random in each run otherwise, which is a change to plan.
        let call = call.env("CODER_WORKSPACE_ID", "5f3c8f5e-6d0f-4f1b-8a6e-2d2b1c6f7a01");
        let call = call.env("TF_VAR_proxy_url", "http://proxy.example.com:8888");
        call.env("TF_VAR_cert_path", "/tmp/aibridge-soak/ca-cert.pem")
    };
    call().init().success();
    call().apply().success();
    call().plan().assert_empty();
    call().destroy().success();
    ensure!(!coder.certificate_requests().is_empty(), "nothing was fetched");
    let left = call().show();
    ensure!(left.resources().is_empty(), "left in the state: {:?}", left.resources().keys());
    Ok(())
}
