//! The start-up script that the module produces, as users of the registry's
//! module know it, and what it adds: refresh, a second instance.

use std::fs;

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder, RefusedPort};
use testkit::slow;
use testkit::terraform::{Mirror, Terraform};

use crate::fixture::Deployment;
use crate::workspace::{SET_UP, SET_UP_UNIT, TEMPLATE, Workspace};

const REFRESH: &str = "module.aibridge-proxy.coder_script.aibridge_proxy_refresh[0]";

/// A second instance for the same agent: files and unit of its own.
const SECOND: &str = r#"
module "second-proxy" {
  source    = "./modules/aibridge-proxy"
  agent_id  = coder_agent.main.id
  proxy_url = "http://second-proxy.example.com:8888"
  cert_path = "${var.cert_path}.d/second.pem"
  sync_unit = "second-proxy-setup"
}

output "scripts" {
  value = concat(module.aibridge-proxy.scripts, module.second-proxy.scripts)
}
"#;

fn deployment(more: &str) -> Deployment {
    let template = format!("{TEMPLATE}{more}");
    Deployment::new(&Terraform::everyday(), &Mirror::everyday(), &template)
}

fn built() -> (Deployment, Workspace) {
    let deployment = deployment("");
    let mut workspace = Workspace::new(&deployment);
    workspace.build(&deployment);
    (deployment, workspace)
}

#[test]
fn agent_id_and_proxy_url_are_required() {
    let Some(_marker) = slow::ring3("set-up-script-required") else { return };
    for name in ["agent_id", "proxy_url"] {
        let other = if name == "agent_id" { "proxy_url" } else { "agent_id" };
        let more = format!(
            "module \"bad\" {{\n  source = \"./modules/aibridge-proxy\"\n  {other} = \
             \"https://it\"\n}}\n"
        );
        let run = deployment(&more).call().validate().failure();
        let errors = run.errors();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].summary, "Missing required argument");
        assert!(errors[0].detail.contains(&format!("\"{name}\"")), "{errors:?}");
    }
}

#[test]
fn the_certificate_is_downloaded_to_the_path_of_the_template() {
    let Some(_marker) = slow::ring3("set-up-script-downloads") else { return };
    let (deployment, workspace) = built();
    deployment.coder.clear_requests();
    let finished = workspace.run(SET_UP).success();
    let path = workspace.cert_path();
    let line = format!("AI Bridge Proxy CA certificate saved to {}\n", path.display());
    assert_eq!(finished.stdout, line);
    assert_eq!(fs::read_to_string(path).expect("the certificate"), deployment.ca.pem());
    let requests = deployment.coder.certificate_requests();
    assert_eq!(requests.len(), 1);
    requests[0].assert_token_in_header_only();
    assert_eq!(workspace.agent.state(SET_UP_UNIT).as_deref(), Some("completed"));
}

#[test]
fn each_failure_says_its_sentence_and_releases_the_unit() {
    let Some(_marker) = slow::ring3("set-up-script-fails") else { return };
    let deployment = deployment("");
    let mut workspace = Workspace::new(&deployment);
    // Nothing is fetched at apply, so that nothing is there to fall back to.
    deployment.coder.set_answer(Answer::NOT_ENABLED);
    workspace.build(&deployment);
    let failures = [
        (Answer::NOT_ENABLED, 15, "unexpected response: "),
        (Answer::LOGIN_PAGE, 16, "unexpected response: "),
        (Answer::EMPTY, 16, "downloaded certificate is empty."),
    ];
    for (answer, code, says) in failures {
        deployment.coder.set_answer(answer.clone());
        workspace.agent.restart();
        let finished = workspace.run(SET_UP).exited(code);
        let line = format!("AI Bridge Proxy setup failed: {says}");
        assert!(finished.stdout.contains(&line), "{answer:?}: {finished:?}");
        assert!(!workspace.cert_path().exists(), "{answer:?}");
        assert_eq!(workspace.agent.state(SET_UP_UNIT).as_deref(), Some("completed"), "{answer:?}");
    }
}

