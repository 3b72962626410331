//! Every example template: applied with the real coder provider, planned empty,
//! and its scripts run where they can be.

use std::fs;

use fakes::ca::TestCa;
use fakes::intercept::FakeProxy;
use serde_json::json;
use testkit::process::Finished;
use testkit::terraform::State;
use testkit::{slow, workspace};

use crate::workspace::{SET_UP, SET_UP_UNIT, Workspace};
use crate::world::World;

/// Every folder of `examples/stacks`; the name of a test below begins with it.
const STACKS: [&str; 15] = [
    "base-urls",
    "claude-code",
    "codex",
    "copilot-cli",
    "corporate-upstream-proxy",
    "declarative-ordering",
    "dev-container",
    "docker-workspace",
    "kubernetes-workspace",
    "prebuilds",
    "python-tool",
    "registry-copilot",
    "shell-tool",
    "tls-listener",
    "tool-behind-proxy",
];

/// How an example finds the modules.
const MODULES: &str = "../../../modules";

/// The file of a template whose provider takes too long to build for every change,
/// with that provider's resources alone; the soak has it.
const COMPUTE: &str = "workspace.tf";

/// A tool that prints what it was given and calls its provider.
fn tool(url: &str) -> String {
    format!(
        "#!/bin/sh\necho \"key $ANTHROPIC_API_KEY\"\necho \"node $NODE_EXTRA_CA_CERTS\"\n\
         echo \"codex $CODEX_CA_CERTIFICATE\"\necho \"prompt $*\"\n\
         exec curl --silent --show-error --fail --data '{{}}' {url}\n"
    )
}

const OPENAI: &str = "https://api.openai.com/v1/chat/completions";
const ANTHROPIC: &str = "https://api.anthropic.com/v1/messages";

/// An example with the deployment and the workspace that it is built for.
struct Example {
    world: World,
    workspace: Workspace,
}

impl Example {
    /// Copies it; nothing is applied yet. The certificate goes to a folder of
    /// the test's own.
    fn new(stack: &str) -> Self {
        let folder = workspace::root().join("examples/stacks").join(stack);
        let mut files = Vec::new();
        read_texts(&folder, "", &mut files);
        let lacks_compute = files.iter().any(|(name, _)| name == COMPUTE);
        files.retain(|(name, _)| name != COMPUTE);
        if lacks_compute {
            let mut versions = Vec::new();
            read_texts(&folder.with_file_name("shell-tool"), "", &mut versions);
            files.retain(|(name, _)| name != "versions.tf");
            files.extend(versions.into_iter().filter(|(name, _)| name == "versions.tf"));
        }
        if files.iter().any(|(_, text)| text.contains("module \"aibridge-proxy\"")) {
            let text = "variable \"cert_path\" {\n  type = string\n}\n";
            files.push(("cert_path.tf".to_owned(), text.to_owned()));
            let text = "module \"aibridge-proxy\" {\n  cert_path = var.cert_path\n}\n";
            files.push(("cert_path_override.tf".to_owned(), text.to_owned()));
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let world = World::of_template(&files);
        let workspace = Workspace::new(&world);
        fs::write(workspace.path("home/.prompt"), "say hello").expect("a prompt");
        Self { world, workspace }
    }

    /// Applies it, and plans again: nothing is left to do.
    #[track_caller]
    fn built(stack: &str) -> Self {
        let mut example = Self::new(stack);
        example.workspace.build(&example.world);
        example.workspace.call(&example.world).plan().assert_empty();
        example
    }

    fn state(&self) -> State {
        self.world.workdir.call().show()
    }

    /// Starts the tool, then the set-up; what the tool ended with.
    #[track_caller]
    fn run(&self, script: &str) -> Finished {
        let tool = self.workspace.spawn(script);
        self.workspace.run(SET_UP).success();
        tool.wait()
    }

    /// The same, and the tool has met its provider through the proxy.
    #[track_caller]
    fn run_proxied(&self, script: &str, host: &str) -> Finished {
        let finished = self.run(script).success();
        assert!(finished.stdout.contains("Hello from the fake bridge."), "{finished:?}");
        let seen = self.workspace.proxy.interceptions();
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!((&*seen[0].host, &seen[0].token), (host, &self.world.coder.token()));
        finished
    }
}

#[test]
fn each_stack_has_a_test() {
    let folder = workspace::root().join("examples/stacks");
    let names = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name());
    let mut names: Vec<String> = names.map(|it| it.into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, STACKS);
}

