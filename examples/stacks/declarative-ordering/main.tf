resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

# Coder orders the scripts, so the units on the agent socket are not needed.
# Rules may select scripts of one start only: no refresh_cron here.
module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
  sync      = "off"
}

module "review-bot" {
  source = "../../../modules/proxied-tool"

  agent_id = coder_agent.main.id
  name     = "review-bot"
  aibridge = module.aibridge-proxy
  command  = "review-bot serve"
}

# Addresses as text, relative to this module: Coder checks them when the
# template is imported, Terraform does not. A set-up that fails ends with a code
# other than 0, so the tool is skipped then.
data "coder_script_order" "main" {
  rule {
    run      = ["module.review-bot"]
    after    = ["module.aibridge-proxy"]
    requires = "success"
  }
}
