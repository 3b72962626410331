# Plans the module as a template's own tests would: no Coder, no network.

mock_provider "coder" {
  mock_data "coder_workspace" {
    defaults = {
      is_prebuild = false
    }
  }
}

variables {
  agent_id = "agent"
  name     = "example-tool"
  command  = "my-tool --verbose"
  aibridge = {
    bootstrap_script = "#!/bin/sh\nAIBRIDGE_AGENT_BIN=/opt/aibridge-agent\n"
    cert_path        = "/tmp/aibridge-proxy/ca-cert.pem"
    scripts          = ["aibridge-proxy-setup"]
    sync_unit        = "aibridge-proxy-setup"
  }
}

run "defaults" {
  command = plan

  assert {
    condition     = coder_script.tool.display_name == "example-tool" && coder_script.tool.icon == "/icon/coder.svg"
    error_message = "the script should be called like the tool"
  }

  assert {
    condition     = coder_script.tool.run_on_start && !coder_script.tool.start_blocks_login && coder_script.tool.timeout == null
    error_message = "the script should run on start, not block the login and have no timeout"
  }

  assert {
    condition     = output.scripts == tolist(["example-tool"])
    error_message = "dependents should learn the unit of the tool"
  }
}

run "script_gets_the_helper_then_waits_as_its_own_unit" {
  command = plan

  assert {
    condition     = startswith(coder_script.tool.script, "#!/bin/sh\n")
    error_message = "the script should name its shell"
  }

  assert {
    condition     = length(regexall("(?s)trap proxied_tool_release EXIT\n.*AIBRIDGE_AGENT_BIN=/opt/aibridge-agent\n.*exec \"\\$AIBRIDGE_AGENT_BIN\" exec --wait ", coder_script.tool.script)) == 1
    error_message = "the script should set the trap, get the helper, then wait, in this order"
  }

  assert {
    condition     = strcontains(coder_script.tool.script, "--sync-unit 'aibridge-proxy-setup' --as 'example-tool'")
    error_message = "the script should wait for the set-up as a unit of its own"
  }

  assert {
    condition     = strcontains(coder_script.tool.script, "--cert-path '/tmp/aibridge-proxy/ca-cert.pem'")
    error_message = "the script should read the certificate where the other module keeps it"
  }

  assert {
    condition     = endswith(coder_script.tool.script, "-- sh -c 'my-tool --verbose'\n")
    error_message = "the script should end as the tool"
  }

  assert {
    condition     = !strcontains(coder_script.tool.script, "sync want")
    error_message = "there should be no other unit to wait for"
  }
}

run "texts_are_quoted" {
  command = plan

  variables {
    command           = "echo 'it'\"s\" $HOME"
    working_directory = "~/it's mine"
  }

  assert {
    condition     = endswith(coder_script.tool.script, "-- sh -c 'cd -- \"$HOME\"'\\''/it'\\''\\'\\'''\\''s mine'\\'' || exit\necho '\\''it'\\''\"s\" $HOME'\n")
    error_message = "the shell should get the command and the folder as they were written"
  }
}

run "every_option" {
  command = plan

  variables {
    display_name       = "Example"
    icon               = "/icon/terminal.svg"
    start_blocks_login = true
    timeout            = 600
    wait_timeout       = "90s"
    working_directory  = "/srv/project"
    after              = ["git-clone", "it's"]
  }

  assert {
    condition     = coder_script.tool.display_name == "Example" && coder_script.tool.icon == "/icon/terminal.svg"
    error_message = "the script should have the name and icon that the variables set"
  }

  assert {
    condition     = coder_script.tool.start_blocks_login && coder_script.tool.timeout == 600
    error_message = "the script should run as the variables require"
  }

  assert {
    condition     = strcontains(coder_script.tool.script, "sync want 'example-tool' 'aibridge-proxy-setup' 'git-clone' 'it'\\''s' >")
    error_message = "the script should wait for the other units too"
  }

  assert {
    condition     = length(regexall("--timeout '90s'", coder_script.tool.script)) == 2
    error_message = "both waits should end in time"
  }
}

run "without_coordination" {
  command = plan

  variables {
    aibridge = {
      bootstrap_script = "#!/bin/sh\n"
      cert_path        = "/tmp/aibridge-proxy/ca-cert.pem"
      scripts          = []
      sync_unit        = "aibridge-proxy-setup"
    }
  }

  assert {
    condition     = strcontains(coder_script.tool.script, "--sync off") && !strcontains(coder_script.tool.script, "--as")
    error_message = "the script should touch no unit"
  }

  assert {
    condition     = !strcontains(coder_script.tool.script, "trap") && length(output.scripts) == 0
    error_message = "there is no unit to complete or to wait for"
  }
}

run "prebuild_defers_the_tool" {
  command = plan

  override_data {
    target = data.coder_workspace.me
    values = {
      is_prebuild = true
    }
  }

  assert {
    condition     = endswith(coder_script.tool.script, "is put off until the prebuild is claimed.\nexit 0\n") && !strcontains(coder_script.tool.script, "my-tool")
    error_message = "the tool should not run with the token of a prebuild"
  }
}

run "refuses_a_name_that_is_no_unit" {
  command = plan
  variables {
    name = "example tool"
  }
  expect_failures = [var.name]
}

run "refuses_the_name_of_the_set_up" {
  command = plan
  variables {
    name = "aibridge-proxy-setup"
  }
  expect_failures = [coder_script.tool]
}

run "refuses_to_wait_for_itself" {
  command = plan
  variables {
    after = ["example-tool"]
  }
  expect_failures = [coder_script.tool]
}

run "refuses_after_without_coordination" {
  command = plan
  variables {
    after = ["git-clone"]
    aibridge = {
      bootstrap_script = "#!/bin/sh\n"
      cert_path        = "/tmp/aibridge-proxy/ca-cert.pem"
      scripts          = []
      sync_unit        = "aibridge-proxy-setup"
    }
  }
  expect_failures = [coder_script.tool]
}

run "refuses_an_empty_command" {
  command = plan
  variables {
    command = " "
  }
  expect_failures = [var.command]
}

run "refuses_an_empty_unit_in_after" {
  command = plan
  variables {
    after = [""]
  }
  expect_failures = [var.after]
}

run "refuses_a_timeout_of_zero" {
  command = plan
  variables {
    timeout = 0
  }
  expect_failures = [var.timeout]
}

run "refuses_a_wait_timeout_without_unit" {
  command = plan
  variables {
    wait_timeout = "90"
  }
  expect_failures = [var.wait_timeout]
}

run "refuses_a_relative_working_directory" {
  command = plan
  variables {
    working_directory = "project"
  }
  expect_failures = [var.working_directory]
}
