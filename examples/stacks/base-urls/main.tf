data "coder_workspace" "me" {}

data "coder_workspace_owner" "me" {}

resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

locals {
  # Known from Coder 2.30 on, and still answered by those that call it ai-gateway.
  bridge = "${trimsuffix(data.coder_workspace.me.access_url, "/")}/api/v2/aibridge"
}

# Tools that take a base URL need neither proxy nor certificate: the product's
# documentation recommends this way first. Their API key is the session token.
# Every process of the workspace sees a coder_env.
resource "coder_env" "tools" {
  for_each = {
    ANTHROPIC_BASE_URL = "${local.bridge}/anthropic"
    OPENAI_BASE_URL    = "${local.bridge}/openai/v1"
  }

  agent_id = coder_agent.main.id
  name     = each.key
  value    = each.value
}

resource "coder_env" "keys" {
  for_each = toset(["ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY"])

  agent_id = coder_agent.main.id
  name     = each.key
  value    = data.coder_workspace_owner.me.session_token
}
