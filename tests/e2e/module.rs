//! The module beside the real coder provider, and the outputs that tool modules
//! of the registry read.

use fakes::ca::TestCa;
use serde_json::Value;
use testkit::secret_scan::MarkedToken;
use testkit::slow;
use testkit::terraform::{Action, State};

use crate::configurations::template;
use crate::workspace::SET_UP;
use crate::world::World;

/// A template with a consumer that takes three inputs, as the registry's tool modules do.
const BODY: &str = r#"
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
    condition = !var.enable_aibridge_proxy || (
      var.aibridge_proxy_auth_url != null && length(var.aibridge_proxy_auth_url) > 0
    )
    error_message = "aibridge_proxy_auth_url is required when enable_aibridge_proxy is true."
  }
}

variable "aibridge_proxy_cert_path" {
  type    = string
  default = null
  validation {
    condition = !var.enable_aibridge_proxy || (
      var.aibridge_proxy_cert_path != null && length(var.aibridge_proxy_cert_path) > 0
    )
    error_message = "aibridge_proxy_cert_path is required when enable_aibridge_proxy is true."
  }
}
"#;

/// Variables without a default.
const REQUIRED: [&str; 2] = ["agent_id", "proxy_url"];

/// Decided by the module itself: whether the build is one of a prebuild.
const NOT_A_VARIABLE: &str = "prebuild";

#[test]
fn module_has_a_variable_for_each_argument_of_the_resource() {
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
        let variable = variable(&variables, name);
        assert_eq!(variable.is_some(), name != NOT_A_VARIABLE, "{name}");
        let is_optional = variable.is_none_or(|it| it.contains("\n  default"));
        assert_eq!(is_optional, !REQUIRED.contains(&name.as_str()), "{name}");
        let passed_on =
            main.lines().any(|it| it.trim().split(" = ").next().map(str::trim) == Some(name));
        assert!(passed_on, "{name} is not passed on");
    }
}

/// The block of a variable, if there is one.
fn variable<'a>(variables: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = variables.split_once(&format!("variable \"{name}\" {{"))?;
    rest.split("\n}\n").next()
}

#[test]
fn module_applies_beside_the_real_coder_provider_and_its_script_follows_settings_alone() {
    let Some(_marker) = slow::ring3("module") else { return };
    let world = World::of_template(&[("main.tf", &template(BODY)), ("tool/main.tf", CONSUMER)]);
    world.build().apply().success();
    world.build().plan().assert_empty();

    let state = world.workdir.call().show();
    let script = state.resource(SET_UP);
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
    let outputs = world.workdir.call().output();
    assert_eq!(outputs["scripts"], serde_json::json!(["aibridge-proxy-setup"]));
    let names = outputs["trust_env_names"].to_string();
    assert!(names.contains("NODE_EXTRA_CA_CERTS") && !names.contains("HTTPS_PROXY"), "{names}");
    let text = script["script"].as_str().expect("a script is text");
    MarkedToken::of(&world.coder.token()).assert_absent("the script", text);
    assert!(text.len() < 128 * 1024 / 4, "{} bytes", text.len());

    // Another token and another CA change no script.
    world.coder.set_token(testkit::token::random());
    world.coder.set_certificate(TestCa::new("next").pem());
    let plan = world.build().plan().success();
    let proxy = plan.change("module.aibridge-proxy.aibridge_proxy.this");
    assert_eq!(proxy.action, Action::Update);
    assert_eq!(plan.change(SET_UP).action, Action::NoOp);
    world.build().apply_planned().success();
    assert_eq!(world.workdir.call().show().resource(SET_UP)["script"], *text);

    world.build().destroy().success();
    assert!(world.workdir.call().show().resources().is_empty());
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
