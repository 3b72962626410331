resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

# The container that devcontainer.json describes, with an agent of its own.
resource "coder_devcontainer" "project" {
  agent_id         = coder_agent.main.id
  workspace_folder = var.workspace_folder
}

# For the container's agent, not the outer one: files of one are not seen in the
# other, and each has its own socket and units.
module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_devcontainer.project.subagent_id
  proxy_url = var.proxy_url
}

module "review-bot" {
  source = "../../../modules/proxied-tool"

  agent_id = coder_devcontainer.project.subagent_id
  name     = "review-bot"
  aibridge = module.aibridge-proxy
  command  = "review-bot serve"
}
