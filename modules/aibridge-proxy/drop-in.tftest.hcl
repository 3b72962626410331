# What consumers of the registry's module rely on, with the real providers:
# both outputs are known at plan, whatever else is not.

override_data {
  target = data.coder_workspace_owner.me
  values = {
    session_token = "mock-session-token"
  }
}

variables {
  agent_id = "test-agent-id"
}

run "auth_url_without_port" {
  command = plan

  variables {
    proxy_url = "https://aiproxy.example.com"
  }

  assert {
    condition     = nonsensitive(output.proxy_auth_url) == "https://coder:mock-session-token@aiproxy.example.com"
    error_message = "the token should be the password"
  }

  assert {
    condition     = output.cert_path == "/tmp/aibridge-proxy/ca-cert.pem"
    error_message = "cert_path should be the default"
  }
}

run "auth_url_with_port" {
  command = plan

  variables {
    proxy_url = "http://internal-proxy:8888"
    cert_path = "/home/coder/.certs/ca-cert.pem"
  }

  assert {
    condition     = nonsensitive(output.proxy_auth_url) == "http://coder:mock-session-token@internal-proxy:8888"
    error_message = "the port should stay"
  }

  assert {
    condition     = output.cert_path == "/home/coder/.certs/ca-cert.pem"
    error_message = "cert_path should be as given"
  }
}

run "scripts_are_plain_posix_without_the_token" {
  command = plan

  variables {
    proxy_url = "https://aiproxy.example.com"
  }

  assert {
    condition     = startswith(coder_script.aibridge_proxy_setup.script, "#!/bin/sh\n")
    error_message = "the script should name its shell"
  }

  assert {
    condition     = !strcontains(coder_script.aibridge_proxy_setup.script, "mock-session-token")
    error_message = "the script should not hold the token"
  }
}

run "trust_env_can_be_iterated_at_plan" {
  command = plan

  variables {
    proxy_url = "https://aiproxy.example.com"
  }

  assert {
    condition     = contains(keys(output.trust_env), "NODE_EXTRA_CA_CERTS") && !contains(keys(output.trust_env), "HTTPS_PROXY")
    error_message = "trust_env should hold paths only"
  }
}
