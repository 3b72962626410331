# Applies with mocks without values, as a template's own tests do when they test
# another part of it.

mock_provider "coder" {}

variables {
  agent_id = "agent"
  name     = "example-tool"
  command  = "my-tool"
  aibridge = {
    bootstrap_script = "#!/bin/sh\n"
    cert_path        = "/tmp/aibridge-proxy/ca-cert.pem"
    scripts          = ["aibridge-proxy-setup"]
    sync_unit        = "aibridge-proxy-setup"
  }
}

run "applies" {
  command = apply

  assert {
    condition     = length(coder_script.tool.script) > 0
    error_message = "there should be a script"
  }
}
