output "proxy_auth_url" {
  description = "Proxy URL with the token, http://coder:<token>@host:port. Set it for single tools, never for the whole workspace."
  value       = aibridge_proxy.this.proxy_auth_url
  sensitive   = true
}

output "cert_path" {
  description = "Path of the proxy's CA certificate in the workspace."
  value       = aibridge_proxy.this.cert_path
}

output "bundle_path" {
  description = "Path of the CA bundle: the system's roots, the proxy's CA and the extra certificates."
  value       = aibridge_proxy.this.bundle_path
}

output "status_path" {
  description = "Path of the JSON file that records how the last set-up ended."
  value       = aibridge_proxy.this.status_path
}

output "env" {
  description = "Environment variables that route one process tree through the proxy and make it trust the CA."
  value       = aibridge_proxy.this.env
  sensitive   = true
}

output "trust_env" {
  description = "Environment variables of env without those that contain the proxy URL. None is secret, so the map can be used in for_each."
  value       = aibridge_proxy.this.trust_env
}

output "scripts" {
  description = "Names of the units that a dependent script waits for, in order; none if coordination is off."
  value       = var.sync == "off" ? [] : [aibridge_proxy.this.sync_unit]
}

output "sync_unit" {
  description = "Name of the unit that the set-up completes."
  value       = aibridge_proxy.this.sync_unit
}

output "bootstrap_script" {
  description = "POSIX shell script that sets AIBRIDGE_AGENT_BIN to the path of aibridge-agent. Put it in front of a script that needs the program."
  value       = aibridge_proxy.this.bootstrap_script
}
