variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.internal:8888"
}

variable "listener_ca" {
  description = "CA certificate of the proxy's listener, as PEM."
  type        = string
  default     = null
}

variable "probe_url" {
  description = "URL that the probe requests, on a host that the proxy intercepts."
  type        = string
  default     = "https://api.openai.com/v1/models"
}
