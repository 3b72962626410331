# Plans and applies with mocks without values, as a template's own tests do when
# they test another part of it.

mock_provider "coder" {}

mock_provider "aibridge" {}

variables {
  agent_id  = "agent"
  proxy_url = "https://aiproxy.example.com"
}

run "plans" {
  command = plan

  assert {
    condition     = output.cert_path == "/tmp/aibridge-proxy/ca-cert.pem"
    error_message = "cert_path should be known"
  }
}

run "applies" {
  command = apply

  assert {
    condition     = length(output.proxy_auth_url) > 0 && length(output.bootstrap_script) > 0
    error_message = "consumers should get some text"
  }
}
