//! The template that is built, and the environment that Coder's provisioner
//! gives to Terraform.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use fakes::coder::FakeCoder;
use testkit::terraform::{Action, Call, Mirror, Plan, Terraform, Workdir};

use crate::workspace;

/// Where the one resource of ours is.
pub(super) const RESOURCE: &str = "module.aibridge-proxy.aibridge_proxy.this";

/// A template as people write one; it finds the module by a path.
const TEMPLATE: &str = "examples/stacks/tool-behind-proxy";
const MODULES: &str = "../../../modules";
/// What the demo adds to it: a variable, an output.
const OVERLAY: &str = "xtask/demo";

/// A configuration with its state.
pub(super) struct Stack {
    workdir: Workdir,
    variables: [(&'static str, String); 3],
}

impl Stack {
    /// Copies the template with the modules below it, so that nothing is left in the work tree.
    pub(super) fn new(
        mirror: &Mirror,
        proxy_url: &str,
        cert_path: &Path,
        command: &str,
    ) -> Result<Self> {
        let workdir = Workdir::new(&Terraform::everyday(), mirror);
        copy_template(&workdir)?;
        let variables = [
            ("TF_VAR_proxy_url", proxy_url.to_owned()),
            ("TF_VAR_cert_path", cert_path.display().to_string()),
            ("TF_VAR_command", command.to_owned()),
        ];
        Ok(Self { workdir, variables })
    }

    pub(super) fn workdir(&self) -> &Workdir {
        &self.workdir
    }

    /// Terraform on the template, as Coder's provisioner starts it.
    pub(super) fn call(&self, build: &Build) -> Call<'_> {
        self.workdir.call().envs(build.environment()).envs(self.variables.clone())
    }
}

/// Copies the template of the demo and the modules that it uses into an empty folder.
pub(crate) fn copy_template(workdir: &Workdir) -> Result<()> {
    copy_modules(workdir);
    copy_configuration(workdir, TEMPLATE)?;
    copy_configuration(workdir, OVERLAY)
}

/// Copies the modules to where a copied configuration finds them.
pub(crate) fn copy_modules(workdir: &Workdir) {
    workdir.copy(&workspace::root().join("modules"), "modules");
}

/// Copies a configuration of the workspace, which finds the modules below it.
pub(crate) fn copy_configuration(workdir: &Workdir, folder: &str) -> Result<()> {
    copy_below(workdir, &workspace::root().join(folder), "")
        .with_context(|| format!("failed to copy `{folder}`"))
}

fn copy_below(workdir: &Workdir, folder: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("a file has a name")?.to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            copy_below(workdir, &path, &format!("{name}/"))?;
        } else if path.extension().is_some_and(|it| it == "tf") {
            workdir.write(&name, &fs::read_to_string(&path)?.replace(MODULES, "./modules"));
        }
    }
    Ok(())
}

/// Addresses that a plan would replace, but for Coder's own objects: those are
/// records in Coder's database, which Coder passes over when it looks for replacements.
pub(super) fn replaced(plan: &Plan) -> Vec<&str> {
    let is_coders =
        |address: &str| address.rsplit('.').nth(1).is_some_and(|it| it.starts_with("coder_"));
    let actions = plan.actions().into_iter();
    let replaced = actions.filter(|(address, action)| {
        matches!(action, Action::Delete | Action::Replace) && !is_coders(address)
    });
    replaced.map(|(address, _)| address).collect()
}

/// One workspace build: what Coder's provisioner puts into the environment.
pub(super) struct Build {
    access_url: String,
    /// Empty for a build without a token.
    token: String,
    transition: &'static str,
}

impl Build {
    /// The owner starts the workspace.
    pub(super) fn start(coder: &FakeCoder) -> Self {
        Self { access_url: coder.url(), token: coder.token(), transition: "start" }
    }

    /// The workspace is deleted: Coder gives no token then.
    pub(super) fn delete(coder: &FakeCoder) -> Self {
        Self { token: String::new(), transition: "delete", ..Self::start(coder) }
    }

    pub(super) fn environment(&self) -> [(&'static str, &str); 13] {
        [
            ("CODER_AGENT_URL", &self.access_url),
            ("CODER_WORKSPACE_BUILD_ID", "8d2f8bb6-8f0e-4a52-9d0e-0a4c0d1f5b11"),
            ("CODER_WORKSPACE_ID", WORKSPACE_ID),
            ("CODER_WORKSPACE_NAME", "demo"),
            ("CODER_WORKSPACE_OWNER", "ada"),
            ("CODER_WORKSPACE_OWNER_EMAIL", "ada@example.com"),
            ("CODER_WORKSPACE_OWNER_ID", "1b0f3a5c-7f5e-4b6c-9e3d-4f0a2b8c6d02"),
            ("CODER_WORKSPACE_OWNER_NAME", "Ada"),
            ("CODER_WORKSPACE_OWNER_SESSION_TOKEN", &self.token),
            ("CODER_WORKSPACE_TEMPLATE_ID", "c4b6d1e2-3f7a-4c8d-b0e1-6a5f4d3c2b03"),
            ("CODER_WORKSPACE_TEMPLATE_NAME", "demo"),
            ("CODER_WORKSPACE_TEMPLATE_VERSION", "v1"),
            ("CODER_WORKSPACE_TRANSITION", self.transition),
        ]
    }
}

/// The same in every build, as Coder keeps it.
pub(super) const WORKSPACE_ID: &str = "5f3c8f5e-6d0f-4f1b-8a6e-2d2b1c6f7a01";
