# Plans the module as a template's own tests would: no Coder, no network.

mock_provider "coder" {
  mock_data "coder_workspace" {
    defaults = {
      access_url  = "https://coder.example.com"
      is_prebuild = false
    }
  }
  mock_data "coder_workspace_owner" {
    defaults = {
      session_token = "abcdefghij-0123456789abcdefghijkl"
    }
  }
}

mock_provider "aibridge" {}

variables {
  agent_id  = "agent"
  proxy_url = "https://aiproxy.example.com"
}

run "defaults" {
  command = plan

  assert {
    condition     = var.cert_path == "/tmp/aibridge-proxy/ca-cert.pem" && output.cert_path == var.cert_path
    error_message = "cert_path should default to the path that other modules use"
  }

  assert {
    condition     = output.sync_unit == "aibridge-proxy-setup" && output.scripts == tolist(["aibridge-proxy-setup"])
    error_message = "the unit should default to the name that other modules wait for"
  }

  assert {
    condition     = coder_script.aibridge_proxy_setup.display_name == "AI Bridge Proxy Setup"
    error_message = "the script should keep its name"
  }

  assert {
    condition     = coder_script.aibridge_proxy_setup.icon == "/icon/coder.svg"
    error_message = "the script should keep its icon"
  }

  assert {
    condition     = coder_script.aibridge_proxy_setup.run_on_start && !coder_script.aibridge_proxy_setup.start_blocks_login
    error_message = "the script should run on start without blocking the login"
  }

  assert {
    condition     = coder_script.aibridge_proxy_setup.timeout == 180
    error_message = "the script should have a timeout"
  }

  assert {
    condition     = length(coder_script.aibridge_proxy_refresh) == 0
    error_message = "there should be no refresh by default"
  }
}

run "token_and_access_url_come_from_coder" {
  command = plan

  assert {
    condition     = aibridge_proxy.this.access_url == "https://coder.example.com"
    error_message = "the access URL should be the workspace's"
  }

  assert {
    condition     = nonsensitive(aibridge_proxy.this.session_token) == "abcdefghij-0123456789abcdefghijkl"
    error_message = "the token should be the owner's"
  }

  assert {
    condition     = coder_env.session_token.value == data.coder_workspace_owner.me.session_token
    error_message = "the helper should get the owner's token"
  }
}

run "own_server" {
  command = plan

  variables {
    access_url    = "http://aibridge.internal:4001"
    session_token = "klmnopqrst-0123456789abcdefghijkl"
  }

  assert {
    condition     = aibridge_proxy.this.access_url == "http://aibridge.internal:4001"
    error_message = "a given access URL should win"
  }

  assert {
    condition     = nonsensitive(coder_env.session_token.value) == "klmnopqrst-0123456789abcdefghijkl"
    error_message = "a given token should reach the helper"
  }
}

run "no_proxy_variable_is_set_for_the_workspace" {
  command = plan

  assert {
    condition = toset([coder_env.session_token.name, coder_env.cert_path.name, coder_env.ca_seed.name]) == toset([
      "AIBRIDGE_SESSION_TOKEN", "AIBRIDGE_CERT_PATH", "AIBRIDGE_CA_SEED"
    ])
    error_message = "only reserved variables may be set"
  }
}

run "prebuild" {
  command = plan

  override_data {
    target = data.coder_workspace.me
    values = {
      access_url  = "https://coder.example.com"
      is_prebuild = true
    }
  }

  assert {
    condition     = aibridge_proxy.this.prebuild
    error_message = "the resource should get the prebuild flag"
  }
}

run "refresh" {
  command = plan

  variables {
    refresh_cron = "0 17 */6 * * *"
  }

  assert {
    condition     = coder_script.aibridge_proxy_refresh[0].cron == "0 17 */6 * * *"
    error_message = "the script should run on the configured schedule"
  }

  assert {
    condition     = coder_script.aibridge_proxy_refresh[0].run_on_start != true && coder_script.aibridge_proxy_refresh[0].timeout == 180
    error_message = "the script should run by cron only, with a timeout"
  }
}

run "without_coordination_there_is_no_unit_to_wait_for" {
  command = plan

  variables {
    sync = "off"
  }

  assert {
    condition     = length(output.scripts) == 0
    error_message = "no unit should be named"
  }
}

