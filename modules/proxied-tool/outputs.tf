output "scripts" {
  description = "Names of the units that a dependent script waits for, in order; none if coordination is off."
  value       = local.is_coordinated ? [var.name] : []
}