#[test]
fn shell_tool_stack_sends_its_requests_through_the_proxy() {
    let Some(_marker) = slow::ring3("example-shell-tool") else { return };
    let example = Example::built("shell-tool");
    example.run_proxied("module.nightly-summary.coder_script.tool", "api.openai.com");
}

#[test]
fn tool_behind_proxy_stack_runs_the_given_command_through_the_proxy() {
    let Some(_marker) = slow::ring3("example-tool-behind-proxy") else { return };
    let mut example = Example::new("tool-behind-proxy");
    let command = format!("curl --silent --show-error --fail --data '{{}}' {OPENAI}");
    let call = || example.workspace.call(&example.world).env("TF_VAR_command", &command);
    call().apply().success();
    call().plan().assert_empty();
    example.workspace.read_state(&example.world);
    example.run_proxied("coder_script.tool", "api.openai.com");
}

#[test]
fn copilot_cli_stack_gives_the_tool_the_certificate_and_the_prompt() {
    let Some(_marker) = slow::ring3("example-copilot-cli") else { return };
    let example = Example::built("copilot-cli");
    example.workspace.proxy.set_hosts(&["api.githubcopilot.com"]);
    let url = "https://api.githubcopilot.com/v1/chat/completions";
    example.workspace.program("copilot", &tool(url));
    let finished = example.run_proxied("module.copilot.coder_script.tool", "api.githubcopilot.com");
    let cert_path = example.workspace.cert_path();
    let expected = format!("node {}\n", cert_path.display());
    assert!(finished.stdout.contains(&expected), "{finished:?}");
    assert!(
        finished.stdout.contains("prompt --prompt say hello --allow-all-tools"),
        "{finished:?}"
    );
}

#[test]
fn claude_code_stack_gives_the_tool_the_token_of_the_owner() {
    let Some(_marker) = slow::ring3("example-claude-code") else { return };
    let example = Example::built("claude-code");
    example.workspace.program("claude", &tool(ANTHROPIC));
    let script = "module.claude-code.coder_script.tool";
    let finished = example.run_proxied(script, "api.anthropic.com");
    let expected = format!("key {}\n", example.world.coder.token());
    assert!(finished.stdout.contains(&expected), "{finished:?}");
}

#[test]
fn codex_stack_gives_the_tool_the_bundle() {
    let Some(_marker) = slow::ring3("example-codex") else { return };
    let example = Example::built("codex");
    example.workspace.program("codex", &tool(OPENAI));
    let finished = example.run_proxied("module.codex.coder_script.tool", "api.openai.com");
    let bundle = example.workspace.path("aibridge-proxy/ca-bundle.pem");
    let expected = format!("codex {}\n", bundle.display());
    assert!(finished.stdout.contains(&expected), "{finished:?}");
}

#[test]
fn python_tool_stack_starts_the_tool_once_its_packages_are_installed() {
    let Some(_marker) = slow::ring3("example-python-tool") else { return };
    let example = Example::built("python-tool");
    let workspace = &example.workspace;
    fs::create_dir_all(workspace.path("home/.venv/bin")).expect("a virtual environment");
    // Only once it is installed is there something to run.
    workspace.program("python3", "#!/bin/sh\necho environment \"$3\"\n");
    workspace.program(
        "pip",
        &format!(
            "#!/bin/sh\ncat >~/.venv/bin/python <<'X'\n{}X\nchmod +x ~/.venv/bin/python\n",
            tool(OPENAI)
        ),
    );
    std::os::unix::fs::symlink(workspace.path("bin/pip"), workspace.path("home/.venv/bin/pip"))
        .expect("pip of the environment");
    let tool = workspace.spawn("module.triage.coder_script.tool");
    workspace.wait_for_dependent("triage");
    workspace.run(SET_UP).success();
    assert!(tool.is_running(), "{:?}", tool.wait());
    workspace.run("coder_script.install").success();
    let finished = tool.wait().success();
    assert!(finished.stdout.contains("Hello from the fake bridge."), "{finished:?}");
    for unit in ["triage", "triage-install"] {
        assert_eq!(workspace.agent.state(unit).as_deref(), Some("completed"), "{unit}");
    }
}

