//! A tool of `modules/proxied-tool`, from the template to the record at the proxy.

use std::path::Path;
use std::process::Command;

use fakes::coder::Answer;
use testkit::process::{Finished, Process, Signal};
use testkit::secret_scan::MarkedToken;
use testkit::slow;

use crate::workspace::{SET_UP, SET_UP_UNIT, Workspace, template_with_module};
use crate::world::World;

const TOOL: &str = "module.tool.coder_script.tool";
const UNIT: &str = "example-tool";

/// A tool with a hard-coded host, which also prints its folder and whether it got
/// the session token.
const COMMAND: &str = r#"printf 'in %s as [%s]\n' "$PWD" "$${AIBRIDGE_SESSION_TOKEN-none}"
curl --silent --show-error --fail --data '{}' https://api.openai.com/v1/chat/completions"#;

/// A workspace with the tool, and with `options` for its module.
fn built(options: &str) -> (World, Workspace) {
    let tool = format!(
        r#"
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
    );
    let world = World::of_template(&[("main.tf", &template_with_module(&tool))]);
    let mut workspace = Workspace::new(&world);
    workspace.build(&world);
    (world, workspace)
}

#[track_caller]
fn assert_proxied(world: &World, workspace: &Workspace, finished: Finished) {
    let finished = finished.success();
    assert!(finished.stdout.contains("chat.completion"), "{finished:?}");
    assert!(finished.stdout.contains("as [none]"), "{finished:?}");
    let interceptions = workspace.proxy.interceptions();
    assert_eq!(interceptions.len(), 1, "{interceptions:?}");
    assert_eq!(interceptions[0].host, "api.openai.com");
    assert_eq!(interceptions[0].token, world.coder.token());
    assert_eq!(workspace.agent.state(UNIT).as_deref(), Some("completed"));
    assert_eq!(workspace.agent.violations(), Vec::<String>::new());
}

#[test]
fn tool_that_starts_first_waits_for_the_set_up_and_is_proxied() {
    let Some(_marker) = slow::ring3("proxied-tool-waits") else { return };
    let (world, workspace) = built("  working_directory = \"~/it's mine\"\n");
    std::fs::create_dir(workspace.path("home/it's mine")).expect("the tool's folder");
    let token = MarkedToken::of(&world.coder.token());
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
    assert_proxied(&world, &workspace, finished);

    workspace.call(&world).plan().assert_empty();
}

#[test]
fn tool_runs_without_a_socket_and_fails_without_a_set_up_or_a_helper() {
    let Some(_marker) = slow::ring3("proxied-tool-fails") else { return };
    let (world, mut workspace) = built("");
    check_failed_set_up(&world, &workspace);
    world.coder.set_answer(Answer::Certificate);
    workspace.restart();
    workspace.agent.stop();
    check_without_socket(&world, &workspace);
    workspace.restart();
    workspace.remove_helper();
    check_without_helper(&workspace);
}

fn check_failed_set_up(world: &World, workspace: &Workspace) {
    world.coder.set_answer(Answer::NOT_ENABLED);
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

/// The status file takes the unit's place.
fn check_without_socket(world: &World, workspace: &Workspace) {
    workspace.run(SET_UP).success();
    let finished = workspace.run(TOOL).success();
    assert!(finished.stdout.contains("chat.completion"), "{finished:?}");
    assert_eq!(workspace.proxy.interceptions()[0].token, world.coder.token());
}

/// The tool fails, and its unit is completed by Coder's command.
fn check_without_helper(workspace: &Workspace) {
    let calls = workspace.path("coder-calls");
    // Completing a unit that was never started is refused, as the agent does.
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
fn tool_waits_for_other_units_and_a_signal_meanwhile_completes_its_own() {
    let Some(_marker) = slow::ring3("proxied-tool-after") else { return };
    let (world, mut workspace) = built("  after = [\"git-clone\"]\n  timeout = 600\n");
    check_after(&world, &workspace);
    check_signals(&mut workspace);
    check_shells(&workspace);
}

fn check_after(world: &World, workspace: &Workspace) {
    workspace.run(SET_UP).success();
    let sync = |args: &[&str]| {
        let mut command = workspace.helper(&["sync"]);
        command.args(args);
        testkit::process::run(command)
    };
    sync(&["start", "git-clone"]).success();
    let tool = workspace.spawn(TOOL);
    workspace.wait_for_call("SyncReady", UNIT);
    assert!(tool.is_running(), "{:?}", tool.wait());
    assert!(workspace.proxy.attempts().is_empty());
    sync(&["complete", "git-clone"]).success();
    assert_proxied(world, workspace, tool.wait());
}

fn check_signals(workspace: &mut Workspace) {
    let dash = &["dash"][..];
    for (shell, signal, code) in [
        (dash, Signal::HUP, 129),
        (dash, Signal::INT, 130),
        (dash, Signal::TERM, 143),
        (&["bash"], Signal::HUP, 129),
        (&["busybox", "sh"], Signal::HUP, 129),
    ] {
        workspace.restart();
        workspace.run(SET_UP).success();
        let tool = Process::spawn(in_shell(workspace, shell));
        workspace.wait_for_call("SyncReady", UNIT);
        tool.signal_group(signal);
        let finished = tool.wait().exited(code);
        let state = workspace.agent.state(UNIT);
        assert_eq!(state.as_deref(), Some("completed"), "{shell:?}: {finished:?}");
    }
}

/// The script is plain POSIX shell.
fn check_shells(workspace: &Workspace) {
    let mut check = Command::new(testkit::tools::shellcheck());
    // SC1128: the helper's script brings its own first line, a comment by then.
    // SC2016: the command stands in single quotes for the shell that runs it.
    check.args(["--shell=sh", "--exclude=SC1128,SC2016", "-"]);
    let checked = Process::spawn_with_input(check, workspace.text(TOOL)).wait();
    assert_eq!(checked.code, Some(0), "{}{}", checked.stdout, checked.stderr);

    // Without helper and set-up it ends at once, so each shell gets to its end.
    workspace.remove_helper();
    for shell in [&["dash"][..], &["bash"], &["busybox", "sh"]] {
        let finished = testkit::process::run(in_shell(workspace, shell)).exited(22);
        assert!(finished.stdout.contains("AI Bridge Proxy setup failed: "), "{shell:?}");
    }
}

/// The tool's script under a shell.
fn in_shell(workspace: &Workspace, shell: &[&str]) -> Command {
    let mut command = workspace.command(Path::new(shell[0]));
    command.args(&shell[1..]).arg("-c").arg(workspace.text(TOOL));
    command
}

#[test]
fn tool_gives_up_after_its_timeout_and_completes_its_unit() {
    let Some(_marker) = slow::ring3("proxied-tool-timeout") else { return };
    let options = "  after = [\"git-clone\"]\n  wait_timeout = \"300ms\"\n";
    let (_world, mut workspace) = built(options);
    let finished = workspace.run(TOOL).exited(20);
    assert!(finished.stderr.contains("did not end within"), "{finished:?}");
    assert_eq!(workspace.agent.state(UNIT).as_deref(), Some("completed"));

    // With a set-up, but without the other unit.
    workspace.restart();
    workspace.run(SET_UP).success();
    workspace.run(TOOL).exited(20);
    assert_eq!(workspace.agent.state(UNIT).as_deref(), Some("completed"));
    assert!(workspace.proxy.attempts().is_empty());
}
