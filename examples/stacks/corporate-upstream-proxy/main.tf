# The workspace reaches the outside through the company's proxy alone. The
# agent's environment says so to every process, to `curl` of the start-up script
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
# intercept it sends on to the company's proxy, if the deployment is told to:
#   CODER_AI_GATEWAY_PROXY_UPSTREAM=http://proxy.corp.example.com:3128
# That proxy opens TLS as well, so the company's root goes into the bundle.
module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id              = coder_agent.main.id
  proxy_url             = var.proxy_url
  no_proxy              = var.internal_hosts
  extra_ca_certificates = var.corporate_root

  # The helper comes from inside, where there is no way to the release.
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
