resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
}

# Starts beside the set-up, waits for it as a unit of its own, and runs the
# tool with variables that only its process tree sees.
resource "coder_script" "tool" {
  agent_id     = coder_agent.main.id
  display_name = "Tool behind the AI Bridge Proxy"
  run_on_start = true
  timeout      = 600
  script       = <<-EOT
    ${module.aibridge-proxy.bootstrap_script}
    exec "$AIBRIDGE_AGENT_BIN" exec --wait --as example-tool -- ${var.command}
  EOT
}
