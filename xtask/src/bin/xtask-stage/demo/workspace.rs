//! The workspace that a build made, and the part of Coder's agent that runs
//! scripts: a login shell with `-c`, in the environment of the agent.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use testkit::binaries;
use testkit::terraform::State;
use xtask::{env, process};

use super::stack::{RESOURCE, WORKSPACE_ID};

const AGENT: &str = "coder_agent.main";
const SET_UP: &str = "module.aibridge-proxy.coder_script.aibridge_proxy_setup";
const TOOL: &str = "coder_script.tool";

/// One workspace.
pub(super) struct Workspace {
    environment: BTreeMap<String, String>,
    /// The start-up scripts that Terraform produced: the module's, and that of
    /// the template's tool.
    pub(super) set_up: String,
    pub(super) tool: String,
    shell: PathBuf,
    home: PathBuf,
    helper: PathBuf,
    pub(super) cert_path: PathBuf,
    status_path: PathBuf,
}

impl Workspace {
    /// Reads the state as Coder does: agent, variables and scripts. The workspace's
    /// files are below `folder`.
    pub(super) fn new(
        folder: &Path,
        state: &State,
        access_url: String,
        agent_socket: &Path,
    ) -> Result<Self> {
        let home = folder.join("home");
        let script_bin = folder.join("coder-script-data/bin");
        for private in [&home, &script_bin, &folder.join("coder-script-data/setup")] {
            DirBuilder::new().recursive(true).mode(0o700).create(private)?;
        }
        let helper = script_bin.join("aibridge-agent");
        if !helper.exists() {
            symlink(binaries::helper(), &helper)
                .context("failed to put the helper into the workspace")?;
        }
        let agent_token = state.resource(AGENT)["token"].as_str().unwrap_or_default();
        let mut environment = agent_environment(folder, access_url, agent_socket, agent_token);
        for (address, variable) in state.resources() {
            if address.contains(".coder_env.") {
                let (name, value) = (text(variable, "name")?, text(variable, "value")?);
                ensure!(!value.contains('$'), "the agent would expand `$` in `{name}`");
                environment.insert(name.to_owned(), value.to_owned());
            }
        }
        let proxy = state.resource(RESOURCE);
        Ok(Self {
            environment,
            set_up: text(state.resource(SET_UP), "script")?.to_owned(),
            tool: text(state.resource(TOOL), "script")?.to_owned(),
            shell: login_shell(),
            home,
            helper,
            cert_path: PathBuf::from(text(proxy, "cert_path")?),
            status_path: PathBuf::from(text(proxy, "status_path")?),
        })
    }

    /// A start-up script, as the agent starts it.
    pub(super) fn script(&self, script: &str) -> Command {
        self.command(&self.shell, &["-c", script])
    }

    /// The module's.
    pub(super) fn start_up(&self) -> Command {
        self.script(&self.set_up)
    }

    /// Any program in the workspace.
    pub(super) fn command(&self, program: impl AsRef<Path>, args: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command.args(args).env_clear().envs(&self.environment).current_dir(&self.home);
        command
    }

    /// The helper in the workspace.
    pub(super) fn helper(&self, args: &[&str]) -> Command {
        self.command(&self.helper, args)
    }

    /// What the last set-up left in the status file.
    pub(super) fn status(&self) -> Result<Value> {
        let text = fs::read_to_string(&self.status_path)
            .with_context(|| format!("failed to read `{}`", self.status_path.display()))?;
        serde_json::from_str(&text).context("the status file holds no JSON")
    }

    pub(super) fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The agent's own environment, and what it adds for each script.
fn agent_environment(
    folder: &Path,
    access_url: String,
    socket: &Path,
    token: &str,
) -> BTreeMap<String, String> {
    let script_bin = folder.join("coder-script-data/bin");
    let path = [script_bin.clone()].into_iter().chain(env::path_folders());
    let path =
        std::env::join_paths(path).map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = |it: &Path| it.display().to_string();
    let pairs = [
        ("CODER", "true".to_owned()),
        ("CODER_AGENT_AUTH", "token".to_owned()),
        // An operator's setting: the usual path is taken where the demo runs in a workspace.
        ("CODER_AGENT_SOCKET_PATH", shown(socket)),
        ("CODER_AGENT_TOKEN", token.to_owned()),
        ("CODER_AGENT_URL", access_url),
        ("CODER_SCRIPT_BIN_DIR", shown(&script_bin)),
        ("CODER_SCRIPT_DATA_DIR", shown(&folder.join("coder-script-data/setup"))),
        ("CODER_WORKSPACE_AGENT_NAME", "main".to_owned()),
        ("CODER_WORKSPACE_ID", WORKSPACE_ID.to_owned()),
        ("CODER_WORKSPACE_NAME", "demo".to_owned()),
        ("CODER_WORKSPACE_OWNER_NAME", "ada".to_owned()),
        ("GIT_SSH_COMMAND", "coder gitssh --".to_owned()),
        ("HOME", shown(&folder.join("home"))),
        ("LOGNAME", "ada".to_owned()),
        ("PATH", path),
        ("SHELL", shown(&login_shell())),
        ("USER", "ada".to_owned()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn login_shell() -> PathBuf {
    process::on_path("bash").unwrap_or_else(|| PathBuf::from("/bin/sh"))
}

fn text<'a>(resource: &'a Value, attribute: &str) -> Result<&'a str> {
    resource[attribute]
        .as_str()
        .with_context(|| format!("the state holds no text in `{attribute}`"))
}
