//! A deployment, an agent, a folder, and the program between them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use fakes::agent::FakeAgent;
use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use serde_json::Value;
use tempfile::TempDir;
use testkit::process::{Finished, Process, run};
use testkit::program;

/// The unit that is used unless a test says otherwise.
pub(crate) const UNIT: &str = "aibridge-proxy-setup";

/// Where the proxy would be; no client connects to it.
pub(crate) const PROXY_URL: &str = "http://proxy.example:8888";

/// A user that owns no file.
pub(crate) const OTHER_USER: u32 = 65534;

/// The systems around the program in a workspace.
pub(crate) struct World {
    pub(crate) ca: TestCa,
    pub(crate) coder: FakeCoder,
    pub(crate) agent: FakeAgent,
    pub(crate) temp: TempDir,
}

impl World {
    /// A deployment with a certificate, an agent, and no folder yet.
    pub(crate) fn new() -> Self {
        let temp = TempDir::new().unwrap();
        let ca = TestCa::new("AI Bridge CA");
        let coder = FakeCoder::start();
        coder.set_certificate(ca.pem());
        let agent = FakeAgent::start(&temp.path().join("agent/agent.sock"));
        Self { ca, coder, agent, temp }
    }

    /// A world in which a set-up has succeeded.
    pub(crate) fn set_up() -> Self {
        let world = Self::new();
        world.run(["setup"]).success();
        world
    }

    /// The program with exactly the variables that a workspace gives it.
    pub(crate) fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aibridge-agent"));
        command
            .args(args)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.temp.path().join("home"))
            .env("AIBRIDGE_ACCESS_URL", self.coder.url())
            .env("AIBRIDGE_SESSION_TOKEN", self.coder.token())
            .env("AIBRIDGE_PROXY_URL", PROXY_URL)
            .env("AIBRIDGE_CERT_PATH", self.cert_path())
            .env("CODER_AGENT_SOCKET_PATH", self.agent.path());
        command
    }

    /// Runs the program to its end.
    #[track_caller]
    pub(crate) fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Finished {
        run(self.command(args))
    }

    /// Starts the program.
    #[track_caller]
    pub(crate) fn spawn<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Process {
        Process::spawn(self.command(args))
    }

    /// The program started to ignore these signals, as by `nohup` or a shell's `&`.
    pub(crate) fn command_ignoring<'a>(
        &self,
        signals: &str,
        args: impl IntoIterator<Item = &'a str>,
    ) -> Command {
        let model = self.command(args);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("trap '' {signals}; exec \"$@\""), "sh"]);
        command.arg(model.get_program()).args(model.get_args()).env_clear();
        command.envs(model.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command
    }

    /// The program run by another user; `None` unless the test runs as root, who
    /// alone can become another user.
    pub(crate) fn command_of_other_user<'a>(
        &self,
        args: impl IntoIterator<Item = &'a str>,
    ) -> Option<Command> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let model = self.command(args);
        let mut command = Command::new(self.program_for_all());
        command.args(model.get_args()).env_clear();
        command.envs(model.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.uid(OTHER_USER).gid(OTHER_USER);
        Some(command)
    }

    /// A copy of the program that every user can run: the build's own folder may
    /// be closed to other users.
    pub(crate) fn program_for_all(&self) -> PathBuf {
        let agent = self.temp.path().join("aibridge-agent");
        if !agent.exists() {
            program::copy(Path::new(env!("CARGO_BIN_EXE_aibridge-agent")), &agent);
        }
        for path in [self.temp.path(), &self.temp.path().join("agent")] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        agent
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.temp.path().join("ai")
    }

    pub(crate) fn cert_path(&self) -> PathBuf {
        self.folder().join("ca-cert.pem")
    }

    pub(crate) fn bundle_path(&self) -> PathBuf {
        self.folder().join("ca-bundle.pem")
    }

    /// A file of ours as text.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name)).unwrap()
    }

    #[track_caller]
    pub(crate) fn status(&self) -> Value {
        serde_json::from_str(&self.read("status.json")).unwrap()
    }

    /// The outcome in the status.
    #[track_caller]
    pub(crate) fn outcome(&self) -> String {
        self.status()["outcome"].as_str().unwrap().to_owned()
    }

    /// State of the set-up's unit.
    pub(crate) fn unit(&self) -> Option<String> {
        self.agent.state(UNIT)
    }
}

/// An executable script below `folder`.
pub(crate) fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    program::write(&path, &format!("#!/bin/sh\n{text}"));
    path
}
