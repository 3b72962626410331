variable "agent_id" {
  description = "ID of the Coder agent."
  type        = string
}

variable "enable_aibridge_proxy" {
  description = "Whether Copilot goes through the AI Bridge Proxy."
  type        = bool
  default     = false

  validation {
    condition     = !var.enable_aibridge_proxy || try(length(var.aibridge_proxy_auth_url) > 0, false)
    error_message = "aibridge_proxy_auth_url is needed if enable_aibridge_proxy is true."
  }

  validation {
    condition     = !var.enable_aibridge_proxy || try(length(var.aibridge_proxy_cert_path) > 0, false)
    error_message = "aibridge_proxy_cert_path is needed if enable_aibridge_proxy is true."
  }
}

variable "aibridge_proxy_auth_url" {
  description = "URL of the proxy with the token in it."
  type        = string
  default     = null
  sensitive   = true
}

variable "aibridge_proxy_cert_path" {
  description = "Where the workspace keeps the proxy's CA certificate."
  type        = string
  default     = null
}
