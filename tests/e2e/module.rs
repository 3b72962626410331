//! The module beside the real coder provider, and what consumers read of it.

use fakes::ca::TestCa;
use serde_json::Value;
use testkit::secret_scan::MarkedToken;
use testkit::slow;
use testkit::terraform::{Action, Mirror, State, Terraform};

use crate::fixture::Deployment;

const SCRIPT: &str = "module.aibridge-proxy.coder_script.aibridge_proxy_setup";

/// A template with a consumer that takes three inputs, as the registry's tool modules do.
const TEMPLATE: &str = r#"
terraform {
  required_version = ">= 1.9"
  required_providers {
    coder    = { source = "coder/coder" }
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}

resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source    = "./modules/aibridge-proxy"
  agent_id  = coder_agent.main.id
  proxy_url = "https://aiproxy.example.com"
}

module "tool" {
  source                   = "./tool"
  enable_aibridge_proxy    = true
  aibridge_proxy_auth_url  = module.aibridge-proxy.proxy_auth_url
  aibridge_proxy_cert_path = module.aibridge-proxy.cert_path
}

output "scripts" {
  value = module.aibridge-proxy.scripts
}

output "trust_env_names" {
  value = [for name, value in module.aibridge-proxy.trust_env : name]
}
"#;

const CONSUMER: &str = r#"
variable "enable_aibridge_proxy" {
  type    = bool
  default = false
}

variable "aibridge_proxy_auth_url" {
  type      = string
  sensitive = true
  default   = null
  validation {
    condition     = !var.enable_aibridge_proxy || (var.aibridge_proxy_auth_url != null && length(var.aibridge_proxy_auth_url) > 0)
    error_message = "aibridge_proxy_auth_url is required when enable_aibridge_proxy is true."
  }
}

variable "aibridge_proxy_cert_path" {
  type    = string
  default = null
  validation {
    condition     = !var.enable_aibridge_proxy || (var.aibridge_proxy_cert_path != null && length(var.aibridge_proxy_cert_path) > 0)
    error_message = "aibridge_proxy_cert_path is required when enable_aibridge_proxy is true."
  }
}
"#;

/// Decided by the module itself: whether the build is one of a prebuild.
const NOT_A_VARIABLE: &str = "prebuild";

#[test]
fn every_optional_attribute_of_the_resource_is_a_variable() {
    let root = testkit::workspace::root();
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let schema: Value = serde_json::from_str(&read("provider/tests/data/schema.json")).unwrap();
    let block = &schema["resource_schemas"]["aibridge_proxy"]["block"];
    let attributes = block["attributes"].as_object().unwrap();
    let inputs =
        attributes.iter().filter(|(_, it)| it["optional"] == true || it["required"] == true);
    let names: Vec<&String> = inputs.map(|(name, _)| name).collect();
    assert!(names.len() > 10, "{names:?}");
    let (variables, main) =
        (read("modules/aibridge-proxy/variables.tf"), read("modules/aibridge-proxy/main.tf"));
    for name in names {
        let is_variable = variables.contains(&format!("variable \"{name}\" {{"));
        assert_eq!(is_variable, name != NOT_A_VARIABLE, "{name}");
        let passed_on =
            main.lines().any(|it| it.trim().split(" = ").next().map(str::trim) == Some(name));
        assert!(passed_on, "{name} is not passed on");
    }
}

#[test]
fn the_module_applies_beside_the_real_coder_provider() {
    let Some(_marker) = slow::ring3("module-apply") else { return };
    let deployment = deployment();
    deployment.build().apply().success();
    deployment.build().plan().assert_empty();

    let state = deployment.workdir.call().show();
    let script = state.resource(SCRIPT);
    assert_eq!(script["display_name"], "AI Bridge Proxy Setup");
    assert_eq!(script["icon"], "/icon/coder.svg");
    assert_eq!(
        (&script["run_on_start"], &script["start_blocks_login"]),
        (&true.into(), &false.into())
    );
    assert_eq!(script["timeout"], 180);
    assert_eq!(
        coder_env_names(&state),
        ["AIBRIDGE_CA_SEED", "AIBRIDGE_CERT_PATH", "AIBRIDGE_SESSION_TOKEN"]
    );
    let outputs = deployment.workdir.call().output();
    assert_eq!(outputs["scripts"], serde_json::json!(["aibridge-proxy-setup"]));
    let names = outputs["trust_env_names"].to_string();
    assert!(names.contains("NODE_EXTRA_CA_CERTS") && !names.contains("HTTPS_PROXY"), "{names}");

    deployment.build().destroy().success();
    assert!(deployment.workdir.call().show().resources().is_empty());
}

#[test]
fn the_script_holds_no_token_and_changes_only_with_its_settings() {
    let Some(_marker) = slow::ring3("module-script") else { return };
    let deployment = deployment();
    deployment.build().apply().success();
    let before = script(&deployment);
    MarkedToken::of(&deployment.coder.token()).assert_absent("the script", &before);
    assert!(before.len() < 128 * 1024 / 4, "{} bytes", before.len());

    deployment.coder.set_token(testkit::token::random());
    deployment.coder.set_certificate(TestCa::new("next").pem());
    let plan = deployment.build().plan().success();
    let proxy = plan.change("module.aibridge-proxy.aibridge_proxy.this");
    assert_eq!(proxy.action, Action::Update);
    assert_eq!(plan.change(SCRIPT).action, Action::NoOp);
    deployment.build().apply().success();
    assert_eq!(script(&deployment), before);
}

#[test]
fn a_prebuild_says_so_in_its_script() {
    let Some(_marker) = slow::ring3("module-prebuild") else { return };
    let deployment = deployment();
    deployment.build().env("CODER_WORKSPACE_IS_PREBUILD", "true").apply().success();
    assert!(script(&deployment).contains("--prebuild"));

    // The claim is a build of its own with the owner's token: nothing of ours may be replaced.
    deployment.coder.set_token(testkit::token::random());
    let plan = deployment.build().env("CODER_WORKSPACE_IS_PREBUILD_CLAIM", "true").plan().success();
    let proxy = plan.change("module.aibridge-proxy.aibridge_proxy.this");
    assert_eq!((proxy.action, proxy.replace_paths.len()), (Action::Update, 0));
}

fn deployment() -> Deployment {
    let files = [("tool/main.tf", CONSUMER)];
    Deployment::with_files(&Terraform::everyday(), &Mirror::everyday(), TEMPLATE, &files)
}

fn script(deployment: &Deployment) -> String {
    let state = deployment.workdir.call().show();
    state.resource(SCRIPT)["script"].as_str().expect("a script is text").to_owned()
}

fn coder_env_names(state: &State) -> Vec<String> {
    let resources = state.resources();
    let envs = resources.iter().filter(|(address, _)| address.contains("coder_env."));
    let names = envs.map(|(_, values)| match &values["name"] {
        Value::String(name) => name.clone(),
        other => panic!("a name is text, not {other}"),
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}
