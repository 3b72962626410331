output "scripts" {
  description = "Units that further dependents wait for."
  value       = module.review-bot.scripts
}
