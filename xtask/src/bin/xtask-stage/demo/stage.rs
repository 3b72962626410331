//! What the acts share: the fakes, the programs, the folders, and the output of all
//! programs so far.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, anyhow, ensure};
use fakes::agent::FakeAgent;
use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use fakes::intercept::FakeProxy;
use testkit::binaries;
use testkit::process::{Finished, Process};
use testkit::secret_scan::{ArgumentWatch, MarkedToken};
use testkit::terraform::Mirror;
use testkit::token;
use xtask::process;
use xtask::tools::{self, Tool};

use super::client;
use super::narrator::Narrator;
use super::stack::{Build, Stack};
use super::workspace::Workspace;

/// The world of the demo.
pub(super) struct Stage {
    pub(super) coder: FakeCoder,
    pub(super) agent: FakeAgent,
    pub(super) proxy: FakeProxy,
    /// Of the CA that the proxy signs with, and the deployment gives out.
    pub(super) ca_pem: String,
    pub(super) ca_sha256: String,
    pub(super) mirror: Mirror,
    pub(super) stack: Stack,
    /// Of the last build; there is none before the first.
    workspace: Option<Workspace>,
    /// Each token that was valid at some time.
    pub(super) tokens: Vec<MarkedToken>,
    watch: Option<ArgumentWatch>,
    transcript: RefCell<String>,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Gets the programs and starts the fakes.
    pub(super) fn set_up(narrator: &mut Narrator) -> Result<Self> {
        narrator.act("Setting up");
        narrator.step("Terraform and the real coder provider are there", || {
            tools::get(&[Tool::Terraform, Tool::CoderProvider]).map(drop)
        })?;
        let mirror = narrator.step("our provider and helper are built", || {
            let packages = ["--package", "provider", "--package", "agent-helper"];
            process::run(process::cargo(&["build", "--quiet", "--locked"]).args(packages))?;
            Ok(Mirror::new().with_aibridge(&binaries::provider()).with_coder())
        })?;
        let folder = tempfile::Builder::new().prefix("aibridge-demo-").tempdir()?;
        let ca = TestCa::new("AI Bridge Proxy CA of the demo");
        let (ca_pem, ca_sha256) = (ca.pem(), ca.sha256());
        let coder = FakeCoder::start();
        coder.set_certificate(&ca_pem);
        let tokens = vec![MarkedToken::of(&coder.token())];
        let agent = FakeAgent::start(&folder.path().join("agent/agent.sock"));
        let proxy = FakeProxy::start(&ca);
        narrator.show(&format!(
            "fakes, until this repository has the real ones:\n\
             Coder deployment   {}\n\
             Coder agent        {}\n\
             AI Bridge Proxy    {} (it answers by itself and calls no provider)",
            coder.url(),
            agent.path().display(),
            proxy.url(),
        ));
        let stack = Stack::new(
            &mirror,
            &proxy.url(),
            &folder.path().join("workspace/aibridge-proxy/ca-cert.pem"),
            &client::template_command()?,
        )?;
        let transcript = RefCell::default();
        let workspace = None;
        Ok(Self {
            coder,
            agent,
            proxy,
            ca_pem,
            ca_sha256,
            mirror,
            stack,
            workspace,
            tokens,
            watch: None,
            transcript,
            folder,
        })
    }

    /// The workspace that the last build made.
    pub(super) fn workspace(&self) -> Result<&Workspace> {
        self.workspace.as_ref().ok_or_else(|| anyhow!("no build has made a workspace yet"))
    }

    /// Takes the workspace over from the state, as Coder does after a build.
    pub(super) fn adopt_workspace(&mut self) -> Result<()> {
        let state = self.stack.call(&Build::start(&self.coder)).show();
        let workspace =
            Workspace::new(&self.workspace_folder(), &state, self.coder.url(), self.agent.path())?;
        self.workspace = Some(workspace);
        Ok(())
    }

    /// Runs a program to its end and keeps what it printed for the search for tokens.
    pub(super) fn run(&self, command: Command) -> Finished {
        self.record(Process::spawn(command).wait())
    }

    /// Starts a command that depends on the set-up as `unit`, and returns once the
    /// agent knows that it waits.
    pub(super) fn start_dependent(&self, unit: &str, command: Command) -> Result<Process> {
        let dependent = Process::spawn(command);
        self.agent.wait_for("the dependent to register", |agent| {
            agent.calls.iter().any(|it| it.method == "SyncWant" && it.unit == unit)
        });
        ensure!(dependent.is_running(), "the dependent did not wait: {:?}", dependent.wait());
        Ok(dependent)
    }

    /// Keeps what a program printed.
    pub(super) fn record(&self, finished: Finished) -> Finished {
        let mut transcript = self.transcript.borrow_mut();
        transcript.push_str(&finished.stdout);
        transcript.push_str(&finished.stderr);
        finished
    }

    pub(super) fn transcript(&self) -> String {
        self.transcript.borrow().clone()
    }

    /// Gives the owner a new token, which the deployment takes alone from now
    /// on. Its way through the arguments of processes is watched.
    pub(super) fn renew_token(&mut self) {
        let token = token::random();
        self.coder.set_token(&token);
        self.finish_watch();
        self.tokens.push(MarkedToken::of(&token));
        self.watch_arguments();
    }

    /// Searches every process's arguments for the newest token from now on.
    pub(super) fn watch_arguments(&mut self) {
        self.watch = self.tokens.last().map(MarkedToken::watch_arguments);
    }

    /// Ends that; panics if the token was seen.
    pub(super) fn finish_watch(&mut self) {
        if let Some(watch) = self.watch.take() {
            watch.finish();
        }
    }

    /// Where the workspace keeps its files.
    pub(super) fn workspace_folder(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }
}
