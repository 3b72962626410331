//! The Terraform or OpenTofu CLI as users run it: from `init` through a
//! filesystem mirror to `destroy`.
//!
//! It is independent of the developer's machine: configuration file, home folder
//! and environment are the harness's own, and the mirror is the only source of
//! providers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use self::diagnostic::{Diagnostic, Severity};
pub use self::mirror::{Mirror, REGISTRY_HOSTS};
pub use self::plan::{Action, Change, Plan};
pub use self::workdir::{Call, Workdir};
use crate::process::Finished;
use crate::tools;

mod diagnostic;
mod mirror;
mod plan;
mod workdir;

#[cfg(test)]
mod tests;

/// One CLI.
#[derive(Debug, Clone)]
pub struct Terraform {
    program: PathBuf,
}

/// The result of a command with `-json`.
#[derive(Debug, Clone)]
pub struct Run {
    /// Exit code and raw output.
    pub finished: Finished,
    /// Every problem that was reported, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// A state as `show -json` gives it.
#[derive(Debug, Clone)]
pub struct State(pub Value);

// === impl Terraform ===

impl Terraform {
    /// A Terraform core by its version, such as [`tools::OLDEST_CORE`].
    pub fn core(version: &str) -> Self {
        Self::at(tools::terraform_core(version))
    }

    /// A CLI by its path.
    pub fn at(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// The path of the program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Its version by `version -json`, such as `1.11.4`.
    pub fn version(&self) -> String {
        let workdir = Workdir::new(self, &Mirror::new());
        let finished = workdir.call().arg("-json").run("version").success();
        let version: Value = serde_json::from_str(&finished.stdout).expect("version prints JSON");
        version["terraform_version"].as_str().expect("a version is text").to_owned()
    }
}

/// The CLI that tests use by default: the one on the search path, if `cargo
/// xtask tools` found it new enough.
impl Default for Terraform {
    fn default() -> Self {
        Self::at(tools::terraform())
    }
}

// === impl Run ===

impl Run {
    pub(crate) fn new(finished: Finished) -> Self {
        let diagnostics = finished
            .stdout
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["type"] == "diagnostic")
            .map(|message| Diagnostic::parse(&message["diagnostic"]))
            .collect();
        Self { finished, diagnostics }
    }

    /// Fails unless the command exited with 0.
    #[track_caller]
    pub fn success(self) -> Self {
        assert_eq!(self.finished.code, Some(0), "{self:#?}");
        self
    }

    /// Fails unless the command exited with 1.
    #[track_caller]
    pub fn failure(self) -> Self {
        assert_eq!(self.finished.code, Some(1), "{self:#?}");
        self
    }

    /// The errors alone.
    pub fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics.iter().filter(|it| it.severity == Severity::Error).collect()
    }

    /// The warnings alone.
    pub fn warnings(&self) -> Vec<&Diagnostic> {
        self.diagnostics.iter().filter(|it| it.severity == Severity::Warning).collect()
    }
}

// === impl State ===

impl State {
    /// Attribute values by resource address, nested modules included.
    pub fn resources(&self) -> BTreeMap<String, &Value> {
        let mut found = BTreeMap::new();
        let mut modules = vec![&self.0["values"]["root_module"]];
        while let Some(module) = modules.pop() {
            for resource in module["resources"].as_array().into_iter().flatten() {
                let address = resource["address"].as_str().unwrap_or_default();
                found.insert(address.to_owned(), &resource["values"]);
            }
            modules.extend(module["child_modules"].as_array().into_iter().flatten());
        }
        found
    }

    /// Attribute values of one resource.
    ///
    /// # Panics
    /// If it is not in the state.
    #[track_caller]
    pub fn resource(&self, address: &str) -> &Value {
        let resources = self.resources();
        match resources.get(address) {
            Some(values) => values,
            None => panic!("`{address}` is not in the state, which has {:?}", resources.keys()),
        }
    }
}