run "upper_case_scheme" {
  command = plan

  variables {
    proxy_url = "HTTPS://aiproxy.example.com:8443"
  }

  assert {
    condition     = aibridge_proxy.this.proxy_url == "HTTPS://aiproxy.example.com:8443"
    error_message = "an upper-case scheme should be accepted"
  }
}

run "every_optional_attribute" {
  command = plan

  variables {
    cert_path             = "/home/coder/.certs/ca-cert.pem"
    username              = "someone"
    no_proxy              = ["git.internal"]
    extra_ca_certificates = <<-EOT
      -----BEGIN CERTIFICATE-----
      MIIBlDCCATmgAwIBAgIUPVte8E0u8Ex20VTs5vRrkXtpAq4wCgYIKoZIzj0EAwIw
      HzEdMBsGA1UEAwwURXhhbXBsZSBDb21wYW55IFJvb3QwHhcNMjYxMTI0MTE0MjU2
      WhcNMzYxMTIxMTE0MjU2WjAfMR0wGwYDVQQDDBRFeGFtcGxlIENvbXBhbnkgUm9v
      dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMiXBHpNJB+HqzBHKkGp3wx4cLfv
      s4Cd1e5haz1kuMpnuwb6ZLUtgqNJ7uqRQxuBammu15pNwnIva6kCLLYcRVOjUzBR
      MB0GA1UdDgQWBBSfceEEEE/RM1O4xQ3GVx9Rj1SQKzAfBgNVHSMEGDAWgBSfceEE
      EE/RM1O4xQ3GVx9Rj1SQKzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kA
      MEYCIQDP+zuYL7LKFYECzc1v1CyFcBHAKOfsYOSwzfDi3HrnbAIhAOnxFKTgwZSl
      AzxXlYwHut9cXWjA2NCGVjcXK1YLb2ki
      -----END CERTIFICATE-----
    EOT
    ca_fetch              = "required"
    ca_pin_sha256         = "A0:B1:C2:D3:E4:F5:06:17:28:39:4A:5B:6C:7D:8E:9F:A0:B1:C2:D3:E4:F5:06:17:28:39:4A:5B:6C:7D:8E:9F"
    sync                  = "required"
    sync_unit             = "second-proxy-setup"
    timeouts              = { create = "30s" }
    helper = {
      platforms = {
        linux_amd64 = {
          url    = "https://example.com/aibridge-agent"
          sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
        }
      }
    }
  }

  assert {
    condition     = output.cert_path == "/home/coder/.certs/ca-cert.pem" && output.scripts == tolist(["second-proxy-setup"])
    error_message = "the outputs should follow the variables"
  }

  assert {
    condition     = aibridge_proxy.this.ca_fetch == "required" && aibridge_proxy.this.timeouts.create == "30s"
    error_message = "the resource should get what the variables say"
  }
}

run "refuses_an_empty_proxy_url" {
  command = plan
  variables {
    proxy_url = ""
  }
  expect_failures = [var.proxy_url]
}

run "refuses_a_proxy_url_without_scheme" {
  command = plan
  variables {
    proxy_url = "aiproxy.example.com"
  }
  expect_failures = [var.proxy_url]
}

run "refuses_another_scheme" {
  command = plan
  variables {
    proxy_url = "socks5://aiproxy.example.com"
  }
  expect_failures = [var.proxy_url]
}

run "refuses_an_empty_cert_path" {
  command = plan
  variables {
    cert_path = ""
  }
  expect_failures = [var.cert_path]
}

run "refuses_a_relative_cert_path" {
  command = plan
  variables {
    cert_path = "certs/ca-cert.pem"
  }
  expect_failures = [var.cert_path]
}

run "refuses_an_access_url_without_scheme" {
  command = plan
  variables {
    access_url = "coder.example.com"
  }
  expect_failures = [var.access_url]
}

run "refuses_other_words_for_ca_fetch_and_sync" {
  command = plan
  variables {
    ca_fetch = "always"
    sync     = "on"
  }
  expect_failures = [var.ca_fetch, var.sync]
}

run "refuses_half_a_pin" {
  command = plan
  variables {
    ca_pin_sha256 = "a0b1c2"
  }
  expect_failures = [var.ca_pin_sha256]
}

run "refuses_an_empty_unit" {
  command = plan
  variables {
    sync_unit = " "
  }
  expect_failures = [var.sync_unit]
}

run "refuses_a_cron_of_five_fields" {
  command = plan
  variables {
    refresh_cron = "17 */6 * * *"
  }
  expect_failures = [var.refresh_cron]
}
