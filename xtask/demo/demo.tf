# Laid over the example's template: what the demo wants to choose and to see.

variable "cert_path" {
  description = "Where the demo's workspace keeps the certificate, away from a real one."
  type        = string
}

output "proxy_auth_url" {
  description = "For tools that take a proxy URL."
  value       = module.aibridge-proxy.proxy_auth_url
  sensitive   = true
}
