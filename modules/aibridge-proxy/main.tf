data "coder_workspace" "me" {}

data "coder_workspace_owner" "me" {}

locals {
  # In a template's tests a mocked data source holds random text. That is no URL,
  # and no reason to refuse the plan.
  coder_access_url = can(regex("^https?://", data.coder_workspace.me.access_url)) ? data.coder_workspace.me.access_url : null
  session_token    = var.session_token != null ? var.session_token : data.coder_workspace_owner.me.session_token
}

resource "aibridge_proxy" "this" {
  agent_id  = var.agent_id
  proxy_url = var.proxy_url
  cert_path = var.cert_path

  # Always from the data sources: a token in the environment of the host that
  # runs Terraform must not be used for every workspace owner.
  access_url    = var.access_url != null ? var.access_url : local.coder_access_url
  session_token = local.session_token

  username              = var.username
  no_proxy              = var.no_proxy
  extra_ca_certificates = var.extra_ca_certificates
  ca_fetch              = var.ca_fetch
  ca_pin_sha256         = var.ca_pin_sha256
  sync                  = var.sync
  sync_unit             = var.sync_unit
  prebuild              = data.coder_workspace.me.is_prebuild
  helper                = var.helper
  timeouts              = var.timeouts
}

# What the helper cannot get from its flags. No proxy variable is set for the
# whole workspace: single tools get them.
resource "coder_env" "session_token" {
  agent_id = var.agent_id
  name     = "AIBRIDGE_SESSION_TOKEN"
  value    = local.session_token
}

resource "coder_env" "cert_path" {
  agent_id = var.agent_id
  name     = "AIBRIDGE_CERT_PATH"
  value    = aibridge_proxy.this.cert_path
}

resource "coder_env" "ca_seed" {
  agent_id = var.agent_id
  name     = "AIBRIDGE_CA_SEED"
  value    = aibridge_proxy.this.ca_cert_pem != null ? aibridge_proxy.this.ca_cert_pem : ""
}

# Runs on workspace start without blocking the login. If it fails, the workspace
# stays usable, and dependent scripts learn the reason from `aibridge-agent wait`.
resource "coder_script" "aibridge_proxy_setup" {
  agent_id           = var.agent_id
  display_name       = "AI Bridge Proxy Setup"
  icon               = "/icon/coder.svg"
  run_on_start       = true
  start_blocks_login = false
  timeout            = 180
  script             = aibridge_proxy.this.setup_script
}

# A script of its own for cron, since a rule of coder_script_order must not select
# a script that has a schedule.
resource "coder_script" "aibridge_proxy_refresh" {
  count = var.refresh_cron != null ? 1 : 0

  agent_id     = var.agent_id
  display_name = "AI Bridge Proxy Refresh"
  icon         = "/icon/coder.svg"
  cron         = var.refresh_cron
  timeout      = 180
  script       = aibridge_proxy.this.refresh_script
}
