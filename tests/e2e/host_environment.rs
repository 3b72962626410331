//! What a provisioner's host has in its environment stays out of a build.

use fakes::coder::FakeCoder;
use testkit::binaries;
use testkit::slow;
use testkit::terraform::{Call, Mirror, Terraform};

use crate::fixture::Deployment;

const CONFIG: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}
resource "aibridge_proxy" "this" {
  proxy_url = "http://proxy.example.com:8888"
}
output "proxy_auth_url" {
  value     = aibridge_proxy.this.proxy_auth_url
  sensitive = true
}
output "no_proxy" {
  value = aibridge_proxy.this.no_proxy_effective
}
"#;

#[test]
fn a_build_reads_what_coder_gives_it_and_nothing_else() {
    let Some(_marker) = slow::ring3("host-environment-build") else { return };
    let (deployment, host) = deployments();
    let plan = on_host(&deployment, &host)
        .env("CODER_WORKSPACE_BUILD_ID", "9a0f0a0c-0000-4000-8000-000000000001")
        .env("CODER_AGENT_URL", "http://build.example.com")
        .env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", "owner00000-0000000000000000000000")
        .plan()
        .success();
    let auth_url = "http://coder:owner00000-0000000000000000000000@proxy.example.com:8888";
    assert_eq!(plan.outputs["proxy_auth_url"].after, auth_url);
    let no_proxy = plan.outputs["no_proxy"].after.to_string();
    assert!(no_proxy.contains("build.example.com"), "{no_proxy}");
}

#[test]
fn a_build_without_a_token_takes_none_from_the_host() {
    let Some(_marker) = slow::ring3("host-environment-empty") else { return };
    let (deployment, host) = deployments();
    let call = || {
        on_host(&deployment, &host)
            .env("CODER_WORKSPACE_BUILD_ID", "9a0f0a0c-0000-4000-8000-000000000001")
            .env("CODER_AGENT_URL", deployment.coder.url())
            .env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", "")
    };
    let plan = call().plan().success();
    assert_eq!(plan.outputs["proxy_auth_url"].after, "http://coder:@proxy.example.com:8888");
    call().apply().success();
    assert_eq!((host.requests().len(), deployment.coder.requests().len()), (0, 0));
}

#[test]
fn outside_a_build_the_reserved_variables_come_first() {
    let Some(_marker) = slow::ring3("host-environment-outside") else { return };
    let (deployment, host) = deployments();
    on_host(&deployment, &host)
        .env("CODER_AGENT_URL", deployment.coder.url())
        .env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", deployment.coder.token())
        .apply()
        .success();
    assert_eq!((host.requests().len(), deployment.coder.requests().len()), (1, 0));
}

/// The deployment that a build is for, and the one whose address and token the host has
/// in its environment.
fn deployments() -> (Deployment, FakeCoder) {
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    let deployment = Deployment::new(&Terraform::everyday(), &mirror, CONFIG);
    let host = FakeCoder::start();
    host.set_certificate(deployment.ca.pem());
    (deployment, host)
}

fn on_host<'a>(deployment: &'a Deployment, host: &FakeCoder) -> Call<'a> {
    deployment
        .workdir
        .call()
        .env("AIBRIDGE_ACCESS_URL", host.url())
        .env("AIBRIDGE_SESSION_TOKEN", host.token())
        .env("CODER_SESSION_TOKEN", host.token())
        .env("CODER_URL", host.url())
}
