//! Functions beside the resource that gives the same.

use serde_json::json;
use testkit::binaries;
use testkit::slow;
use testkit::terraform::{Mirror, Terraform};

use crate::fixture::{Deployment, FUNCTIONS};

fn deployment() -> Deployment {
    let mirror = Mirror::new().with_aibridge(&binaries::provider());
    Deployment::new(&Terraform::everyday(), &mirror, FUNCTIONS)
}

#[test]
fn they_give_what_the_resource_has_and_stay_sensitive() {
    let Some(_marker) = slow::ring3("functions-same") else { return };
    let deployment = deployment();
    let plan = deployment.call().plan().success();
    for output in ["is_same_url", "is_same_env", "is_sensitive"] {
        assert_eq!(plan.outputs[output].after, json!(true), "{output}: known at plan, and true");
    }
    deployment.call().apply().success();
    deployment.call().plan().assert_empty();
    let outputs = deployment.workdir.call().output();
    assert_eq!(outputs["no_proxy"], "localhost,127.0.0.1,::1,git.example.com");
}

#[test]
fn unknown_arguments_give_an_unknown_result() {
    let Some(_marker) = slow::ring3("functions-unknown") else { return };
    let deployment = deployment();
    let unknown = "\nresource \"terraform_data\" \"host\" {\n  input = \"git.example.com\"\n}\n";
    let config = FUNCTIONS
        .replace("no_proxy   = [\"git.example.com\"]", "no_proxy   = [terraform_data.host.output]");
    deployment.workdir.write("main.tf", &format!("{config}{unknown}"));
    let plan = deployment.call().plan().success();
    assert_eq!(plan.outputs["is_same_env"].after_unknown, json!(true));
    deployment.call().apply().success();
    let outputs = deployment.workdir.call().output();
    assert_eq!(outputs["is_same_env"], json!(true));
}

#[test]
fn a_wrong_argument_is_named() {
    let Some(_marker) = slow::ring3("functions-bad-input") else { return };
    let deployment = deployment();
    let plan = |deployment: &Deployment, url: &str| {
        deployment.call().var("proxy_url", url).plan().failure()
    };
    let said: Vec<String> = plan(&deployment, "http://proxy.example.com/path")
        .run
        .errors()
        .iter()
        .map(|it| it.text())
        .collect();
    let is_named = |it: &String| {
        it.contains("Invalid value for \"proxy_url\" parameter")
            && it.contains("the proxy URL has the path `/path`")
    };
    assert!(said.iter().any(is_named), "{said:#?}");

    let config = FUNCTIONS.replace("no_proxy   = [", "noproxy    = [");
    deployment.workdir.write("main.tf", &config);
    let refused = deployment.call().plan().failure();
    let said: Vec<String> = refused.run.errors().iter().map(|it| it.text()).collect();
    let is_named = |it: &String| {
        it.contains("Invalid value for \"options\" parameter") && it.contains("no option `noproxy`")
    };
    assert!(said.iter().any(is_named), "{said:#?}");
}
