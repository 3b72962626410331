output "base_urls" {
  description = "Where tools send their requests."
  value       = { for name, variable in coder_env.tools : name => variable.value }
}
