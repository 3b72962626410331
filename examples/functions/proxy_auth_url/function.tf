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

# https://coder:TOKEN@aiproxy.example.com, sensitive because the token is.
output "proxy_auth_url" {
  value     = provider::aibridge::proxy_auth_url("https://aiproxy.example.com", var.session_token)
  sensitive = true
}
