variable "agent_id" {
  description = "ID of the Coder agent whose workspace is set up."
  type        = string
}

variable "proxy_url" {
  description = "URL of the AI Bridge Proxy, with the port if it is not the scheme's own, such as https://aiproxy.example.com or http://internal-proxy:8888."
  type        = string

  validation {
    condition     = can(regex("^(?i:https?)://", var.proxy_url))
    error_message = "proxy_url must start with http:// or https://."
  }
}

variable "cert_path" {
  description = "Where the workspace keeps the proxy's CA certificate, an absolute path."
  type        = string
  default     = "/tmp/aibridge-proxy/ca-cert.pem"

  validation {
    condition     = startswith(var.cert_path, "/")
    error_message = "cert_path must be an absolute path."
  }
}

variable "access_url" {
  description = "URL of the deployment that serves the CA certificate. Defaults to the access URL of the Coder deployment; set it if the bridge is a server of its own."
  type        = string
  default     = null

  validation {
    condition     = var.access_url == null || can(regex("^(?i:https?)://", var.access_url))
    error_message = "access_url must start with http:// or https://."
  }
}

variable "session_token" {
  description = "Token for the proxy and for the deployment at access_url. Defaults to the session token of the workspace owner."
  type        = string
  default     = null
  sensitive   = true
}

variable "username" {
  description = "User part of the proxy URL. The proxy looks at the token only."
  type        = string
  default     = null
}

variable "no_proxy" {
  description = "Hosts that tools reach directly, besides localhost and the host of the access URL."
  type        = list(string)
  default     = []
}

variable "extra_ca_certificates" {
  description = "PEM of further certificates for the bundle: of the proxy's TLS listener, of the root above an intermediate CA, of the company."
  type        = string
  default     = null
}

variable "ca_fetch" {
  description = "Whether to fetch the CA certificate at apply, too: auto (a failure is a warning), required (a failure is an error) or off."
  type        = string
  default     = null

  validation {
    condition     = var.ca_fetch == null || contains(["auto", "required", "off"], coalesce(var.ca_fetch, "auto"))
    error_message = "ca_fetch must be auto, required or off."
  }
}

variable "ca_pin_sha256" {
  description = "SHA-256 fingerprint of the one CA certificate to accept."
  type        = string
  default     = null

  validation {
    condition     = var.ca_pin_sha256 == null || can(regex("^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$", var.ca_pin_sha256))
    error_message = "ca_pin_sha256 must be 64 hexadecimal digits, with or without colons."
  }
}

variable "sync" {
  description = "Startup coordination over the agent socket: auto (if there is one), required or off."
  type        = string
  default     = null

  validation {
    condition     = var.sync == null || contains(["auto", "required", "off"], coalesce(var.sync, "auto"))
    error_message = "sync must be auto, required or off."
  }
}

variable "sync_unit" {
  description = "Name of the unit that dependents wait for. Two instances on one agent need two names."
  type        = string
  default     = "aibridge-proxy-setup"

  validation {
    condition     = trimspace(var.sync_unit) != ""
    error_message = "sync_unit must not be empty."
  }
}

variable "helper" {
  description = "Where the workspace takes aibridge-agent from: a path in the image, or a URL and SHA-256 for each platform such as linux_amd64. Defaults to PATH, then the release of the provider's version."
  type = object({
    path = optional(string)
    platforms = optional(map(object({
      url    = string
      sha256 = string
    })))
  })
  default = null
}

variable "timeouts" {
  description = "How long fetching the CA certificate may take at apply, such as { create = \"10s\", read = \"5s\" }."
  type = object({
    create = optional(string)
    read   = optional(string)
    update = optional(string)
  })
  default = null
}

variable "refresh_cron" {
  description = "When to fetch the CA certificate again, in six fields (second minute hour day month weekday), such as \"0 17 */6 * * *\". Never by default."
  type        = string
  default     = null

  validation {
    condition     = var.refresh_cron == null || can(regex("^\\S+(\\s+\\S+){5}$", var.refresh_cron))
    error_message = "refresh_cron must have six fields, the first one for seconds."
  }
}
