//! The world of a test: a deployment that serves one CA, and a working folder
//! with a configuration.

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use testkit::binaries;
use testkit::terraform::{Call, Mirror, Terraform, Workdir};

/// A deployment and an initialised working folder.
pub(crate) struct World {
    pub(crate) coder: FakeCoder,
    pub(crate) ca: TestCa,
    pub(crate) workdir: Workdir,
}

impl World {
    /// A configuration with our provider alone, for the CLI that tests use by
    /// default.
    pub(crate) fn new(config: &str) -> Self {
        Self::on(&Terraform::default(), config)
    }

    /// The same for another CLI.
    pub(crate) fn on(terraform: &Terraform, config: &str) -> Self {
        let mirror = Mirror::new().with_aibridge(&binaries::provider());
        Self::with_files(terraform, &mirror, &[("main.tf", config)])
    }

    /// A template, with the modules below `./modules`, our provider and Coder's;
    /// by the files of its root module.
    pub(crate) fn of_template(files: &[(&str, &str)]) -> Self {
        Self::with_files(&Terraform::default(), &Mirror::with_both_providers(), files)
    }

    fn with_files(terraform: &Terraform, mirror: &Mirror, files: &[(&str, &str)]) -> Self {
        let ca = TestCa::new("AI Bridge Proxy CA");
        let coder = FakeCoder::start();
        coder.set_certificate(ca.pem());
        let workdir = Workdir::new(terraform, mirror);
        workdir.copy(&testkit::workspace::root().join("modules"), "modules");
        for (name, text) in files {
            workdir.write(name, text);
        }
        workdir.call().init().success();
        Self { coder, ca, workdir }
    }

    /// A command whose variables name this deployment and its token.
    pub(crate) fn call(&self) -> Call<'_> {
        self.call_with_token(&self.coder.token())
    }

    /// The same with another token. By environment, since an argument would show it.
    pub(crate) fn call_with_token(&self, token: &str) -> Call<'_> {
        self.workdir.call().env("TF_VAR_access_url", self.coder.url()).env("TF_VAR_token", token)
    }

    /// A command in the environment of a build that starts the workspace.
    pub(crate) fn build(&self) -> Call<'_> {
        self.workdir
            .call()
            .env("CODER_AGENT_URL", self.coder.url())
            .env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", self.coder.token())
            // The coder provider makes one up for each run otherwise.
            .env("CODER_WORKSPACE_ID", "9a0f0a0c-0000-4000-8000-000000000002")
            .env("CODER_WORKSPACE_OWNER_ID", "9a0f0a0c-0000-4000-8000-000000000003")
    }
}
