//! A tool of `modules/proxied-tool`, from the template to the record at the proxy.

use std::path::Path;

use fakes::coder::Answer;
use testkit::process::{Finished, Process, Signal};
use testkit::secret_scan::MarkedToken;
use testkit::slow;
use testkit::terraform::{Mirror, Terraform};

use crate::fixture::Deployment;
use crate::workspace::{SET_UP, SET_UP_UNIT, TEMPLATE, Workspace};

const TOOL: &str = "module.tool.coder_script.tool";
const UNIT: &str = "example-tool";

/// A tool with a hard-coded host, that also tells where and with what it runs.
const COMMAND: &str = r#"printf 'in %s as [%s]\n' "$PWD" "$${AIBRIDGE_SESSION_TOKEN-none}"
curl --silent --show-error --fail --data '{}' https://api.openai.com/v1/chat/completions"#;

fn template(options: &str) -> String {
    format!(
        r#"{TEMPLATE}
module "tool" {{
  source   = "./modules/proxied-tool"
  agent_id = coder_agent.main.id
  name     = "{UNIT}"
  aibridge = module.aibridge-proxy
  command  = <<-EOT
{COMMAND}
EOT
{options}
}}
"#
    )
}

fn deployment(options: &str) -> Deployment {
    Deployment::new(&Terraform::everyday(), &Mirror::everyday(), &template(options))
}

fn built(options: &str) -> (Deployment, Workspace) {
    let deployment = deployment(options);
    let mut workspace = Workspace::new(&deployment);
    workspace.build(&deployment);
    (deployment, workspace)
}

#[track_caller]
fn assert_proxied(deployment: &Deployment, workspace: &Workspace, finished: Finished) {
    let finished = finished.success();
    assert!(finished.stdout.contains("chat.completion"), "{finished:?}");
    assert!(finished.stdout.contains("as [none]"), "{finished:?}");
    let interceptions = workspace.proxy.interceptions();
    assert_eq!(interceptions.len(), 1, "{interceptions:?}");
    assert_eq!(interceptions[0].host, "api.openai.com");
    assert_eq!(interceptions[0].token, deployment.coder.token());
    assert_eq!(workspace.agent.state(UNIT).as_deref(), Some("completed"));
    assert_eq!(workspace.agent.violations(), Vec::<String>::new());
}

#[test]
fn a_tool_that_starts_first_waits_and_is_proxied() {
    let Some(_marker) = slow::ring3("proxied-tool-waits") else { return };
    let (deployment, workspace) = built("  working_directory = \"~/it's mine\"\n");
    std::fs::create_dir(workspace.path("home/it's mine")).expect("the tool's folder");
    let token = MarkedToken::of(&deployment.coder.token());
    token.assert_absent("the tool's script", workspace.text(TOOL));
    let watch = token.watch_arguments();

    let tool = workspace.spawn(TOOL);
    workspace.wait_for_dependent(UNIT);
    assert!(tool.is_running(), "{:?}", tool.wait());
    assert!(workspace.proxy.attempts().is_empty());
    workspace.run(SET_UP).success();
    let finished = tool.wait();
    watch.finish();
    assert!(finished.stdout.contains("/home/it's mine as "), "{finished:?}");
    assert_proxied(&deployment, &workspace, finished);

    workspace.call(&deployment).plan().assert_empty();
}

#[test]
fn the_script_is_plain_posix_shell() {
    let Some(_marker) = slow::ring3("proxied-tool-posix") else { return };
    let (_deployment, workspace) = built("  after = [\"git-clone\"]\n  timeout = 600\n");
    let mut check = std::process::Command::new(testkit::tools::shellcheck());
    // SC1128: the helper's script brings its own first line, a comment by then.
    // SC2016: the command stands in single quotes for the shell that runs it.
    check.args(["--shell=sh", "--exclude=SC1128,SC2016", "-"]);
    let checked = Process::spawn_with_input(check, workspace.text(TOOL)).wait();
    assert_eq!(checked.code, Some(0), "{}{}", checked.stdout, checked.stderr);

    // Without helper and set-up it ends at once, so each shell gets to its end.
    workspace.remove_helper();
    for shell in [&["dash"][..], &["bash"], &["busybox", "sh"]] {
        let mut command = workspace.command(Path::new(shell[0]));
        command.args(&shell[1..]).arg("-c").arg(workspace.text(TOOL));
        let finished = testkit::process::run(command).exited(22);
        assert!(finished.stdout.contains("AI Bridge Proxy setup failed: "), "{shell:?}");
    }
}

