//! The template that is built, and the environment that Coder's provisioner
//! gives to Terraform.

use std::path::Path;

use anyhow::Result;
use fakes::coder::FakeCoder;
use testkit::terraform::{Action, Call, Mirror, Plan, Terraform, Workdir};
use xtask::configuration;

/// Where the one resource of ours is.
pub(super) const RESOURCE: &str = "module.aibridge-proxy.aibridge_proxy.this";

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
        let workdir = Workdir::new(&Terraform::default(), mirror);
        configuration::copy_template(&workdir)?;
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

/// Addresses that a plan would replace, but for Coder's own objects: those are
/// records in Coder's database, which Coder ignores when it searches a plan for
/// replacements.
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
