variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.example.com"
}

variable "command" {
  description = "The tool to run behind the proxy, as a shell would read it."
  type        = string
  default     = "curl --silent --show-error https://api.openai.com/v1/models"
}
