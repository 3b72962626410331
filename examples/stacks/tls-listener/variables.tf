variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.internal:8888"
}

variable "listener_ca" {
  description = "PEM of the CA above the listener's certificate."
  type        = string
  default     = null
}

variable "probe_url" {
  description = "What the probe asks for, of a host that the proxy intercepts."
  type        = string
  default     = "https://api.openai.com/v1/models"
}
