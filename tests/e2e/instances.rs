//! Several providers, several agents.

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use testkit::binaries;
use testkit::slow;
use testkit::terraform::{Mirror, Terraform};

use crate::fixture::Deployment;

const TWO_PROVIDERS: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}
variable "access_url" {}
variable "token" {}
variable "other_url" {}
variable "other_token" {}
provider "aibridge" {
  access_url    = var.access_url
  session_token = var.token
}
provider "aibridge" {
  alias         = "other"
  access_url    = var.other_url
  session_token = var.other_token
}
resource "aibridge_proxy" "this" {
  proxy_url = "http://proxy.example.com:8888"
}
resource "aibridge_proxy" "other" {
  provider  = aibridge.other
  proxy_url = "http://proxy.example.com:8888"
}
data "aibridge_ca_certificate" "other" {
  provider = aibridge.other
}
"#;

const TWO_AGENTS: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}
variable "access_url" {}
variable "token" {}
provider "aibridge" {
  access_url    = var.access_url
  session_token = var.token
}
resource "aibridge_proxy" "this" {
  for_each  = toset(["main", "gpu"])
  proxy_url = "http://proxy.example.com:8888"
  agent_id  = "agent-${each.key}"
  cert_path = "/tmp/aibridge-proxy-${each.key}/ca-cert.pem"
  sync_unit = "aibridge-proxy-setup-${each.key}"
}
"#;

#[test]
fn each_provider_configuration_has_its_own_deployment() {
    let Some(_marker) = slow::ring3("instances-aliases") else { return };
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    let deployment = Deployment::new(&Terraform::everyday(), &mirror, TWO_PROVIDERS);
    let (other, ca) = (FakeCoder::start(), TestCa::new("the other CA"));
    other.set_certificate(ca.pem());
    let call = || {
        let call = deployment.call().env("TF_VAR_other_url", other.url());
        call.env("TF_VAR_other_token", other.token())
    };
    call().apply().success();
    call().plan().assert_empty();
    let state = deployment.workdir.call().show();
    let sha256 = |address: &str, name: &str| state.resource(address)[name].clone();
    assert_eq!(sha256("aibridge_proxy.this", "ca_cert_sha256"), deployment.ca.sha256());
    assert_eq!(sha256("aibridge_proxy.other", "ca_cert_sha256"), ca.sha256());
    assert_eq!(sha256("data.aibridge_ca_certificate.other", "sha256"), ca.sha256());
    for request in other.requests() {
        assert_eq!(request.token(), Some(other.token().as_str()), "{request:#?}");
    }
    for request in deployment.coder.requests() {
        assert_eq!(request.token(), Some(deployment.coder.token().as_str()), "{request:#?}");
    }
}

#[test]
fn two_agents_have_two_folders_and_two_units() {
    let Some(_marker) = slow::ring3("instances-agents") else { return };
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    let deployment = Deployment::new(&Terraform::everyday(), &mirror, TWO_AGENTS);
    deployment.call().apply().success();
    deployment.call().plan().assert_empty();
    let state = deployment.workdir.call().show();
    for (key, other) in [("main", "gpu"), ("gpu", "main")] {
        let proxy = state.resource(&format!("aibridge_proxy.this[\"{key}\"]"));
        let script = proxy["setup_script"].as_str().expect("a script");
        assert!(script.contains(&format!("/tmp/aibridge-proxy-{key}/ca-cert.pem")), "{script}");
        assert!(script.contains(&format!("aibridge-proxy-setup-{key}")), "{script}");
        assert!(!script.contains(&format!("-{other}")), "{script}");
        let bundle = format!("/tmp/aibridge-proxy-{key}/ca-bundle.pem");
        assert_eq!(proxy["trust_env"]["SSL_CERT_FILE"], bundle);
    }
}
