//! The configurations that the suite applies, put together from one head.

/// Address of the resource in [`resource`] and [`with_data_sources`].
pub(crate) const PROXY: &str = "aibridge_proxy.this";
/// The proxy in all of them.
pub(crate) const PROXY_URL: &str = "http://proxy.example.com:8888";

/// Requires our provider alone.
const REQUIRED: &str = r#"
terraform {
  required_providers {
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}
"#;

/// Requires our provider and Coder's.
const REQUIRED_WITH_CODER: &str = r#"
terraform {
  required_version = ">= 1.9"
  required_providers {
    coder    = { source = "coder/coder" }
    aibridge = { source = "aibridge-rs/aibridge" }
  }
}

resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}
"#;

/// The variables that each command of a [`World`](crate::world::World) sets.
const VARIABLES: &str = r#"
variable "access_url" {
  type = string
}

variable "token" {
  type      = string
  sensitive = true
}
"#;

/// The provider, configured from them.
const PROVIDER: &str = r#"
provider "aibridge" {
  access_url    = var.access_url
  session_token = var.token
  max_retries   = 0
}
"#;

/// `body` without a provider block and without variables.
pub(crate) fn unconfigured(body: &str) -> String {
    format!("{REQUIRED}{body}")
}

/// `body` below the variables and the configured provider.
pub(crate) fn configured(body: &str) -> String {
    format!("{REQUIRED}{VARIABLES}{PROVIDER}{body}")
}

/// `body` below a provider whose access URL is known only after apply.
pub(crate) fn configured_late(body: &str) -> String {
    let late = PROVIDER.replace("var.access_url", "terraform_data.access.output");
    let access = "\nresource \"terraform_data\" \"access\" {\n  input = var.access_url\n}\n";
    format!("{REQUIRED}{VARIABLES}{access}{late}{body}")
}

/// `body` in a template: beside one agent, with both providers.
pub(crate) fn template(body: &str) -> String {
    format!("{REQUIRED_WITH_CODER}{body}")
}

/// The resource alone, without the module, with these arguments beside the
/// proxy's URL: what the oldest core can plan.
pub(crate) fn resource(arguments: &[(&str, &str)]) -> String {
    let mut lines = String::new();
    if !arguments.iter().any(|(name, _)| *name == "proxy_url") {
        lines.push_str(&format!("  proxy_url = {PROXY_URL:?}\n"));
    }
    for (name, value) in arguments {
        lines.push_str(&format!("  {name} = {value}\n"));
    }
    configured(&format!("\nresource \"aibridge_proxy\" \"this\" {{\n{lines}}}\n{OUTPUTS}"))
}

const OUTPUTS: &str = r#"
output "proxy_auth_url" {
  value     = aibridge_proxy.this.proxy_auth_url
  sensitive = true
}

output "ca_cert_sha256" {
  value = aibridge_proxy.this.ca_cert_sha256
}
"#;

/// Data sources beside the resource: any core can read them.
pub(crate) fn with_data_sources() -> String {
    configured(
        r#"
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
"#,
    )
}

/// The token, ephemeral from the variable to the tool: for cores from 1.10 on.
/// The tool leaves what it got in the file that `OUT` names.
pub(crate) fn with_ephemeral_token() -> String {
    let config = configured(
        r#"
ephemeral "aibridge_proxy_auth" "this" {
  proxy_url = "http://proxy.example.com:8888"
}

resource "terraform_data" "tool" {
  provisioner "local-exec" {
    command     = "printf '%s\n%s\n' \"$HTTPS_PROXY\" \"$NO_PROXY\" > \"$OUT\""
    environment = ephemeral.aibridge_proxy_auth.this.env
  }
}
"#,
    );
    config.replace("  sensitive = true\n", "  sensitive = true\n  ephemeral = true\n")
}

/// Both functions beside the resource that must give the same: for cores from
/// 1.8 on. `no_proxy` is the exclusion list of the function's options.
pub(crate) fn with_functions(no_proxy: &str) -> String {
    const BODY: &str = r#"
variable "proxy_url" {
  type    = string
  default = "http://proxy.example.com:8888"
}

resource "terraform_data" "git" {
  input = "git.example.com"
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
    no_proxy   = NO_PROXY
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
    format!("{REQUIRED}{VARIABLES}{}", BODY.replace("NO_PROXY\n", &format!("{no_proxy}\n")))
}

/// The exclusion list that makes both sides of [`with_functions`] equal.
pub(crate) const KNOWN_NO_PROXY: &str = "[\"git.example.com\"]";
