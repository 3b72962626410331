# The workspace reaches other networks through the company's proxy alone. Every
# process gets that from the agent's environment, `curl` of the start-up script
# too; the deployment and the AI Bridge Proxy are reached directly.
resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
  env  = merge(local.outside, { for name, value in local.outside : lower(name) => value })
}

locals {
  # In both letter cases, since wget reads the lower one only.
  outside = {
    HTTPS_PROXY = var.corporate_proxy
    HTTP_PROXY  = var.corporate_proxy
    NO_PROXY    = join(",", concat(["localhost", "127.0.0.1", "::1"], var.internal_hosts))
  }
}

# Under `exec` HTTPS_PROXY is the AI Bridge Proxy instead. What it does not
# intercept it forwards to the company's proxy, if the deployment is configured so:
#   CODER_AI_GATEWAY_PROXY_UPSTREAM=http://proxy.corp.example.com:3128
# That proxy intercepts TLS as well, so the company's root goes into the bundle.
module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id              = coder_agent.main.id
  proxy_url             = var.proxy_url
  no_proxy              = var.internal_hosts
  extra_ca_certificates = var.corporate_root

  # The helper comes from an internal server, since the release is out of reach.
  helper = {
    platforms = {
      linux_amd64 = {
        url    = "https://artifacts.corp.example.com/aibridge-agent_linux_amd64"
        sha256 = var.helper_sha256
      }
    }
  }
}

module "review-bot" {
  source = "../../../modules/proxied-tool"

  agent_id = coder_agent.main.id
  name     = "review-bot"
  aibridge = module.aibridge-proxy
  command  = "review-bot serve"
}
