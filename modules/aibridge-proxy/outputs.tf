output "proxy_auth_url" {
  description = "URL of the proxy with the token in it, http://coder:<token>@host:port. For single tools, never for the whole workspace."
  value       = aibridge_proxy.this.proxy_auth_url
  sensitive   = true
}

output "cert_path" {
  description = "Where the workspace keeps the proxy's CA certificate."
  value       = aibridge_proxy.this.cert_path
}

output "bundle_path" {
  description = "Path of the CA bundle: the system's roots, the proxy's CA and the extra certificates."
  value       = aibridge_proxy.this.bundle_path
}

output "status_path" {
  description = "Path of the JSON file that says how the last set-up ended."
  value       = aibridge_proxy.this.status_path
}

output "env" {
  description = "Variables that route one process tree through the proxy and make it trust the CA."
  value       = aibridge_proxy.this.env
  sensitive   = true
}

output "trust_env" {
  description = "The same without the proxy URLs, fit for for_each."
  value       = aibridge_proxy.this.trust_env
}

output "scripts" {
  description = "Names of the units that a dependent waits for, in order; none if coordination is off."
  value       = var.sync == "off" ? [] : [aibridge_proxy.this.sync_unit]
}

output "sync_unit" {
  description = "Name of the unit that the set-up completes."
  value       = aibridge_proxy.this.sync_unit
}

output "bootstrap_script" {
  description = "POSIX shell script that leaves the path of aibridge-agent in AIBRIDGE_AGENT_BIN, to be put before a script that needs it."
  value       = aibridge_proxy.this.bootstrap_script
}