#[test]
fn a_failed_set_up_fails_the_tool_plainly() {
    let Some(_marker) = slow::ring3("proxied-tool-set-up-fails") else { return };
    let (deployment, workspace) = built("");
    deployment.coder.set_answer(Answer::NOT_ENABLED);
    let tool = workspace.spawn(TOOL);
    workspace.wait_for_dependent(UNIT);
    workspace.run(SET_UP).exited(15);
    let finished = tool.wait().exited(21);
    assert!(finished.stderr.contains("the set-up failed: "), "{finished:?}");
    assert!(finished.stderr.contains("AI Gateway Proxy is not enabled."), "{finished:?}");
    assert_eq!(finished.stdout, "", "the command did not run");
    assert_eq!(workspace.agent.state(UNIT).as_deref(), Some("completed"));
    assert!(workspace.proxy.attempts().is_empty());
}

#[test]
fn without_a_set_up_the_wait_ends_in_time() {
    let Some(_marker) = slow::ring3("proxied-tool-no-set-up") else { return };
    let (_deployment, workspace) = built("  wait_timeout = \"300ms\"\n");
    let finished = workspace.run(TOOL).exited(20);
    assert!(finished.stderr.contains("aibridge-proxy-setup"), "{finished:?}");
    assert_eq!(workspace.agent.state(UNIT).as_deref(), Some("completed"));
}

#[test]
fn without_the_helper_the_tool_fails_and_its_unit_is_released() {
    let Some(_marker) = slow::ring3("proxied-tool-no-helper") else { return };
    let (_deployment, workspace) = built("");
    workspace.remove_helper();
    let calls = workspace.path("coder-calls");
    // Completing a unit that nobody named is refused, as the agent does.
    workspace.program(
        "coder",
        &format!(
            "#!/bin/sh\necho \"$*\" >>'{0}'\n\
             [ \"$3\" != complete ] || grep -q \"start .* $4\" '{0}'\n",
            calls.display()
        ),
    );
    let finished = workspace.run(TOOL).exited(22);
    assert!(finished.stdout.contains("AI Bridge Proxy setup failed: "), "{finished:?}");
    assert!(finished.stderr.contains("put aibridge-agent"), "{finished:?}");
    let calls = std::fs::read_to_string(calls).expect("coder was called");
    let of_tool: Vec<&str> = calls.lines().filter(|it| it.contains(UNIT)).collect();
    assert_eq!(
        of_tool,
        [
            "exp sync complete example-tool",
            "exp sync start --timeout 10s example-tool",
            "exp sync complete example-tool"
        ]
    );
    assert!(calls.contains(&format!("exp sync complete {SET_UP_UNIT}\n")), "{calls}");
}

#[test]
fn other_units_come_first() {
    let Some(_marker) = slow::ring3("proxied-tool-after") else { return };
    let (deployment, workspace) = built("  after = [\"git-clone\"]\n");
    workspace.run(SET_UP).success();
    let sync = |args: &[&str]| {
        let mut command = workspace.helper(&["sync"]);
        command.args(args);
        testkit::process::run(command)
    };
    sync(&["start", "git-clone"]).success();
    let tool = workspace.spawn(TOOL);
    workspace.agent.wait_for("the tool to look whether it may start", |world| {
        world.calls.iter().any(|it| it.method == "SyncReady" && it.unit == UNIT)
    });
    assert!(tool.is_running(), "{:?}", tool.wait());
    assert!(workspace.proxy.attempts().is_empty());
    sync(&["complete", "git-clone"]).success();
    assert_proxied(&deployment, &workspace, tool.wait());
}

