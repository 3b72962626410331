//! From plan to destroy, with drift, import and updates between.

use fakes::ca::TestCa;
use fakes::coder::{Answer, Carrier};
use serde_json::{Value, json};
use testkit::slow;
use testkit::terraform::{Action, Change, Terraform};

use crate::fixture::{Deployment, PROXY};

/// Attributes of the fetched certificate: the only ones that a plan may not know, besides `id`.
const FETCHED: [&str; 4] =
    ["ca_cert_pem", "ca_cert_sha256", "ca_cert_subject", "ca_cert_not_after"];

#[test]
fn everything_but_the_certificate_is_known_at_plan() {
    let Some(_marker) = slow::ring3("life-cycle-known-at-plan") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    let plan = deployment.call().plan().success();
    let change = plan.change(PROXY);
    assert_eq!(change.action, Action::Create);
    assert_eq!(unknown(change), [&["id"][..], &FETCHED].concat().sorted());
    let auth_url = format!("http://coder:{}@proxy.example.com:8888", deployment.coder.token());
    assert_eq!(change.after["proxy_auth_url"], auth_url);
    assert_eq!(deployment.coder.requests().len(), 0, "a plan touches no network");
}

#[test]
fn applies_once_and_then_plans_nothing() {
    let Some(_marker) = slow::ring3("life-cycle-apply") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    deployment.call().apply().success();
    let requests = deployment.coder.requests();
    assert_eq!(requests.len(), 1, "one fetch an apply: {requests:#?}");
    assert_eq!(requests[0].tokens, [(Carrier::Header, deployment.coder.token())]);

    deployment.call().plan().assert_empty();
    let outputs = deployment.workdir.call().output();
    assert_eq!(outputs["ca_cert_sha256"], deployment.ca.sha256());
    deployment.call().destroy().success();
    assert!(deployment.workdir.call().show().resources().is_empty());
}

#[test]
fn a_new_token_is_an_update_in_place_that_leaves_the_scripts_alone() {
    let Some(_marker) = slow::ring3("life-cycle-token") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    deployment.call().apply().success();
    let token = testkit::token::random();
    deployment.coder.set_token(token.clone());

    let plan = deployment.call().plan().success();
    let change = plan.change(PROXY);
    assert_eq!((change.action, &change.replace_paths), (Action::Update, &vec![]));
    assert_eq!(changed(change), ["env", "proxy_auth_url"]);
    deployment.call().apply().success();
    deployment.call().plan().assert_empty();
    let state = deployment.workdir.call().show();
    let auth_url = state.resource(PROXY)["proxy_auth_url"].as_str().unwrap_or_default();
    assert!(auth_url.contains(&token), "the new token is in the URL");
}

#[test]
fn a_rotated_ca_is_drift_and_nothing_to_do() {
    let Some(_marker) = slow::ring3("life-cycle-rotation") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    deployment.call().apply().success();
    let next = TestCa::new("AI Bridge Proxy CA, next");
    deployment.coder.set_certificate(next.pem());

    let plan = deployment.call().plan().success();
    assert_eq!(plan.change(PROXY).action, Action::NoOp);
    let drift = &plan.drift[PROXY];
    assert_eq!(drift.action, Action::Update);
    assert_eq!(drift.after["ca_cert_sha256"], next.sha256());
    assert_eq!(drift.before["ca_cert_sha256"], deployment.ca.sha256());
}

#[test]
fn a_failed_read_keeps_the_state_and_warns_once() {
    let Some(_marker) = slow::ring3("life-cycle-read-fails") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    deployment.call().apply().success();
    for answer in [Answer::LOGIN_PAGE, Answer::status(500), Answer::ROUTE_NOT_FOUND] {
        deployment.coder.set_answer(answer.clone());
        let plan = deployment.call().plan().assert_empty();
        assert_eq!(plan.run.warnings().len(), 1, "{answer:?}: {:#?}", plan.run.diagnostics);
        assert!(plan.drift.is_empty(), "{answer:?}");
    }
}

#[test]
fn a_failed_fetch_warns_with_auto_and_fails_with_required() {
    let Some(_marker) = slow::ring3("life-cycle-fetch-fails") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    deployment.coder.set_answer(Answer::LOGIN_PAGE);
    let run = deployment.call().var("ca_fetch", "required").apply().failure();
    assert_eq!(run.errors().len(), 1, "{:#?}", run.diagnostics);
    assert_eq!(run.errors()[0].address.as_deref(), Some(PROXY));

    let run = deployment.call().apply().success();
    assert_eq!(run.warnings().len(), 1, "{:#?}", run.diagnostics);
    let state = deployment.workdir.call().show();
    assert_eq!(state.resource(PROXY)["ca_cert_sha256"], Value::Null);
}

#[test]
fn without_a_token_it_warns_and_fetches_nothing() {
    let Some(_marker) = slow::ring3("life-cycle-no-token") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    let plan = deployment.call_with_token("").plan().success();
    assert_eq!(plan.run.warnings().len(), 1, "{:#?}", plan.run.diagnostics);
    deployment.call_with_token("").apply().success();
    assert_eq!(deployment.coder.requests().len(), 0);
    deployment.call_with_token("").plan().assert_empty();
    let outputs = deployment.workdir.call().output();
    assert_eq!(outputs["proxy_auth_url"], "http://coder:@proxy.example.com:8888");
}

#[test]
fn an_import_needs_nothing_more() {
    let Some(_marker) = slow::ring3("life-cycle-import") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    let refused = deployment.call().import(PROXY, "proxy.example.com:8888").exited(1);
    assert!(refused.stderr.contains("has no scheme"), "{refused:#?}");

    deployment.call().import(PROXY, "http://proxy.example.com:8888").success();
    let plan = deployment.call().plan().success();
    assert_eq!(plan.change(PROXY).action, Action::NoOp, "{:#?}", plan.change(PROXY));
}

#[test]
fn a_proxy_url_of_another_resource_may_be_unknown() {
    let Some(_marker) = slow::ring3("life-cycle-unknown") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
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
resource "terraform_data" "host" {
  input = "proxy.example.com"
}
resource "terraform_data" "access" {
  input = var.access_url
}
provider "aibridge" {
  access_url    = terraform_data.access.output
  session_token = var.token
}
resource "aibridge_proxy" "this" {
  proxy_url = "http://${terraform_data.host.output}:8888"
}
"#,
    );
    let plan = deployment.call().plan().success();
    assert_eq!(plan.change(PROXY).after_unknown["proxy_auth_url"], json!(true));
    deployment.call().apply().success();
    deployment.call().plan().assert_empty();
}

/// Attributes that are known only after apply.
fn unknown(change: &Change) -> Vec<String> {
    let flags = change.after_unknown.as_object().expect("a create has flags");
    let names = flags.iter().filter(|(_, flag)| **flag == true);
    names.map(|(name, _)| name.clone()).collect::<Vec<_>>().sorted()
}

/// Attributes whose planned value differs from the stored one.
fn changed(change: &Change) -> Vec<String> {
    let before = change.before.as_object().expect("an update has a state");
    let names = before.iter().filter(|(name, value)| {
        !FETCHED.contains(&name.as_str()) && change.after[name.as_str()] != **value
    });
    names.map(|(name, _)| name.clone()).collect::<Vec<_>>().sorted()
}

trait Sorted {
    fn sorted(self) -> Vec<String>;
}

impl<T: Into<String>> Sorted for Vec<T> {
    fn sorted(self) -> Vec<String> {
        let mut names: Vec<String> = self.into_iter().map(Into::into).collect();
        names.sort();
        names
    }
}
