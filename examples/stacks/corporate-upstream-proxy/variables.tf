variable "proxy_url" {
  description = "URL of the AI Bridge Proxy."
  type        = string
  default     = "https://aiproxy.example.com"
}

variable "corporate_proxy" {
  description = "URL of the company's proxy."
  type        = string
  default     = "http://proxy.corp.example.com:3128"
}

variable "internal_hosts" {
  description = "Hosts that are reached without a proxy."
  type        = list(string)
  default     = [".corp.example.com"]
}

variable "corporate_root" {
  description = "Root certificate of the company's proxy, as PEM. Leave it out if the proxy does not intercept TLS."
  type        = string
  default     = null
}

variable "helper_sha256" {
  description = "SHA-256 of aibridge-agent for linux_amd64, from the checksums of the release."
  type        = string
  default     = "0000000000000000000000000000000000000000000000000000000000000000"
}
