//! A real Terraform or OpenTofu CLI in a private folder, and its output in JSON.
//!
//! Whatever does not go as a test expects panics with all that the CLI printed.

mod plan;
mod problem;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

pub use self::plan::{Change, Plan, State};
pub use self::problem::Problem;
pub use super::answer::Action;
use super::attached::Attached;

const PLAN_FILE: &str = "plan.out";

/// A private folder with a configuration, a mirror of providers and a CLI that knows no
/// other. Nothing is inherited from the environment of the test.
#[derive(Debug)]
pub struct Project {
    program: PathBuf,
    folder: TempDir,
    env: BTreeMap<OsString, OsString>,
    reattach: serde_json::Map<String, Json>,
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Run {
    /// The exit code; nothing after a signal.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it printed on stderr.
    pub stderr: String,
    /// Errors and warnings, of the commands that have a JSON form.
    pub problems: Vec<Problem>,
}

// === impl Project ===

impl Project {
    /// An empty folder for the CLI at that path.
    ///
    /// # Errors
    /// No folder can be made.
    pub fn new(program: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("project-").tempdir()?;
        for name in ["work", "home", "mirror"] {
            fs::create_dir(folder.path().join(name))?;
        }
        let mirror = folder.path().join("mirror");
        let config = format!(
            "provider_installation {{\n  filesystem_mirror {{\n    path = {:?}\n  }}\n}}\n",
            mirror.display()
        );
        fs::write(folder.path().join("cli.tfrc"), config)?;
        let mut project = Self {
            program: program.into(),
            folder,
            env: BTreeMap::new(),
            reattach: serde_json::Map::new(),
        };
        for (name, path) in [("HOME", "home"), ("TF_CLI_CONFIG_FILE", "cli.tfrc")] {
            let path = project.folder.path().join(path);
            project.env.insert(name.into(), path.into());
        }
        for (name, value) in [("CHECKPOINT_DISABLE", "1"), ("TF_IN_AUTOMATION", "1")] {
            project.env.insert(name.into(), value.into());
        }
        Ok(project)
    }

    /// Puts a provider's binary into the mirror, where `init` finds it. `address` is
    /// `HOST/NAMESPACE/NAME`, as `required_providers` spells it out.
    ///
    /// # Panics
    /// If the mirror cannot be written, or the binary is not there.
    #[must_use]
    pub fn provider(self, address: &str, version: &str, binary: &Path) -> Self {
        assert!(binary.is_file(), "there is no provider at {}", binary.display());
        let name = address.rsplit('/').next().unwrap_or(address);
        let folder = self.folder.path().join("mirror").join(address).join(version);
        let folder = folder.join(platform());
        fs::create_dir_all(&folder).expect("the mirror can be written");
        let file = format!("terraform-provider-{name}_v{version}{}", std::env::consts::EXE_SUFFIX);
        fs::copy(binary, folder.join(file)).expect("the mirror can be written");
        self
    }

    /// Uses a provider of this process, which needs no `init`. It has to outlive the
    /// commands.
    #[must_use]
    pub fn attach(mut self, attached: &Attached) -> Self {
        let one: Json = serde_json::from_str(attached.reattach()).expect("an object in JSON");
        self.reattach.extend(one.as_object().cloned().unwrap_or_default());
        let all = Json::Object(self.reattach.clone()).to_string();
        self.env("TF_REATTACH_PROVIDERS", all)
    }

    /// Sets a variable of the environment for all commands.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    /// Writes a file of the configuration.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("the configuration can be written");
    }

    /// The folder of the configuration, where the state is too.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// A command with further arguments.
    #[track_caller]
    pub fn run(&self, command: &str, args: &[&str]) -> Run {
        let output = self.command(command, args).stdin(Stdio::null()).output();
        match output {
            Err(err) => panic!("cannot start {}: {err}", self.program.display()),
            Ok(output) => Run::new(
                output.status.code(),
                String::from_utf8_lossy(&output.stdout).into_owned(),
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ),
        }
    }

    /// A command that is not started yet, for tests that interrupt it.
    pub fn command(&self, name: &str, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(name).args(args).current_dir(self.path()).env_clear().envs(&self.env);
        command
    }

    /// `init`, out of the mirror. Must go well.
    #[track_caller]
    pub fn init(&self) -> Run {
        self.run("init", &["-input=false", "-no-color"]).success()
    }

    /// `validate -json`
    #[track_caller]
    pub fn validate(&self) -> Run {
        let mut run = self.run("validate", &["-json"]);
        run.problems = problem::of_validate(&run.stdout);
        run
    }

    /// `plan -json`, with further arguments.
    #[track_caller]
    pub fn plan_with(&self, args: &[&str]) -> Plan {
        let out = format!("-out={PLAN_FILE}");
        let run = self.run("plan", &[&["-json", "-input=false", out.as_str()], args].concat());
        if run.code != Some(0) {
            return Plan::failed(run);
        }
        let shown = self.run("show", &["-json", PLAN_FILE]).success();
        Plan::parse(run, &shown.stdout)
    }

    /// `plan -json`
    #[track_caller]
    pub fn plan(&self) -> Plan {
        self.plan_with(&[])
    }

    /// `apply -json`, with a new plan and further arguments.
    #[track_caller]
    pub fn apply_with(&self, args: &[&str]) -> Run {
        self.run("apply", &[&["-json", "-input=false", "-auto-approve"], args].concat())
    }

    /// `apply -json`, with a new plan.
    #[track_caller]
    pub fn apply(&self) -> Run {
        self.apply_with(&[])
    }

    /// `import` of one object.
    #[track_caller]
    pub fn import(&self, address: &str, id: &str) -> Run {
        self.run("import", &["-input=false", "-no-color", address, id])
    }

    /// `destroy -json`
    #[track_caller]
    pub fn destroy(&self) -> Run {
        self.run("destroy", &["-json", "-input=false", "-auto-approve"])
    }

    /// What is stored.
    #[track_caller]
    pub fn state(&self) -> State {
        State::parse(&self.run("show", &["-json"]).success().stdout)
    }
}

// === impl Run ===

impl Run {
    fn new(code: Option<i32>, stdout: String, stderr: String) -> Self {
        Self { code, problems: problem::of_stream(&stdout), stdout, stderr }
    }

    /// Fails unless the command exited with 0.
    #[track_caller]
    #[must_use]
    pub fn success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Fails unless the command exited with 1.
    #[track_caller]
    #[must_use]
    pub fn failure(self) -> Self {
        assert_eq!(self.code, Some(1), "{self:#?}");
        self
    }

    /// The first error that Terraform shows at the source line of an attribute.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn error_at(&self, attribute: &str) -> &Problem {
        let found = self
            .problems
            .iter()
            .find(|it| it.is_error && it.attribute.as_deref() == Some(attribute));
        match found {
            Some(problem) => problem,
            None => panic!("no error at `{attribute}`: {self:#?}"),
        }
    }

    /// The first error or warning with that summary.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn problem(&self, summary: &str) -> &Problem {
        match self.problems.iter().find(|it| it.summary == summary) {
            Some(problem) => problem,
            None => panic!("no problem has the summary `{summary}`: {self:#?}"),
        }
    }
}

/// This platform in the registries' spelling, such as `linux_amd64`.
fn platform() -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        arch => arch,
    };
    format!("{os}_{arch}")
}
