# A template as the demo builds it: one agent, the module, nothing else.

variable "proxy_url" {
  description = "The proxy of the demo."
  type        = string
}

variable "cert_path" {
  description = "Where the demo's workspace keeps the certificate."
  type        = string
}

resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
  cert_path = var.cert_path
}

output "proxy_auth_url" {
  description = "For tools that take a proxy URL."
  value       = module.aibridge-proxy.proxy_auth_url
  sensitive   = true
}
