//! Configurations and handles that the suite shares.

use std::path::Path;

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use testkit::binaries;
use testkit::terraform::{Call, Mirror, Terraform, Workdir};

/// Address of the one resource in [`BARE`].
pub(crate) const PROXY: &str = "aibridge_proxy.this";

/// The resource alone, without the module: what the oldest core can plan.
pub(crate) const BARE: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}

variable "access_url" {
  type = string
}

variable "token" {
  type      = string
  sensitive = true
}

variable "proxy_url" {
  type    = string
  default = "http://proxy.example.com:8888"
}

variable "ca_fetch" {
  type    = string
  default = null
}

provider "aibridge" {
  access_url    = var.access_url
  session_token = var.token
}

resource "aibridge_proxy" "this" {
  proxy_url = var.proxy_url
  ca_fetch  = var.ca_fetch
}

output "proxy_auth_url" {
  value     = aibridge_proxy.this.proxy_auth_url
  sensitive = true
}

output "ca_cert_sha256" {
  value = aibridge_proxy.this.ca_cert_sha256
}
"#;

/// Data sources beside the resource: any core can read them.
pub(crate) const DATA_SOURCES: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}

variable "access_url" {
  type = string
}

variable "token" {
  type      = string
  sensitive = true
}

provider "aibridge" {
  access_url    = var.access_url
  session_token = var.token
}

data "aibridge_ca_certificate" "this" {}

data "aibridge_deployment" "this" {}

resource "aibridge_proxy" "this" {
  proxy_url     = "http://proxy.example.com:8888"
  ca_pin_sha256 = data.aibridge_ca_certificate.this.sha256
}

output "certificate" {
  value = data.aibridge_ca_certificate.this.pem
}

output "base_url" {
  value = data.aibridge_deployment.this.openai_base_url
}

output "proxy" {
  value = data.aibridge_deployment.this.proxy
}
"#;

/// The token, ephemeral from the variable to the tool: for cores from 1.10 on.
/// The tool leaves what it got in the file that `OUT` names.
pub(crate) const EPHEMERAL: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}

variable "access_url" {
  type = string
}

variable "token" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "aibridge" {
  access_url    = var.access_url
  session_token = var.token
}

ephemeral "aibridge_proxy_auth" "this" {
  proxy_url = "http://proxy.example.com:8888"
}

resource "terraform_data" "tool" {
  provisioner "local-exec" {
    command     = "printf '%s\n%s\n' \"$HTTPS_PROXY\" \"$NO_PROXY\" > \"$OUT\""
    environment = ephemeral.aibridge_proxy_auth.this.env
  }
}
"#;

/// Both functions beside the resource that must give the same: for cores from
/// 1.8 on.
pub(crate) const FUNCTIONS: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}

variable "access_url" {
  type = string
}

variable "token" {
  type      = string
  sensitive = true
}

variable "proxy_url" {
  type    = string
  default = "http://proxy.example.com:8888"
}

resource "aibridge_proxy" "this" {
  proxy_url     = var.proxy_url
  access_url    = var.access_url
  session_token = var.token
  no_proxy      = ["git.example.com"]
  ca_fetch      = "off"
}

locals {
  env = provider::aibridge::proxy_env(var.proxy_url, var.token, {
    access_url = var.access_url
    no_proxy   = ["git.example.com"]
  })
}

output "is_same_url" {
  value = nonsensitive(
    provider::aibridge::proxy_auth_url(var.proxy_url, var.token) ==
    aibridge_proxy.this.proxy_auth_url
  )
}

output "is_same_env" {
  value = nonsensitive(local.env == aibridge_proxy.this.env)
}

output "is_sensitive" {
  value = issensitive(local.env)
}

output "no_proxy" {
  value = nonsensitive(local.env["NO_PROXY"])
}
"#;

/// A working folder beside a deployment that serves one CA.
pub(crate) struct Deployment {
    pub(crate) coder: FakeCoder,
    pub(crate) ca: TestCa,
    pub(crate) workdir: Workdir,
}

impl Deployment {
    /// With [`BARE`] initialised by `terraform`.
    pub(crate) fn bare(terraform: &Terraform) -> Self {
        let mirror = Mirror::new().with_aibridge(&binaries::provider());
        Self::new(terraform, &mirror, BARE)
    }

    /// With any configuration, initialised.
    pub(crate) fn new(terraform: &Terraform, mirror: &Mirror, config: &str) -> Self {
        Self::with_files(terraform, mirror, config, &[])
    }

    /// With further files, by their path below the root module.
    pub(crate) fn with_files(
        terraform: &Terraform,
        mirror: &Mirror,
        config: &str,
        files: &[(&str, &str)],
    ) -> Self {
        let ca = TestCa::new("AI Bridge Proxy CA");
        let coder = FakeCoder::start();
        coder.set_certificate(ca.pem());
        let workdir = Workdir::new(terraform, mirror);
        workdir.write("main.tf", config);
        let modules = testkit::workspace::root().join("modules");
        workdir.copy(&modules, "modules");
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

    /// A command in the environment that a build has which starts the workspace.
    pub(crate) fn build(&self) -> Call<'_> {
        self.workdir
            .call()
            .env("CODER_AGENT_URL", self.coder.url())
            .env("CODER_WORKSPACE_OWNER_SESSION_TOKEN", self.coder.token())
            // The coder provider makes one up for each run otherwise.
            .env("CODER_WORKSPACE_ID", "9a0f0a0c-0000-4000-8000-000000000002")
            .env("CODER_WORKSPACE_OWNER_ID", "9a0f0a0c-0000-4000-8000-000000000003")
    }

    /// The same with another token. By environment, since an argument would show it.
    pub(crate) fn call_with_token(&self, token: &str) -> Call<'_> {
        self.workdir.call().env("TF_VAR_access_url", self.coder.url()).env("TF_VAR_token", token)
    }
}

/// The processes below `parent`, by their id, whose program is `program`.
pub(crate) fn descendants(parent: i32, program: &Path) -> Vec<i32> {
    let mut found = Vec::new();
    let mut parents = vec![parent];
    while let Some(parent) = parents.pop() {
        for child in children(parent) {
            if runs(child, program) {
                found.push(child);
            }
            parents.push(child);
        }
    }
    found
}

/// Whether process `id` lives and runs `program`.
pub(crate) fn runs(id: i32, program: &Path) -> bool {
    std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == program)
}

fn children(parent: i32) -> Vec<i32> {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{parent}/task")) else {
        return Vec::new();
    };
    let lists =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()
        })
        .collect()
}
