variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.example.com"
}

variable "workspace_folder" {
  description = "Folder in the workspace of the project with its devcontainer.json."
  type        = string
  default     = "/home/coder/project"
}
