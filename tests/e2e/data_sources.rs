//! Data sources: read at plan, or refused with the argument to look at.

use fakes::ca::TestCa;
use fakes::coder::Answer;
use serde_json::json;
use testkit::binaries;
use testkit::slow;
use testkit::terraform::{Action, Mirror, Terraform};

use crate::fixture::{DATA_SOURCES, Deployment, PROXY};

fn deployment() -> Deployment {
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    Deployment::new(&Terraform::everyday(), &mirror, DATA_SOURCES)
}

#[test]
fn what_is_read_is_known_at_plan() {
    let Some(_marker) = slow::ring3("data-sources-known-at-plan") else { return };
    let deployment = deployment();
    let plan = deployment.call().plan().success();
    assert_eq!(plan.change(PROXY).after["ca_pin_sha256"], deployment.ca.sha256());
    deployment.call().apply_planned().success();
    deployment.call().plan().assert_empty();
    let outputs = deployment.workdir.call().output();
    assert_eq!(outputs["certificate"], deployment.ca.pem());
    let base_url = format!("{}/api/v2/ai-gateway/openai/v1", deployment.coder.url());
    assert_eq!(outputs["base_url"], base_url);
    let proxy = json!({ "available": true, "enabled": true, "entitled": true });
    assert_eq!(outputs["proxy"], proxy);
}

#[test]
fn a_rotated_ca_reaches_the_pin() {
    let Some(_marker) = slow::ring3("data-sources-rotation") else { return };
    let deployment = deployment();
    deployment.call().apply().success();
    let next = TestCa::new("AI Bridge Proxy CA, next");
    deployment.coder.set_certificate(next.pem());
    let plan = deployment.call().plan().success();
    assert_eq!(plan.change(PROXY).action, Action::Update);
    deployment.call().apply().success();
    deployment.call().plan().assert_empty();
    let state = deployment.workdir.call().show();
    assert_eq!(state.resource(PROXY)["ca_cert_sha256"], next.sha256());
}

#[test]
fn a_failure_ends_the_plan_with_the_server_s_words() {
    let Some(_marker) = slow::ring3("data-sources-failure") else { return };
    let deployment = deployment();
    deployment.coder.set_answer(Answer::NOT_ENABLED);
    let plan = deployment.call().plan().failure();
    let errors = plan.run.errors();
    let [error] = errors.as_slice() else { panic!("one error expected: {errors:#?}") };
    assert_eq!(error.address.as_deref(), Some("data.aibridge_ca_certificate.this"));
    assert_eq!(error.summary, "Cannot fetch the CA certificate");
    assert!(error.detail.contains("AI Gateway Proxy is not enabled."), "{error:#?}");
    assert!(error.detail.contains("CODER_AI_GATEWAY_PROXY_ENABLED=true"), "{error:#?}");
}

#[test]
fn without_a_token_a_template_can_be_imported() {
    let Some(_marker) = slow::ring3("data-sources-no-token") else { return };
    let deployment = deployment();
    let plan = deployment.call_with_token("").plan().success();
    let places: Vec<_> = plan.run.warnings().iter().filter_map(|it| it.address.clone()).collect();
    assert!(places.contains(&"data.aibridge_ca_certificate.this".to_owned()), "{places:?}");
    assert_eq!(plan.outputs["proxy"].after["enabled"], json!(null));
    assert_eq!(plan.outputs["proxy"].after["entitled"], json!(true));
}

#[test]
fn a_provider_that_is_not_known_yet_names_the_argument() {
    let Some(_marker) = slow::ring3("data-sources-unknown-provider") else { return };
    let deployment = deployment();
    deployment.workdir.write(
        "main.tf",
        r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}
variable "access_url" {}
variable "token" {}
resource "terraform_data" "access" {
  input = var.access_url
}
provider "aibridge" {
  access_url    = terraform_data.access.output
  session_token = var.token
}
data "aibridge_deployment" "this" {}
"#,
    );
    let plan = deployment.call().plan().failure();
    let errors = plan.run.errors();
    let [error] = errors.as_slice() else { panic!("one error expected: {errors:#?}") };
    assert_eq!(error.summary, "Provider is not configured yet");
    assert!(error.detail.contains("access_url"), "{error:#?}");

    // The advice that it gives.
    deployment.call().arg("-target=terraform_data.access").apply().success();
    deployment.call().apply().success();
    deployment.call().plan().assert_empty();
}
