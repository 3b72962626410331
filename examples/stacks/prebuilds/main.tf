data "coder_workspace" "me" {}

data "coder_workspace_preset" "default" {
  name = "Default"

  prebuilds {
    instances = var.instances
  }
}

resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

# Before the claim the session token belongs to no user: a set-up that fails is
# deferred then, since a pool whose scripts fail can never be claimed. The claim
# brings the owner's token, and the agent runs its scripts again.
module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id     = coder_agent.main.id
  proxy_url    = var.proxy_url
  refresh_cron = "0 17 */6 * * *"
}

# Not before the claim: the module defers the tool by itself.
module "review-bot" {
  source = "../../../modules/proxied-tool"

  agent_id = coder_agent.main.id
  name     = "review-bot"
  aibridge = module.aibridge-proxy
  command  = "review-bot serve"
}

# A script that needs no token can run in the pool.
resource "coder_script" "warm_up" {
  count = data.coder_workspace.me.is_prebuild ? 1 : 0

  agent_id     = coder_agent.main.id
  display_name = "Warm up"
  run_on_start = true
  timeout      = 600
  script       = "npm --prefix ~/project ci"
}
