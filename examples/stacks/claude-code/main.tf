resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
}

# The API key is the workspace's session token: the deployment takes it for the
# user and uses its own key. It goes into the tool's environment alone, from the
# proxy's URL that `exec` has put there, and so into no file and no argument.
module "claude-code" {
  source = "../../../modules/proxied-tool"

  agent_id          = coder_agent.main.id
  name              = "claude-code"
  display_name      = "Claude Code"
  icon              = "/icon/claude.svg"
  aibridge          = module.aibridge-proxy
  working_directory = var.working_directory
  command           = <<-EOT
    ANTHROPIC_API_KEY=$${HTTPS_PROXY#*://*:}
    export ANTHROPIC_API_KEY="$${ANTHROPIC_API_KEY%@*}"
    exec claude --print "$(cat ~/.prompt)"
  EOT
}
