output "scripts" {
  description = "Units that further dependents wait for."
  value       = module.aibridge-proxy.scripts
}