#[test]
fn registry_copilot_stack_starts_copilot_once_the_set_up_has_ended() {
    let Some(_marker) = slow::ring3("example-registry-copilot") else { return };
    let example = Example::built("registry-copilot");
    let workspace = &example.workspace;
    workspace.program("coder", "#!/bin/sh\nshift 2\nexec aibridge-agent sync \"$@\"\n");
    let call =
        "exec curl --silent --show-error --fail --cacert \"$NODE_EXTRA_CA_CERTS\" --data '{}'";
    workspace.program("copilot", &format!("#!/bin/sh\n{call} {OPENAI}\n"));
    let copilot = workspace.spawn("module.copilot.coder_script.copilot");
    workspace.wait_for_dependent("copilot-aibridge");
    assert!(copilot.is_running(), "{:?}", copilot.wait());
    workspace.run(SET_UP).success();
    let finished = copilot.wait().success();
    assert!(finished.stdout.contains("Hello from the fake bridge."), "{finished:?}");
    assert_eq!(workspace.agent.state("copilot-aibridge").as_deref(), Some("completed"));
}

#[test]
fn declarative_ordering_stack_orders_the_tool_after_the_set_up_without_units() {
    let Some(_marker) = slow::ring3("example-declarative-ordering") else { return };
    let example = Example::built("declarative-ordering");
    let state = example.state();
    let rule = &state.resource("data.coder_script_order.main")["rule"][0];
    assert_eq!(rule["requires"], "success");
    // Coder looks the selectors up, so a wrong one would be seen there only.
    let scripts: Vec<String> = state.resources().keys().cloned().collect();
    for selector in [&rule["run"][0], &rule["after"][0]] {
        let prefix = format!("{}.coder_script.", selector.as_str().expect("a selector"));
        let selected: Vec<&String> = scripts.iter().filter(|it| it.starts_with(&prefix)).collect();
        assert_eq!(selected.len(), 1, "{prefix}");
        let script = state.resource(selected[0]);
        assert_eq!((&script["run_on_start"], &script["cron"]), (&json!(true), &json!(null)));
    }
    example.workspace.program("review-bot", &tool(OPENAI));
    example.run_proxied("module.review-bot.coder_script.tool", "api.openai.com");
    assert_eq!(example.workspace.agent.calls(), [], "no unit is needed");
}

#[test]
fn prebuilds_stack_defers_set_up_and_tool_until_the_claim() {
    let Some(_marker) = slow::ring3("example-prebuilds") else { return };
    let mut example = Example::new("prebuilds");
    let prebuild = example.workspace.call(&example.world);
    prebuild.env("CODER_WORKSPACE_IS_PREBUILD", "true").apply().success();
    assert_eq!(example.state().resource("coder_script.warm_up[0]")["run_on_start"], true);
    example.workspace.read_state(&example.world);
    // The token of a prebuild's user ends with the claim; here it never was valid.
    let owner = example.world.coder.token();
    example.world.coder.set_token(testkit::token::random());
    let tool = "module.review-bot.coder_script.tool";
    for script in [tool, SET_UP] {
        let put_off = example.workspace.run(script).success();
        assert!(put_off.stdout.contains("put off until the prebuild is claimed"), "{put_off:?}");
    }
    assert_eq!(example.workspace.status()["outcome"], "deferred");

    // The claim: a build of its own, which replaces nothing of ours, and an agent
    // that begins anew.
    example.world.coder.set_token(owner);
    let claim = example.workspace.call(&example.world);
    let plan = claim.env("CODER_WORKSPACE_IS_PREBUILD_CLAIM", "true").plan().success();
    let proxy = plan.change("module.aibridge-proxy.aibridge_proxy.this");
    assert!(proxy.replace_paths.is_empty(), "{proxy:?}");
    example.workspace.build(&example.world);
    example.workspace.call(&example.world).plan().assert_empty();
    example.workspace.agent.restart();
    assert!(!example.state().resources().contains_key("coder_script.warm_up[0]"));
    example.workspace.program("review-bot", &self::tool(OPENAI));
    example.run_proxied(tool, "api.openai.com");
    assert_eq!(example.workspace.status()["outcome"], "ok");
}

#[test]
fn tls_listener_stack_reaches_the_proxy_over_tls() {
    let Some(_marker) = slow::ring3("example-tls-listener") else { return };
    let mut example = Example::new("tls-listener");
    let listener_ca = TestCa::new("Listener CA");
    example.workspace.proxy = FakeProxy::start_tls(&example.world.ca, &listener_ca);
    example.workspace.proxy.set_answer("/v1/models", 200, json!({ "object": "list" }));
    let call = || {
        let call = example.workspace.call(&example.world);
        call.env("TF_VAR_listener_ca", listener_ca.pem())
    };
    call().apply().success();
    call().plan().assert_empty();
    example.workspace.read_state(&example.world);
    let finished = example.run("module.probe.coder_script.tool").success();
    assert!(finished.stdout.contains("\"list\""), "{finished:?}");
    assert_eq!(example.workspace.proxy.interceptions().len(), 1);
}

