variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.example.com"
}

variable "instances" {
  description = "How many workspaces wait to be claimed."
  type        = number
  default     = 2
}
