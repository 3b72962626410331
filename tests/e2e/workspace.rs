//! The workspace that a build made, and the part of Coder's agent that runs scripts.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use fakes::agent::FakeAgent;
use fakes::intercept::FakeProxy;
use serde_json::Value;
use tempfile::TempDir;
use testkit::process::{Finished, Process};
use testkit::terraform::{Call, State};
use testkit::{binaries, program};

use crate::configurations::template;
use crate::world::World;

/// Script of the module's set-up, for the module's usual name.
pub(crate) const SET_UP: &str = "module.aibridge-proxy.coder_script.aibridge_proxy_setup";
/// The unit of that script.
pub(crate) const SET_UP_UNIT: &str = "aibridge-proxy-setup";

/// A template with the module; where the proxy is and where the certificate goes
/// are variables, since only the test knows. `more` follows it.
pub(crate) fn template_with_module(more: &str) -> String {
    template(&format!("{MODULE}{more}"))
}

const MODULE: &str = r#"
variable "proxy_url" {
  type = string
}

variable "cert_path" {
  type = string
}

module "aibridge-proxy" {
  source       = "./modules/aibridge-proxy"
  agent_id     = coder_agent.main.id
  proxy_url    = var.proxy_url
  cert_path    = var.cert_path
  refresh_cron = "0 17 */6 * * *"
}
"#;

/// One workspace with its agent and the proxy that its tools go through.
pub(crate) struct Workspace {
    pub(crate) agent: FakeAgent,
    pub(crate) proxy: FakeProxy,
    folder: TempDir,
    state: Option<State>,
    /// Calls that the agent received before its last restart.
    earlier_calls: usize,
}

impl Workspace {
    /// One that no build has made yet. Its proxy mints leaves from the CA that
    /// the deployment gives out.
    pub(crate) fn new(world: &World) -> Self {
        let folder = tempfile::Builder::new().prefix("workspace-").tempdir();
        let folder = folder.expect("a temporary folder");
        for name in ["home", "script-bin", "script-data", "bin"] {
            fs::create_dir(folder.path().join(name)).expect("a folder of the workspace");
        }
        let agent = FakeAgent::start(&folder.path().join("agent/agent.sock"));
        let proxy = FakeProxy::start(&world.ca);
        let workspace = Self { agent, proxy, folder, state: None, earlier_calls: 0 };
        symlink(binaries::helper(), workspace.path("script-bin/aibridge-agent"))
            .expect("the helper's link");
        workspace
    }

    /// A command of a build for this workspace.
    pub(crate) fn call<'a>(&self, world: &'a World) -> Call<'a> {
        world
            .build()
            .env("TF_VAR_proxy_url", self.proxy.url())
            .env("TF_VAR_cert_path", self.cert_path())
    }

    /// Applies the template, and reads its state as Coder does.
    #[track_caller]
    pub(crate) fn build(&mut self, world: &World) {
        self.call(world).apply().success();
        self.read_state(world);
    }

    /// Reads the state of the last build: its scripts and variables.
    pub(crate) fn read_state(&mut self, world: &World) {
        self.state = Some(world.workdir.call().show());
    }

    /// A path in the workspace's own folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the template keeps the certificate.
    pub(crate) fn cert_path(&self) -> PathBuf {
        self.path("aibridge-proxy/ca-cert.pem")
    }

    /// The status file of the last set-up.
    pub(crate) fn status(&self) -> Value {
        let text = fs::read(self.path("aibridge-proxy/status.json")).expect("there is a status");
        serde_json::from_slice(&text).expect("a status is JSON")
    }

    /// As a start of the same build on a new disk: no unit is registered, no
    /// file of a set-up is there, and the proxy has intercepted nothing.
    pub(crate) fn restart(&mut self) {
        self.agent.restart();
        self.earlier_calls = self.agent.calls().len();
        let folder = self.path("aibridge-proxy");
        if folder.exists() {
            fs::remove_dir_all(folder).expect("the folder of the set-up");
        }
        self.proxy.clear();
    }

    /// Takes the helper away, as an image without it.
    pub(crate) fn remove_helper(&self) {
        fs::remove_file(self.path("script-bin/aibridge-agent")).expect("the helper's link");
    }

    /// Puts a program in front of the search path.
    pub(crate) fn program(&self, name: &str, text: &str) {
        program::write(&self.path("bin").join(name), text);
    }

    /// The text of a script that the build made.
    #[track_caller]
    pub(crate) fn text(&self, address: &str) -> &str {
        let state = self.state.as_ref().expect("a build has made the workspace");
        state.resource(address)["script"].as_str().expect("a script is text")
    }

    /// Runs a script of the build to its end, as the agent does.
    #[track_caller]
    pub(crate) fn run(&self, address: &str) -> Finished {
        self.spawn(address).wait()
    }

    /// Starts a script of the build, as the agent does.
    #[track_caller]
    pub(crate) fn spawn(&self, address: &str) -> Process {
        Process::spawn(self.script(self.text(address)))
    }

    /// A script under the login shell, in the environment that the agent gives.
    pub(crate) fn script(&self, text: &str) -> Command {
        let mut command = self.command(Path::new("bash"));
        command.arg("-c").arg(text);
        command
    }

    /// The helper, as a user calls it.
    pub(crate) fn helper(&self, args: &[&str]) -> Command {
        let mut command = self.command(&self.path("script-bin/aibridge-agent"));
        command.args(args);
        command
    }

    /// Any program of the workspace.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.environment()).current_dir(self.path("home"));
        command
    }

    /// The agent's own variables, and those of `coder_env`.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let shown = |name: &str| self.path(name).display().to_string();
        let path = format!("{}:{}:/usr/local/bin:/usr/bin:/bin", shown("bin"), shown("script-bin"));
        let mut variables: BTreeMap<String, String> = [
            ("CODER", "true".to_owned()),
            ("CODER_AGENT_SOCKET_PATH", self.agent.path().display().to_string()),
            ("CODER_AGENT_TOKEN", "agent-token".to_owned()),
            ("CODER_SCRIPT_BIN_DIR", shown("script-bin")),
            ("CODER_SCRIPT_DATA_DIR", shown("script-data")),
            ("HOME", shown("home")),
            ("PATH", path),
            ("USER", "coder".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        let Some(state) = &self.state else { return variables };
        for (address, values) in state.resources() {
            if address.contains("coder_env.") {
                let text = |name: &str| values[name].as_str().unwrap_or_default().to_owned();
                variables.insert(text("name"), text("value"));
            }
        }
        variables
    }

    /// Blocks until `unit` is registered as a dependent.
    pub(crate) fn wait_for_dependent(&self, unit: &str) {
        self.wait_for_call("SyncWant", unit);
    }

    /// Blocks until the agent of this start has received a call.
    pub(crate) fn wait_for_call(&self, method: &str, unit: &str) {
        self.agent.wait_for(method, |agent| {
            let calls = &agent.calls[self.earlier_calls..];
            calls.iter().any(|it| it.method == method && it.unit == unit)
        });
    }
}
