resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

# The proxy's listener speaks TLS with a certificate of a CA that no system
# knows. No endpoint serves that CA, so it is an input, and it has to be in the
# bundle before the first connection.
module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id              = coder_agent.main.id
  proxy_url             = var.proxy_url
  extra_ca_certificates = var.listener_ca
}

module "probe" {
  source = "../../../modules/proxied-tool"

  agent_id = coder_agent.main.id
  name     = "probe"
  aibridge = module.aibridge-proxy

  # curl has variables for the roots of the target, but only a flag for the
  # roots of an https proxy.
  command = "curl --silent --show-error --fail --proxy-cacert \"$CURL_CA_BUNDLE\" ${var.probe_url}"
}
