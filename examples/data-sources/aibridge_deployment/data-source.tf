data "aibridge_deployment" "this" {}

# Tools that take a base URL need no proxy.
output "base_urls" {
  value = {
    OPENAI_BASE_URL    = data.aibridge_deployment.this.openai_base_url
    ANTHROPIC_BASE_URL = data.aibridge_deployment.this.anthropic_base_url
  }
}

# Null means that it is not known, as without a session token.
check "proxy_is_enabled" {
  assert {
    condition     = coalesce(data.aibridge_deployment.this.proxy.enabled, true)
    error_message = "AI Bridge Proxy is not enabled in ${data.aibridge_deployment.this.version}."
  }
}
