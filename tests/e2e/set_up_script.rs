//! The start-up script that the module produces, as users of the registry's
//! module know it, and what it adds: refresh, a second instance.

use std::fs;

use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder};
use testkit::slow;

use crate::workspace::{SET_UP, SET_UP_UNIT, Workspace, template_with_module};
use crate::world::World;

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

fn built(more: &str) -> (World, Workspace) {
    let world = World::of_template(&[("main.tf", &template_with_module(more))]);
    let mut workspace = Workspace::new(&world);
    workspace.build(&world);
    (world, workspace)
}

fn certificate(workspace: &Workspace) -> String {
    fs::read_to_string(workspace.cert_path()).expect("the certificate")
}

#[test]
fn set_up_saves_the_certificate_and_a_refresh_follows_its_rotation() {
    let Some(_marker) = slow::ring3("set-up-script") else { return };
    let (world, mut workspace) = built("");
    check_set_up(&world, &workspace);
    check_refresh(&world, &workspace);
    workspace.restart();
    world.coder.set_answer(Answer::Certificate);
    check_generic_names(&world, &workspace);
}

fn check_set_up(world: &World, workspace: &Workspace) {
    world.coder.clear_requests();
    let finished = workspace.run(SET_UP).success();
    let path = workspace.cert_path();
    let line = format!("AI Bridge Proxy CA certificate saved to {}\n", path.display());
    assert_eq!(finished.stdout, line);
    assert_eq!(certificate(workspace), world.ca.pem());
    let requests = world.coder.certificate_requests();
    assert_eq!(requests.len(), 1);
    requests[0].assert_token_in_header_only();
    assert_eq!(workspace.agent.state(SET_UP_UNIT).as_deref(), Some("completed"));
}

/// A refresh keeps the old certificate beside the new one, and leaves the unit
/// alone.
fn check_refresh(world: &World, workspace: &Workspace) {
    let before = workspace.agent.calls();
    let next = TestCa::new("next");
    world.coder.set_certificate(next.pem());
    workspace.run(REFRESH).success();
    let saved = certificate(workspace);
    assert_eq!(saved, format!("{}{}", next.pem(), world.ca.pem()));
    let unit_calls = |calls: &[(String, String)]| {
        calls.iter().filter(|(method, _)| method != "SyncStatus").count()
    };
    assert_eq!(unit_calls(&workspace.agent.calls()), unit_calls(&before));
    assert_eq!(workspace.agent.state(SET_UP_UNIT).as_deref(), Some("completed"));

    // A refresh that fails changes nothing.
    world.coder.set_answer(Answer::EXPIRED_TOKEN);
    workspace.run(REFRESH).exited(13);
    assert_eq!(certificate(workspace), saved);
    assert_eq!(workspace.status()["outcome"], "ok", "dependents of this start go on");
}

/// Variables of generic names have no effect.
fn check_generic_names(world: &World, workspace: &Workspace) {
    world.coder.set_certificate(world.ca.pem());
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
    assert_eq!(certificate(workspace), world.ca.pem());
}

#[test]
fn failed_set_up_prints_its_sentence_and_completes_the_unit() {
    let Some(_marker) = slow::ring3("set-up-script-fails") else { return };
    let world = World::of_template(&[("main.tf", &template_with_module(""))]);
    let mut workspace = Workspace::new(&world);
    // Nothing is fetched at apply, so that there is no certificate to fall back to.
    world.coder.set_answer(Answer::NOT_ENABLED);
    workspace.build(&world);
    for (answer, code, sentence) in [
        (Answer::NOT_ENABLED, 15, "unexpected response: "),
        (Answer::EMPTY, 16, "downloaded certificate is empty."),
    ] {
        world.coder.set_answer(answer.clone());
        workspace.restart();
        let finished = workspace.run(SET_UP).exited(code);
        let line = format!("AI Bridge Proxy setup failed: {sentence}");
        assert!(finished.stdout.contains(&line), "{answer:?}: {finished:?}");
        assert!(!workspace.cert_path().exists(), "{answer:?}");
        assert_eq!(workspace.agent.state(SET_UP_UNIT).as_deref(), Some("completed"), "{answer:?}");
    }
}

#[test]
fn two_instances_on_one_agent_have_their_own_files_and_units() {
    let Some(_marker) = slow::ring3("set-up-script-two-instances") else { return };
    let (world, workspace) = built(SECOND);
    let scripts = &world.workdir.call().output()["scripts"];
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
        assert_eq!(fs::read_to_string(&path).expect("a certificate"), world.ca.pem());
        let settings = path.with_file_name("settings.json");
        let settings = fs::read_to_string(settings).expect("settings");
        assert!(settings.contains(url.trim_start_matches("http://")), "{settings}");
    }
    for unit in [SET_UP_UNIT, "second-proxy-setup"] {
        assert_eq!(workspace.agent.state(unit).as_deref(), Some("completed"), "{unit}");
    }
    assert_eq!(workspace.agent.violations(), Vec::<String>::new());
}
