variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.example.com"
}

variable "working_directory" {
  description = "Working directory of Claude Code."
  type        = string
  default     = "~/"
}
