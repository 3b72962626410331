resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
}

# Codex is a Rust program with roots of its own: it adds every certificate of
# the file in CODEX_CA_CERTIFICATE, which `exec` sets to the bundle.
module "codex" {
  source = "../../../modules/proxied-tool"

  agent_id          = coder_agent.main.id
  name              = "codex"
  display_name      = "Codex"
  icon              = "/icon/openai.svg"
  aibridge          = module.aibridge-proxy
  working_directory = var.working_directory
  command           = "codex exec \"$(cat ~/.prompt)\""
}
