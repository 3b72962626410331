resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
}

# Copilot has no base URL to set, so the proxy is its only way to the bridge.
# It is a Node program: `exec` gives it NODE_EXTRA_CA_CERTS, and the servers
# that it starts get the bundle in the variables that they read.
module "copilot" {
  source = "../../../modules/proxied-tool"

  agent_id          = coder_agent.main.id
  name              = "copilot"
  display_name      = "Copilot CLI"
  icon              = "/icon/github.svg"
  aibridge          = module.aibridge-proxy
  working_directory = var.working_directory
  command           = "copilot --prompt \"$(cat ~/.prompt)\" --allow-all-tools"
}