#[test]
fn other_units_that_never_end_end_the_wait() {
    let Some(_marker) = slow::ring3("proxied-tool-after-timeout") else { return };
    let (_deployment, workspace) = built("  after = [\"git-clone\"]\n  wait_timeout = \"300ms\"\n");
    workspace.run(SET_UP).success();
    workspace.run(TOOL).exited(20);
    assert_eq!(workspace.agent.state(UNIT).as_deref(), Some("completed"));
    assert!(workspace.proxy.attempts().is_empty());
}

#[test]
fn a_signal_while_other_units_are_awaited_releases_the_tool() {
    let Some(_marker) = slow::ring3("proxied-tool-after-signal") else { return };
    let dash = &["dash"][..];
    for (shell, signal, code) in [
        (dash, Signal::HUP, 129),
        (dash, Signal::INT, 130),
        (dash, Signal::TERM, 143),
        (&["bash"], Signal::HUP, 129),
        (&["busybox", "sh"], Signal::HUP, 129),
    ] {
        let (_deployment, workspace) = built("  after = [\"git-clone\"]\n");
        workspace.run(SET_UP).success();
        let mut command = workspace.command(Path::new(shell[0]));
        command.args(&shell[1..]).arg("-c").arg(workspace.text(TOOL));
        let tool = Process::spawn(command);
        workspace.agent.wait_for("the tool to look whether it may start", |world| {
            world.calls.iter().any(|it| it.method == "SyncReady" && it.unit == UNIT)
        });
        tool.signal_group(signal);
        let finished = tool.wait().exited(code);
        let state = workspace.agent.state(UNIT);
        assert_eq!(state.as_deref(), Some("completed"), "{shell:?}: {finished:?}");
    }
}

#[test]
fn without_a_socket_the_status_decides() {
    let Some(_marker) = slow::ring3("proxied-tool-no-socket") else { return };
    let (deployment, mut workspace) = built("");
    workspace.agent.stop();
    workspace.run(SET_UP).success();
    let finished = workspace.run(TOOL).success();
    assert!(finished.stdout.contains("chat.completion"), "{finished:?}");
    assert_eq!(workspace.proxy.interceptions()[0].token, deployment.coder.token());
}

#[test]
fn a_prebuild_puts_the_tool_off_until_it_is_claimed() {
    let Some(_marker) = slow::ring3("proxied-tool-prebuild") else { return };
    let deployment = deployment("");
    let mut workspace = Workspace::new(&deployment);
    let prebuild = |call: testkit::terraform::Call<'_>| {
        call.env("CODER_WORKSPACE_IS_PREBUILD", "true").apply().success()
    };
    prebuild(workspace.call(&deployment));
    workspace.adopt(&deployment);
    // The token of a prebuild's user ends with the claim; here it never was good.
    let owner = deployment.coder.token();
    deployment.coder.set_token(testkit::token::random());
    let tool = workspace.run(TOOL).success();
    assert!(tool.stdout.contains("is put off until the prebuild is claimed"), "{tool:?}");
    assert_eq!(workspace.agent.state(UNIT).as_deref(), Some("completed"));
    let set_up = workspace.run(SET_UP).success();
    assert!(set_up.stdout.contains("put off until the prebuild is claimed"), "{set_up:?}");
    assert_eq!(workspace.status()["outcome"], "deferred");

    // The claim: a build of its own, and an agent that begins anew.
    deployment.coder.set_token(owner);
    let plan = workspace.call(&deployment).env("CODER_WORKSPACE_IS_PREBUILD_CLAIM", "true").plan();
    let proxy = plan.success();
    let change = proxy.change("module.aibridge-proxy.aibridge_proxy.this");
    assert!(change.replace_paths.is_empty(), "{change:?}");
    workspace.build(&deployment);
    workspace.agent.restart();
    let tool = workspace.spawn(TOOL);
    workspace.wait_for_dependent(UNIT);
    workspace.run(SET_UP).success();
    assert_eq!(workspace.status()["outcome"], "ok");
    assert_proxied(&deployment, &workspace, tool.wait());
}
