variable "agent_id" {
  description = "ID of the Coder agent whose workspace runs the tool."
  type        = string
}

variable "name" {
  description = "Name of the tool and of its unit, which other scripts wait for. It must be unique on one agent."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*$", var.name))
    error_message = "name must begin with a letter or digit and contain only letters, digits, dots, slashes, dashes and underscores."
  }
}

variable "command" {
  description = "Command line to run behind the proxy, in the syntax of a POSIX shell."
  type        = string

  validation {
    condition     = trimspace(var.command) != ""
    error_message = "command must not be empty."
  }
}

variable "aibridge" {
  description = "Outputs of the module aibridge-proxy for the same agent, as in aibridge = module.aibridge-proxy."
  type = object({
    bootstrap_script = string
    cert_path        = string
    scripts          = list(string)
    sync_unit        = string
  })
}

variable "after" {
  description = "Further units to wait for, such as module.git-clone.scripts. The tool starts once they are completed, whether they succeeded or failed."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for unit in var.after : trimspace(unit) != ""])
    error_message = "after must not contain an empty name."
  }
}

variable "display_name" {
  description = "Name of the script in the dashboard. Defaults to name."
  type        = string
  default     = null
}

variable "icon" {
  description = "Icon of the script in the dashboard."
  type        = string
  default     = "/icon/coder.svg"
}

variable "start_blocks_login" {
  description = "Whether users can log in to the workspace only after the tool has ended."
  type        = bool
  default     = false
}

variable "timeout" {
  description = "Timeout of the script in seconds, including the time it waits. By default there is none, since a tool may run for as long as the workspace."
  type        = number
  default     = null

  validation {
    condition     = var.timeout == null || coalesce(var.timeout, 1) >= 1
    error_message = "timeout must be at least 1 second; leave it out for none."
  }
}

variable "wait_timeout" {
  description = "Timeout of waiting for the set-up and for the units in after, such as 90s or 5m; 0s means no timeout."
  type        = string
  default     = "5m"

  validation {
    condition     = can(regex("^([0-9]+(ms|s|m|h))+$", var.wait_timeout))
    error_message = "wait_timeout must be a duration such as 90s, 5m or 1h."
  }
}

variable "working_directory" {
  description = "Working directory of the command: an absolute path, or one below the home folder such as ~/project. Defaults to the agent's."
  type        = string
  default     = null

  validation {
    condition     = var.working_directory == null || can(regex("^(/|~$|~/)", var.working_directory))
    error_message = "working_directory must begin with / or ~/."
  }
}
