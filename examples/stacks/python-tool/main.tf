resource "coder_agent" "main" {
  arch = "amd64"
  os   = "linux"
}

module "aibridge-proxy" {
  source = "../../../modules/aibridge-proxy"

  agent_id  = coder_agent.main.id
  proxy_url = var.proxy_url
}

# Python's HTTP libraries have built-in roots. requests reads
# REQUESTS_CA_BUNDLE, httpx (which the vendors' libraries use) SSL_CERT_FILE;
# both replace the roots, so both get the bundle.
module "triage" {
  source = "../../../modules/proxied-tool"

  agent_id          = coder_agent.main.id
  name              = "triage"
  aibridge          = module.aibridge-proxy
  after             = ["triage-install"]
  working_directory = "~/"
  command           = "exec .venv/bin/python -m triage"
}

# Installs what the tool needs, directly and not behind the proxy. A unit of its
# own lets the tool wait for it.
resource "coder_script" "install" {
  agent_id     = coder_agent.main.id
  display_name = "Install triage"
  run_on_start = true
  timeout      = 600
  script       = <<-EOT
    ${module.aibridge-proxy.bootstrap_script}
    trap '"$AIBRIDGE_AGENT_BIN" sync complete triage-install' EXIT
    "$AIBRIDGE_AGENT_BIN" sync start triage-install
    python3 -m venv ~/.venv && ~/.venv/bin/pip install --requirement ~/requirements.txt
  EOT
}
