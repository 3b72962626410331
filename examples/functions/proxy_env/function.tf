terraform {
  required_providers {
    aibridge = {
      source = "aibridge-rs/aibridge"
    }
  }
}

variable "session_token" {
  type      = string
  sensitive = true
}

locals {
  # Every option can be left out, and so can the whole object.
  env = provider::aibridge::proxy_env("https://aiproxy.example.com", var.session_token, {
    access_url = "https://coder.example.com"
    cert_path  = "/home/coder/.aibridge-proxy/ca-cert.pem"
    no_proxy   = ["git.example.com"]
  })
}

output "env" {
  value     = local.env
  sensitive = true
}

# The names are not secret.
output "names" {
  value = nonsensitive(keys(local.env))
}
