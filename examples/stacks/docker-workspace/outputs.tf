output "agent_variables" {
  description = "Names of the variables of the agent's own process."
  value       = keys(local.agent_env)
}

output "scripts" {
  description = "Units that further dependents wait for."
  value       = module.review-bot.scripts
}
