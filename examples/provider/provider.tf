terraform {
  required_providers {
    aibridge = {
      source = "aibridge-rs/aibridge"
    }
  }
}

# Inside a Coder build the provider reads CODER_AGENT_URL and
# CODER_WORKSPACE_OWNER_SESSION_TOKEN, so the block may stay empty.
provider "aibridge" {
  access_url      = "https://coder.example.com"
  request_timeout = "10s"
  max_retries     = 3
}
