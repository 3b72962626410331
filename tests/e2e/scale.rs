//! Many resources at once: one fetch each, the same state at any parallelism, and nothing
//! to do afterwards.

use std::collections::BTreeSet;

use testkit::binaries;
use testkit::slow;
use testkit::terraform::{Action, Mirror, Terraform};

use crate::fixture::Deployment;

/// Fewer than the soak asks for: Terraform rewrites its whole state after each resource,
/// and three scripts make 35 KB
/// of each, so the time grows with the square.
const RESOURCES: usize = 30;

const CONFIG: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}
variable "access_url" {}
variable "token" {}
variable "resources" {
  type = number
}
provider "aibridge" {
  access_url    = var.access_url
  session_token = var.token
}
resource "aibridge_proxy" "many" {
  count     = var.resources
  proxy_url = "http://proxy-${count.index}.example.com:8888"
}
"#;

#[test]
fn many_resources_apply_alike_at_any_parallelism() {
    let Some(_marker) = slow::ring3("scale-resources") else { return };
    let resources = resources();
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    for parallelism in [1, 10, 200] {
        let deployment = Deployment::new(&Terraform::everyday(), &mirror, CONFIG);
        let call = || {
            let call = deployment.call().var("resources", &resources.to_string());
            call.arg(format!("-parallelism={parallelism}"))
        };
        call().apply().success();
        assert_eq!(deployment.coder.requests().len(), resources, "one fetch for each resource");

        let state = deployment.workdir.call().show();
        let stored = state.resources();
        assert_eq!(stored.len(), resources);
        let sha256 = deployment.ca.sha256();
        assert!(stored.values().all(|it| it["ca_cert_sha256"] == sha256));
        let ids: BTreeSet<String> = stored.values().map(|it| it["id"].to_string()).collect();
        assert_eq!(ids.len(), resources, "each has an id of its own");

        let plan = call().plan().assert_empty();
        assert!(plan.actions().values().all(|action| *action == Action::NoOp));
    }
    say(resources);
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that made fewer would look alike"
)]
fn say(resources: usize) {
    println!("{resources} resources");
}

#[expect(clippy::disallowed_methods, reason = "a soak asks for more through the environment")]
fn resources() -> usize {
    let asked = std::env::var("AIBRIDGE_TEST_RESOURCES");
    asked.map_or(RESOURCES, |it| it.parse().expect("AIBRIDGE_TEST_RESOURCES is a number"))
}
