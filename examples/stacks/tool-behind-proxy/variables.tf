variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.example.com"
}

variable "command" {
  description = "Command line of the tool to run behind the proxy, in the syntax of a POSIX shell."
  type        = string
  default     = "curl --silent --show-error https://api.openai.com/v1/models"
}
