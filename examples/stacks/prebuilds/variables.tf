variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.example.com"
}

variable "instances" {
  description = "Number of workspaces in the pool."
  type        = number
  default     = 2
}
