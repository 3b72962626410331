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
  description = "Path of the proxy's CA certificate in the workspace: absolute, in a folder of its own."
  type        = string
  default     = "/tmp/aibridge-proxy/ca-cert.pem"

  validation {
    condition     = startswith(var.cert_path, "/")
    error_message = "cert_path must be an absolute path."
  }
}

variable "access_url" {
  description = "URL of the deployment that serves the CA certificate. Defaults to the access URL of the Coder deployment; set it if the bridge runs as a server of its own."
  type        = string
  default     = null

  validation {
    condition     = var.access_url == null || can(regex("^(?i:https?)://", var.access_url))
    error_message = "access_url must start with http:// or https://."
  }
}

variable "session_token" {
  description = "Session token for the proxy and for the deployment at access_url. Defaults to the session token of the workspace owner."
  type        = string
  default     = null
  sensitive   = true
}

variable "username" {
  description = "User name in the proxy URL. Defaults to coder. The proxy authenticates the token alone."
  type        = string
  default     = null
}

variable "no_proxy" {
  description = "Hosts that tools reach without the proxy, in addition to localhost and the host of the access URL."
  type        = list(string)
  default     = []
}

variable "extra_ca_certificates" {
  description = "Further CA certificates that tools must trust, as PEM: of the proxy's own TLS listener, of the root above an intermediate CA, of the company."
  type        = string
  default     = null
}

variable "ca_fetch" {
  description = "Whether the CA certificate is fetched at apply as well: auto (the default; a failure is a warning), required (a failure is an error) or off."
  type        = string
  default     = null

  validation {
    condition     = var.ca_fetch == null || contains(["auto", "required", "off"], coalesce(var.ca_fetch, "auto"))
    error_message = "ca_fetch must be auto, required or off."
  }
}

variable "ca_pin_sha256" {
  description = "SHA-256 fingerprint of the only CA certificate to accept: 64 hexadecimal digits, with or without colons. By default every valid CA certificate is accepted."
  type        = string
  default     = null

  validation {
    condition     = var.ca_pin_sha256 == null || can(regex("^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$", var.ca_pin_sha256))
    error_message = "ca_pin_sha256 must be 64 hexadecimal digits, with or without colons."
  }
}

variable "sync" {
  description = "Startup coordination over the agent socket: auto (the default; used if there is a socket), required or off."
  type        = string
  default     = null

  validation {
    condition     = var.sync == null || contains(["auto", "required", "off"], coalesce(var.sync, "auto"))
    error_message = "sync must be auto, required or off."
  }
}

variable "sync_unit" {
  description = "Name of the unit that dependent scripts wait for. Two instances on one agent need different names."
  type        = string
  default     = "aibridge-proxy-setup"

  validation {
    condition     = trimspace(var.sync_unit) != ""
    error_message = "sync_unit must not be empty."
  }
}

variable "helper" {
  description = "Source of aibridge-agent: a path in the image, or a URL and SHA-256 for each platform such as linux_amd64. Defaults to the PATH, or else to the release of the provider's version."
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
  description = "Timeouts of fetching the CA certificate, such as { create = \"10s\", read = \"5s\" }."
  type = object({
    create = optional(string)
    read   = optional(string)
    update = optional(string)
  })
  default = null
}

variable "refresh_cron" {
  description = "Schedule of fetching the CA certificate again, in six fields (second minute hour day month weekday), such as \"0 17 */6 * * *\". By default it is fetched at the start of the workspace only."
  type        = string
  default     = null

  validation {
    condition     = var.refresh_cron == null || can(regex("^\\S+(\\s+\\S+){5}$", var.refresh_cron))
    error_message = "refresh_cron must have six fields, the first one for seconds."
  }
}
