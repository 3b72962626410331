resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
}

# Any command line: the module waits for the set-up and gives this process tree
# alone what it needs.
module "nightly-summary" {
  source = "../../../modules/proxied-tool"

  agent_id          = coder_agent.main.id
  name              = "nightly-summary"
  aibridge          = module.aibridge-proxy
  timeout           = 600
  working_directory = "~/"
  command           = <<-EOT
    curl --silent --show-error --fail \
      --header "Authorization: Bearer $OPENAI_API_KEY" \
      --header "Content-Type: application/json" \
      --data '{"model":"gpt-5","messages":[{"role":"user","content":"Say hello."}]}' \
      https://api.openai.com/v1/chat/completions
  EOT
}
