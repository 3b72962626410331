data "coder_workspace" "me" {}

locals {
  # With coordination off there is no unit to wait for, and none to complete.
  is_coordinated = length(var.aibridge.scripts) > 0

  folder = var.working_directory == null ? "" : (
    startswith(var.working_directory, "~")
    ? "cd -- \"$HOME\"${local.quoted["folder_below_home"]} || exit\n"
    : "cd -- ${local.quoted["folder"]} || exit\n"
  )

  # Each text as one word of a POSIX shell.
  quoted = {
    for key, text in {
      cert_path         = var.aibridge.cert_path
      folder            = coalesce(var.working_directory, "/")
      folder_below_home = trimprefix(coalesce(var.working_directory, "~"), "~")
      name              = var.name
      sync_unit         = var.aibridge.sync_unit
      wait_timeout      = var.wait_timeout
    } : key => "'${replace(text, "'", "'\\''")}'"
  }
  command = "'${replace("${local.folder}${var.command}", "'", "'\\''")}'"
  after   = join(" ", [for unit in var.after : "'${replace(unit, "'", "'\\''")}'"])

  # Scripts that wait for the tool are released however this script ends. `exec`
  # completes the unit by itself; the trap does so for what comes before it.
  release = <<-EOT
    proxied_tool_end() {
      proxied_tool_answer=$("$@" complete ${local.quoted["name"]} 2>&1) && return 0
      case "$proxied_tool_answer" in *"same status already set"*) return 0 ;; esac
      # A unit that no script has named yet can be completed once it was started.
      "$@" start --timeout 10s ${local.quoted["name"]} >/dev/null 2>&1
      "$@" complete ${local.quoted["name"]} >/dev/null 2>&1
    }
    proxied_tool_release() {
      proxied_tool_end "$${AIBRIDGE_AGENT_BIN:-aibridge-agent}" sync || proxied_tool_end coder exp sync
    }
    trap proxied_tool_release EXIT
  EOT

  # Other units come first: `exec --wait` waits for the set-up alone. A shell that is
  # ended by a signal does not run its exit trap, unless it catches the signal.
  wait_for_others = <<-EOT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if "$AIBRIDGE_AGENT_BIN" sync want ${local.quoted["name"]} ${local.quoted["sync_unit"]} ${local.after} >/dev/null; then
      "$AIBRIDGE_AGENT_BIN" sync start --timeout ${local.quoted["wait_timeout"]} ${local.quoted["name"]} >/dev/null || {
        proxied_tool_code=$?
        [ "$proxied_tool_code" -ne 20 ] || exit 20
      }
    fi
  EOT

  # Before the claim of a prebuild the token belongs to no user, and a pool whose
  # scripts fail can never be claimed. After the claim the script runs again, with the
  # owner's token.
  deferred = <<-EOT
    echo ${local.quoted["name"]} is put off until the prebuild is claimed.
    exit 0
  EOT

  run = <<-EOT
    exec "$AIBRIDGE_AGENT_BIN" exec --wait --timeout ${local.quoted["wait_timeout"]} \
      --cert-path ${local.quoted["cert_path"]} \
      ${local.is_coordinated ? "--sync-unit ${local.quoted["sync_unit"]} --as ${local.quoted["name"]}" : "--sync off"} \
      -- sh -c ${local.command}
  EOT

  script = join("\n", concat(
    ["#!/bin/sh"],
    local.is_coordinated ? [local.release] : [],
    [var.aibridge.bootstrap_script],
    data.coder_workspace.me.is_prebuild ? [local.deferred] : concat(
      local.is_coordinated && length(var.after) > 0 ? [local.wait_for_others] : [],
      [local.run],
    ),
  ))
}

# Starts together with the set-up, gets the helper by itself, waits, and runs
# the tool with variables that only its process tree sees.
resource "coder_script" "tool" {
  agent_id           = var.agent_id
  display_name       = coalesce(var.display_name, var.name)
  icon               = var.icon
  run_on_start       = true
  start_blocks_login = var.start_blocks_login
  timeout            = var.timeout
  script             = local.script

  lifecycle {
    precondition {
      condition     = var.name != var.aibridge.sync_unit && !contains(var.after, var.name)
      error_message = "The tool ${var.name} would wait for itself: give it a name that is neither the set-up's unit nor in after."
    }
    precondition {
      condition     = local.is_coordinated || length(var.after) == 0
      error_message = "The units of after cannot be waited for, since coordination is off in aibridge-proxy (sync = \"off\")."
    }
  }
}
