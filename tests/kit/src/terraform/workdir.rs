//! A private folder in which one configuration lives, and the commands run in it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{Diagnostic, Mirror, Plan, Run, State, Terraform};
use crate::env;
use crate::process::{Finished, Process};

const PLAN_FILE: &str = "harness.tfplan";

/// A configuration with its state, in a temporary folder.
#[derive(Debug)]
pub struct Workdir {
    folder: TempDir,
    program: PathBuf,
    /// Kept alive: the installed providers are links into it.
    _mirror: Mirror,
}

/// One command about to run: its environment and further arguments.
#[derive(Debug, Clone)]
#[must_use = "nothing runs before a command is named"]
pub struct Call<'a> {
    workdir: &'a Workdir,
    env: Vec<(OsString, OsString)>,
    args: Vec<OsString>,
}

// === impl Workdir ===

impl Workdir {
    /// An empty configuration for one CLI and the providers of one mirror.
    pub fn new(terraform: &Terraform, mirror: &Mirror) -> Self {
        let folder = tempfile::Builder::new().prefix("workdir-").tempdir();
        let workdir = Self {
            folder: folder.expect("a temporary folder"),
            program: terraform.program().to_owned(),
            _mirror: mirror.clone(),
        };
        for folder in [workdir.path(), workdir.home()] {
            fs::create_dir(folder).expect("a folder of the working folder");
        }
        let config = format!(
            "disable_checkpoint = true\nprovider_installation {{\n  filesystem_mirror {{\n    \
             path = {:?}\n  }}\n}}\n",
            mirror.path()
        );
        fs::write(workdir.config_file(), config).expect("the CLI's configuration");
        workdir
    }

    /// The folder of the root module.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// The file of the state.
    pub fn state_file(&self) -> PathBuf {
        self.path().join("terraform.tfstate")
    }

    /// The file that [`Call::plan`] leaves, for `apply` and secret scans.
    pub fn plan_file(&self) -> PathBuf {
        self.path().join(PLAN_FILE)
    }

    /// Writes a file of the root module, in place of a former one. `name` may
    /// hold folders.
    pub fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.path().join(name);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("a folder of the configuration");
        fs::write(&path, text).expect("a file of the configuration");
        self
    }

    /// Copies a folder, such as a module, below the root module.
    pub fn copy(&self, from: &Path, to: &str) -> &Self {
        copy_tree(from, &self.path().join(to));
        self
    }

    /// Prepares a command with the clean environment and nothing more.
    pub fn call(&self) -> Call<'_> {
        Call { workdir: self, env: Vec::new(), args: Vec::new() }
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn config_file(&self) -> PathBuf {
        self.folder.path().join("cli.tfrc")
    }
}

// === impl Call ===

impl Call<'_> {
    /// Sets a variable for this command.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets several variables for this command.
    pub fn envs<N, V>(self, variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        variables.into_iter().fold(self, |call, (name, value)| call.env(name, value))
    }

    /// Adds an argument after the command's own.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Sets an input variable of the root module by `-var`.
    pub fn var(self, name: &str, value: &str) -> Self {
        self.arg(format!("-var={name}={value}"))
    }

    /// `init`, through the mirror.
    #[track_caller]
    pub fn init(self) -> Finished {
        self.run_with("init", &["-input=false", "-no-color"])
    }

    /// `validate -json`.
    #[track_caller]
    pub fn validate(self) -> Run {
        let finished = self.run_with("validate", &["-json"]);
        let answer: Value = serde_json::from_str(&finished.stdout)
            .unwrap_or_else(|err| panic!("validate prints no JSON: {err}: {finished:#?}"));
        let diagnostics = answer["diagnostics"].as_array().into_iter().flatten();
        Run { diagnostics: diagnostics.map(Diagnostic::parse).collect(), finished }
    }

    /// `plan -json` into a file, and the output of `show -json` for that file. With
    /// `-refresh-only` as an argument: the drift alone.
    #[track_caller]
    pub fn plan(self) -> Plan {
        let (workdir, env) = (self.workdir, self.env.clone());
        let out = format!("-out={PLAN_FILE}");
        let run = Run::new(self.run_with("plan", &["-json", "-input=false", &out]));
        if run.finished.code != Some(0) {
            return Plan::failed(run);
        }
        let show = Call { workdir, env, args: vec![PLAN_FILE.into()] };
        Plan::parse(run, &show.run_with("show", &["-json"]).success().stdout)
    }

    /// `apply -json -auto-approve`, planning anew.
    #[track_caller]
    pub fn apply(self) -> Run {
        Run::new(self.run_with("apply", &["-json", "-input=false", "-auto-approve"]))
    }

    /// `apply -json` of the file that the last [`plan`](Self::plan) left.
    #[track_caller]
    pub fn apply_planned(self) -> Run {
        Run::new(self.arg(PLAN_FILE).run_with("apply", &["-json", "-input=false"]))
    }

    /// `destroy -json -auto-approve`.
    #[track_caller]
    pub fn destroy(self) -> Run {
        Run::new(self.run_with("destroy", &["-json", "-input=false", "-auto-approve"]))
    }

    /// `import` of one object; this command has no JSON form.
    #[track_caller]
    pub fn import(self, address: &str, id: &str) -> Finished {
        self.arg(address).arg(id).run_with("import", &["-input=false", "-no-color"])
    }

    /// `show -json` of the state.
    #[track_caller]
    pub fn show(self) -> State {
        let finished = self.run_with("show", &["-json"]).success();
        State(serde_json::from_str(&finished.stdout).expect("show prints JSON"))
    }

    /// `output -json`: each output's value, sensitive ones included.
    #[track_caller]
    pub fn output(self) -> BTreeMap<String, Value> {
        let finished = self.run_with("output", &["-json"]).success();
        let outputs: BTreeMap<String, Value> =
            serde_json::from_str(&finished.stdout).expect("output prints JSON");
        outputs.into_iter().map(|(name, mut output)| (name, output["value"].take())).collect()
    }

    /// Any other command.
    #[track_caller]
    pub fn run(self, command: &str) -> Finished {
        self.run_with(command, &[])
    }

    /// Starts a command without waiting for it, in a process group of its own:
    /// for interrupts.
    #[track_caller]
    pub fn spawn(self, command: &str, args: &[&str]) -> Process {
        Process::spawn(self.command(command, args))
    }

    #[track_caller]
    fn run_with(self, command: &str, args: &[&str]) -> Finished {
        self.spawn(command, args).wait()
    }

    fn command(self, name: &str, args: &[&str]) -> Command {
        let workdir = self.workdir;
        let mut command = Command::new(&workdir.program);
        command.arg(name).args(args).args(self.args).current_dir(workdir.path());
        command.env_clear().env("PATH", env::path()).env("HOME", workdir.home());
        command.env("LANG", "C.UTF-8").env("CHECKPOINT_DISABLE", "1");
        command.env("TF_CLI_CONFIG_FILE", workdir.config_file()).env("TF_IN_AUTOMATION", "1");
        command.envs(self.env);
        command
    }
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder of the configuration");
    let entries =
        fs::read_dir(from).unwrap_or_else(|err| panic!("cannot read {}: {err}", from.display()));
    for entry in entries {
        let entry = entry.expect("a folder's entry");
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_tree(&source, &target);
        } else {
            fs::copy(&source, &target).expect("a file of the configuration");
        }
    }
}
