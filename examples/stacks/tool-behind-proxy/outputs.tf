output "scripts" {
  description = "Units that further dependents wait for."
  value       = module.aibridge-proxy.scripts
}

output "status_path" {
  description = "Path of the file that records how the set-up ended."
  value       = module.aibridge-proxy.status_path
}
