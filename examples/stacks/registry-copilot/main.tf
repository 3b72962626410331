resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
}

# In a template of yours:
#   source  = "registry.coder.com/coder-labs/copilot/coder"
#   version = "0.4.0"
# Here a stand-in with the same three inputs, so that the example needs no registry.
module "copilot" {
  source = "./copilot"

  agent_id                 = coder_agent.main.id
  enable_aibridge_proxy    = true
  aibridge_proxy_auth_url  = module.aibridge-proxy.proxy_auth_url
  aibridge_proxy_cert_path = module.aibridge-proxy.cert_path
}