#[test]
fn an_unreachable_deployment_is_named() {
    let Some(_marker) = slow::ring3("set-up-script-unreachable") else { return };
    let deployment = deployment("");
    let mut workspace = Workspace::new(&deployment);
    let port = RefusedPort::take();
    let apply = workspace.call(&deployment).env("CODER_AGENT_URL", port.url()).apply().success();
    assert_eq!(apply.warnings().len(), 1, "{:?}", apply.warnings());
    workspace.adopt(&deployment);
    let mut command = workspace.script(workspace.text(SET_UP));
    command.env("AIBRIDGE_TIMEOUT", "1s");
    let finished = testkit::process::run(command).exited(11);
    let line = format!("AI Bridge Proxy setup failed: could not connect to {}", port.url());
    assert!(finished.stdout.contains(&line), "{finished:?}");
    assert_eq!(workspace.agent.state(SET_UP_UNIT).as_deref(), Some("completed"));
}

#[test]
fn variables_of_generic_names_have_no_effect() {
    let Some(_marker) = slow::ring3("set-up-script-generic-names") else { return };
    let (deployment, workspace) = built();
    let elsewhere = FakeCoder::start();
    elsewhere.set_certificate(TestCa::new("elsewhere").pem());
    let mut command = workspace.script(workspace.text(SET_UP));
    command
        .env("ACCESS_URL", elsewhere.url())
        .env("SESSION_TOKEN", elsewhere.token())
        .env("CERT_PATH", workspace.path("elsewhere.pem"))
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("ALL_PROXY", "http://127.0.0.1:1");
    testkit::process::run(command).success();
    assert!(elsewhere.requests().is_empty());
    assert!(!workspace.path("elsewhere.pem").exists());
    let saved = fs::read_to_string(workspace.cert_path()).expect("the certificate");
    assert_eq!(saved, deployment.ca.pem());
}

#[test]
fn a_refresh_follows_a_rotation_and_leaves_the_unit_alone() {
    let Some(_marker) = slow::ring3("set-up-script-refresh") else { return };
    let (deployment, workspace) = built();
    workspace.run(SET_UP).success();
    let before = workspace.agent.calls();
    let next = TestCa::new("next");
    deployment.coder.set_certificate(next.pem());
    workspace.run(REFRESH).success();
    let saved = fs::read_to_string(workspace.cert_path()).expect("the certificate");
    assert_eq!(saved, format!("{}{}", next.pem(), deployment.ca.pem()));
    let unit_calls = |calls: &[(String, String)]| {
        calls.iter().filter(|(method, _)| method != "SyncStatus").count()
    };
    assert_eq!(unit_calls(&workspace.agent.calls()), unit_calls(&before));
    assert_eq!(workspace.agent.state(SET_UP_UNIT).as_deref(), Some("completed"));

    // A deployment that is away for an hour costs nothing.
    deployment.coder.set_answer(Answer::EXPIRED_TOKEN);
    workspace.run(REFRESH).exited(13);
    assert_eq!(fs::read_to_string(workspace.cert_path()).expect("the certificate"), saved);
    assert_eq!(workspace.status()["outcome"], "ok", "dependents of this start go on");
}

#[test]
fn two_instances_on_one_agent_do_not_meet() {
    let Some(_marker) = slow::ring3("set-up-script-two-instances") else { return };
    let deployment = deployment(SECOND);
    let mut workspace = Workspace::new(&deployment);
    workspace.build(&deployment);
    let scripts = &deployment.workdir.call().output()["scripts"];
    assert_eq!(scripts, &serde_json::json!([SET_UP_UNIT, "second-proxy-setup"]));

    let second = "module.second-proxy.coder_script.aibridge_proxy_setup";
    let both = [SET_UP, second].map(|it| workspace.spawn(it));
    for process in both {
        process.wait().success();
    }
    let folder = workspace.path("aibridge-proxy");
    for (path, url) in [
        (workspace.cert_path(), workspace.proxy.url()),
        (folder.join("ca-cert.pem.d/second.pem"), "http://second-proxy.example.com:8888".into()),
    ] {
        assert_eq!(fs::read_to_string(&path).expect("a certificate"), deployment.ca.pem());
        let settings = path.with_file_name("settings.json");
        let settings = fs::read_to_string(settings).expect("settings");
        assert!(settings.contains(url.trim_start_matches("http://")), "{settings}");
    }
    for unit in [SET_UP_UNIT, "second-proxy-setup"] {
        assert_eq!(workspace.agent.state(unit).as_deref(), Some("completed"), "{unit}");
    }
    assert_eq!(workspace.agent.violations(), Vec::<String>::new());
}
