//! Coder's own agent, with no deployment that it could reach: what it does
//! alone is to keep units behind its socket, which is all that is wanted here.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::eventually::eventually;
use crate::process::{Finished, Process, run};
use crate::tools;

/// For a program of this size on a machine that is busy.
const STARTS_WITHIN: Duration = Duration::from_secs(60);
const TOKEN: &str = "11111111-1111-4111-8111-111111111111";

/// A running agent; dropping it kills it.
#[derive(Debug)]
pub struct CoderAgent {
    process: Process,
    folder: TempDir,
}

impl CoderAgent {
    /// Starts an agent that knows no unit yet; its socket answers when this returns.
    ///
    /// # Panics
    /// If it does not start.
    #[track_caller]
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("coder-agent-").tempdir();
        let folder = folder.expect("a temporary folder");
        let agent = Self { process: spawn(folder.path()), folder };
        agent.wait_for_socket();
        agent
    }

    /// Kills the agent and starts it anew in the same place, as the restart of a
    /// workspace does.
    #[track_caller]
    pub fn restart(&mut self) {
        self.process.signal(crate::process::Signal::KILL);
        self.process.wait();
        self.process = spawn(self.folder.path());
        self.wait_for_socket();
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        socket(self.folder.path())
    }

    /// Coder's command beside this agent: `coder exp sync …`.
    pub fn exp_sync(&self, args: &[&str]) -> Command {
        let mut command = program(self.folder.path());
        command.args(["exp", "sync"]).args(args);
        command
    }

    /// Runs `coder exp sync …` to its end.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Finished {
        run(self.exp_sync(args))
    }

    #[track_caller]
    fn wait_for_socket(&self) {
        let path = self.socket();
        let answered = || -> Result<(), (io::Error, String)> {
            UnixStream::connect(&path).map(drop).map_err(|err| (err, self.process.stderr()))
        };
        eventually(STARTS_WITHIN, answered);
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("agent.sock")
}

/// The program with nothing of this process's environment but the search path.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(tools::coder());
    command.env_clear().env("PATH", crate::env::path()).env("HOME", folder);
    command.env("CODER_AGENT_SOCKET_PATH", socket(folder));
    command
}

fn spawn(folder: &Path) -> Process {
    let mut command = program(folder);
    command.args(["agent", "--no-reap", "--log-dir"]).arg(folder);
    command.arg("--script-data-dir").arg(folder);
    command.arg("--boundary-log-proxy-socket-path").arg(folder.join("boundary.sock"));
    // Several agents run at once; no server listens on port 9 of the loopback.
    for name in ["--debug-address", "--pprof-address", "--prometheus-address"] {
        command.args([name, "127.0.0.1:0"]);
    }
    command.args(["--agent-url", "http://127.0.0.1:9", "--agent-token", TOKEN]);
    command.args(["--devcontainers-enable=false", "--socket-server-enabled"]);
    Process::spawn(command)
}