#[test]
fn corporate_upstream_proxy_stack_sets_proxy_and_exclusions_of_the_agent() {
    let Some(_marker) = slow::ring3("example-corporate-upstream-proxy") else { return };
    let example = Example::built("corporate-upstream-proxy");
    let state = example.state();
    let env = &state.resource("coder_agent.main")["env"];
    assert_eq!(env["HTTPS_PROXY"], "http://proxy.corp.example.com:3128");
    assert_eq!(env["https_proxy"], env["HTTPS_PROXY"]);
    assert_eq!(env["no_proxy"], env["NO_PROXY"]);
    assert_eq!(env["NO_PROXY"], "localhost,127.0.0.1,::1,.corp.example.com");
    let script = example.workspace.text(SET_UP);
    assert!(script.contains("'https://artifacts.corp.example.com/aibridge-agent_linux_amd64'"));
    assert!(script.contains("--no-proxy '.corp.example.com'"));
}

#[test]
fn dev_container_stack_runs_its_scripts_on_the_subagent() {
    let Some(_marker) = slow::ring3("example-dev-container") else { return };
    let example = Example::built("dev-container");
    let state = example.state();
    let agent = &state.resource("coder_devcontainer.project")["subagent_id"];
    for script in [SET_UP, "module.review-bot.coder_script.tool"] {
        assert_eq!(&state.resource(script)["agent_id"], agent, "{script}");
    }
}

#[test]
fn docker_workspace_stack_gives_the_container_the_environment_of_the_agent() {
    let Some(_marker) = slow::ring3("example-docker-workspace") else { return };
    check_compute("docker-workspace", "docker_container");
}

#[test]
fn kubernetes_workspace_stack_gives_the_deployment_the_environment_of_the_agent() {
    let Some(_marker) = slow::ring3("example-kubernetes-workspace") else { return };
    check_compute("kubernetes-workspace", "kubernetes_deployment_v1");
}

#[test]
fn base_urls_stack_gives_the_base_urls_and_the_token_of_the_owner() {
    let Some(_marker) = slow::ring3("example-base-urls") else { return };
    let example = Example::new("base-urls");
    // The access URL comes as it was configured.
    let url = format!("{}/", example.world.coder.url());
    let call = || example.world.build().env("CODER_AGENT_URL", &url);
    call().apply().success();
    call().plan().assert_empty();
    let outputs = example.world.workdir.call().output();
    assert_eq!(
        outputs["base_urls"],
        json!({
            "ANTHROPIC_BASE_URL": format!("{url}api/v2/aibridge/anthropic"),
            "OPENAI_BASE_URL": format!("{url}api/v2/aibridge/openai/v1"),
        })
    );
    let state = example.state();
    for name in ["ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY"] {
        let variable = state.resource(&format!("coder_env.keys[\"{name}\"]"));
        assert_eq!(variable["value"], example.world.coder.token().as_str());
    }
}

/// The agent's own environment turns the socket on, and reaches the compute.
#[track_caller]
fn check_compute(stack: &str, resource: &str) {
    let example = Example::built(stack);
    let outputs = example.world.workdir.call().output();
    let names = json!(["CODER_AGENT_SOCKET_SERVER_ENABLED", "CODER_AGENT_TOKEN"]);
    assert_eq!(outputs["agent_variables"], names);
    let compute = workspace::root().join("examples/stacks").join(stack).join(COMPUTE);
    let compute = fs::read_to_string(compute).expect("the compute's file");
    assert!(compute.contains(&format!("resource \"{resource}\"")), "{compute}");
    assert!(compute.contains("in local.agent_env") || compute.contains("local.agent_env["));
    example.workspace.program("review-bot", &tool(OPENAI));
    example.run_proxied("module.review-bot.coder_script.tool", "api.openai.com");
    assert_eq!(example.workspace.agent.state(SET_UP_UNIT).as_deref(), Some("completed"));
}

/// The configuration files below `folder`, with the modules where a test has them.
fn read_texts(folder: &std::path::Path, prefix: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("an example's folder") {
        let path = entry.expect("a folder's entry").path();
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if path.is_dir() {
            read_texts(&path, &format!("{prefix}{name}/"), found);
        } else if name.ends_with(".tf") {
            let text = fs::read_to_string(&path).expect("a configuration");
            found.push((format!("{prefix}{name}"), text.replace(MODULES, "./modules")));
        }
    }
}
