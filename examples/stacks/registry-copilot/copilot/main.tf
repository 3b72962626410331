# Does with the three inputs what the registry's module does with them: wait for
# the unit if there is a `coder` command, look for the file, export two variables.
resource "coder_script" "copilot" {
  agent_id     = var.agent_id
  display_name = "Copilot"
  icon         = "/icon/github.svg"
  run_on_start = true
  script       = <<-EOT
    #!/bin/sh
    if ${var.enable_aibridge_proxy}; then
      if command -v coder >/dev/null 2>&1; then
        coder exp sync want copilot-aibridge aibridge-proxy-setup >/dev/null 2>&1
        trap 'coder exp sync complete copilot-aibridge >/dev/null 2>&1' EXIT
        coder exp sync start copilot-aibridge >/dev/null 2>&1
      fi
      export HTTPS_PROXY='${coalesce(var.aibridge_proxy_auth_url, "none")}'
      export NODE_EXTRA_CA_CERTS='${coalesce(var.aibridge_proxy_cert_path, "none")}'
      if [ ! -f "$NODE_EXTRA_CA_CERTS" ]; then
        echo "no certificate at $NODE_EXTRA_CA_CERTS" >&2
        exit 1
      fi
    fi
    copilot
  EOT
}
