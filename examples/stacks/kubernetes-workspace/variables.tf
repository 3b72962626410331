variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.example.com"
}

variable "image" {
  description = "Image of the workspace."
  type        = string
  default     = "codercom/enterprise-base:ubuntu"
}

variable "namespace" {
  description = "Namespace of the workspaces, which must exist."
  type        = string
  default     = "coder-workspaces"
}
