//! Each attribute changes in place, and an import gives the same object as a create.

use fakes::ca::TestCa;
use serde_json::{Map, Value};
use testkit::slow;
use testkit::terraform::{Action, Terraform};

use crate::fixture::{Deployment, PROXY};

/// Another value for each argument, and an attribute that follows from it.
fn changes(ca: &TestCa) -> Vec<(&'static str, String, &'static str)> {
    let text = |it: &str| format!("{it:?}");
    let pem = TestCa::new("company root").pem();
    let platform = "{ url = \"https://example.com/aibridge-agent\", sha256 = \"".to_owned()
        + &"ab".repeat(32)
        + "\" }";
    vec![
        ("access_url", text("http://coder.example.com"), "no_proxy_effective"),
        ("agent_id", text("an-agent"), "agent_id"),
        ("ca_fetch", text("off"), "ca_cert_sha256"),
        ("ca_pin_sha256", text(&ca.sha256()), "setup_script"),
        ("cert_path", text("/home/coder/proxy/ca.pem"), "bundle_path"),
        ("extra_ca_certificates", format!("<<-PEM\n{pem}\nPEM"), "setup_script"),
        ("helper", "{ path = \"/usr/bin/aibridge-agent\" }".to_owned(), "bootstrap_script"),
        ("helper", format!("{{ platforms = {{ linux_amd64 = {platform} }} }}"), "bootstrap_script"),
        ("no_proxy", "[\"git.example.com\"]".to_owned(), "trust_env"),
        ("prebuild", "true".to_owned(), "bootstrap_script"),
        ("proxy_url", text("https://other.example.com:8443"), "proxy_auth_url"),
        ("session_token", text("abcdefghij-0123456789012345678901"), "env"),
        ("sync", text("off"), "setup_script"),
        ("sync_unit", text("another-unit"), "setup_script"),
        ("timeouts", "{ create = \"1m\", read = \"1s\" }".to_owned(), "timeouts"),
        ("username", text("me"), "proxy_auth_url"),
    ]
}

#[test]
fn each_attribute_changes_in_place_and_back() {
    let Some(_ran) = slow::ring3("attributes-in-place") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    write(&deployment, &[]);
    deployment.call().apply().success();
    let id = state(&deployment)["id"].clone();
    for (name, value, follows) in changes(&deployment.ca) {
        let before = state(&deployment);
        write(&deployment, &[(name, &value)]);
        let plan = deployment.call().plan().success();
        let change = plan.change(PROXY);
        assert_eq!((change.action, &change.replace_paths), (Action::Update, &vec![]), "{name}");
        deployment.call().apply_planned().success();
        let after = state(&deployment);
        assert_ne!(after[follows], before[follows], "{name}: {follows} follows from it");
        assert_eq!(after["id"], id, "{name}");
        deployment.call().plan().assert_empty();

        write(&deployment, &[]);
        deployment.call().apply().success();
        assert_eq!(state(&deployment), before, "{name}: as before");
    }
}

#[test]
fn an_import_gives_the_object_that_a_create_makes() {
    let Some(_ran) = slow::ring3("attributes-import") else { return };
    let deployment = Deployment::bare(&Terraform::everyday());
    deployment.call().apply().success();
    let mut created = state(&deployment);
    deployment.call().destroy().success();
    deployment.call().import(PROXY, "http://proxy.example.com:8888").success();
    let mut imported = state(&deployment);
    assert!(imported["ca_cert_sha256"].is_string(), "the import has read the certificate");
    for state in [&mut created, &mut imported] {
        assert!(state.remove("id").is_some_and(|id| id.is_string()), "each has an id of its own");
    }
    assert_eq!(imported, created);
}

/// The one resource, with arguments beside those that it needs.
fn write(deployment: &Deployment, arguments: &[(&str, &str)]) {
    let is_set = |name: &str| arguments.iter().any(|(it, _)| *it == name);
    let mut body = String::new();
    if !is_set("proxy_url") {
        body.push_str("  proxy_url = \"http://proxy.example.com:8888\"\n");
    }
    for (name, value) in arguments {
        body.push_str(&format!("  {name} = {value}\n"));
    }
    let config = format!(
        "terraform {{\n  required_providers {{\n    aibridge = {{ source = \
         \"aibridge-rs/aibridge\" }}\n  }}\n}}\n\
         variable \"access_url\" {{}}\nvariable \"token\" {{}}\n\
         provider \"aibridge\" {{\n  access_url = var.access_url\n  session_token = var.token\n  \
         max_retries = 0\n}}\n\
         resource \"aibridge_proxy\" \"this\" {{\n{body}}}\n"
    );
    deployment.workdir.write("main.tf", &config);
}

fn state(deployment: &Deployment) -> Map<String, Value> {
    let state = deployment.workdir.call().show();
    state.resource(PROXY).as_object().expect("an object").clone()
}
