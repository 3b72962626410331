//! Against the real CLI with builtin resources (ring 3), and its JSON forms
//! without it.

use serde_json::json;

use super::{Action, Diagnostic, Mirror, Severity, Terraform, Workdir};
use crate::slow;

const CONFIG: &str = r#"
variable "size" {
  type = string
  validation {
    condition     = var.size != "wrong"
    error_message = "The size must be right."
  }
}
resource "terraform_data" "one" {
  input = var.size
}
output "size" {
  value     = terraform_data.one.output
  sensitive = true
}
"#;

#[test]
fn attribute_is_read_from_the_source_line() {
    for (code, attribute) in [
        (json!("  proxy_url = \"x\""), Some("proxy_url")),
        (json!("resource \"aibridge_proxy\" \"this\" {"), None),
        (json!("  condition == x"), None),
        (json!(null), None),
    ] {
        let problem = json!({
            "severity": "warning",
            "summary": "s",
            "detail": "d",
            "address": "a.b",
            "snippet": { "code": code },
        });
        let problem = Diagnostic::parse(&problem);
        assert_eq!(problem.attribute.as_deref(), attribute, "{code}");
        assert_eq!((problem.severity, problem.text()), (Severity::Warning, "s\nd".to_owned()));
    }
}

#[test]
fn configuration_is_applied_and_destroyed_through_the_harness() {
    let Some(_marker) = slow::ring3("testkit-terraform") else { return };
    let workdir = Workdir::new(&Terraform::default(), &Mirror::new());
    workdir.write("main.tf", CONFIG);
    workdir.call().init().success();
    workdir.call().validate().success();

    let plan = workdir.call().var("size", "s").plan().success();
    let change = plan.change("terraform_data.one");
    assert_eq!((change.action, &change.after["input"]), (Action::Create, &json!("s")));
    assert_eq!(change.after_unknown["id"], true);
    workdir.call().apply_planned().success();
    workdir.call().env("TF_VAR_size", "s").plan().assert_empty();
    assert_eq!(workdir.call().output()["size"], "s");
    assert_eq!(workdir.call().show().resource("terraform_data.one")["output"], "s");

    let plan = workdir.call().var("size", "m").plan().success();
    assert_eq!(plan.actions()["terraform_data.one"], Action::Update);
    assert!(!plan.is_empty());
    let refused = workdir.call().var("size", "wrong").plan().failure();
    assert!(refused.run.errors()[0].detail.contains("The size must be right."), "{refused:#?}");

    workdir.call().var("size", "s").destroy().success();
    assert!(workdir.call().show().resources().is_empty());
    workdir.call().var("size", "s").import("terraform_data.one", "x").success();
}

#[test]
fn command_has_the_environment_of_the_harness_alone() {
    let workdir = Workdir::new(&Terraform::at("/usr/bin/env"), &Mirror::new());
    let printed = workdir.call().env("CODER_AGENT_URL", "x").run("env").success().stdout;
    let names: Vec<&str> =
        printed.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    for name in &names {
        let known = ["PATH", "HOME", "LANG", "CHECKPOINT_DISABLE", "CODER_AGENT_URL"];
        let ours = ["TF_CLI_CONFIG_FILE", "TF_IN_AUTOMATION"];
        assert!(known.contains(name) || ours.contains(name), "{name}");
    }
    assert_eq!(names.len(), 7);
}
