resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
}

module "review-bot" {
  source = "../../../modules/proxied-tool"

  agent_id = coder_agent.main.id
  name     = "review-bot"
  aibridge = module.aibridge-proxy
  command  = "review-bot serve"
}

locals {
  # The agent reads these from its own environment. What coder_agent.env and
  # coder_env set comes too late for it: they reach the scripts only.
  agent_env = {
    CODER_AGENT_TOKEN = coder_agent.main.token
    # The default from Coder 2.32 on. Before, scripts had no socket to meet at.
    CODER_AGENT_SOCKET_SERVER_ENABLED = "true"
  }
}
