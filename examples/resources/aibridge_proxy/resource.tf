data "coder_workspace" "me" {}

data "coder_workspace_owner" "me" {}

resource "aibridge_proxy" "this" {
  proxy_url     = "https://aiproxy.example.com"
  access_url    = data.coder_workspace.me.access_url
  session_token = data.coder_workspace_owner.me.session_token
  no_proxy      = ["git.example.com"]
  prebuild      = data.coder_workspace.me.is_prebuild
}

# The start-up script gets the helper and sets the workspace up.
resource "coder_script" "setup" {
  agent_id     = coder_agent.main.id
  display_name = "AI Bridge Proxy Setup"
  run_on_start = true
  timeout      = 180
  script       = aibridge_proxy.this.setup_script
}

# The helper takes the token from this variable, never from the script.
resource "coder_env" "session_token" {
  agent_id = coder_agent.main.id
  name     = "AIBRIDGE_SESSION_TOKEN"
  value    = data.coder_workspace_owner.me.session_token
}

resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}
